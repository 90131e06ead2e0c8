"""How every suite is read: French words, none of them unknown, refused in French.

Here: what the policy and the suites of fiches and of sources have in common. Not here: which words
there are (``policy``, ``fiches``, ``sources``).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from expectations.verdicts.table import Severity


class SuiteError(ValueError):
    """A suite is not written as it should be; the message says in French where and why."""


class Words(BaseModel):
    """A block of the YAML: French words, none of them unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Override(Words):
    """A severity that is not that of the policy, since when and why."""

    severity: Severity = Field(alias="est")
    since: date = Field(alias="depuis")
    reason: str = Field(min_length=20, alias="raison")


NAME, SENTENCE, QUESTION = r"\A[a-z][a-z0-9_]{2,59}\z", r"\.\s*\z", r"\?\s*\z"
"""How the name of a rule, its explanation and its question are written."""
Model = TypeVar("Model", bound=BaseModel)


def read_words(path: Path, model: type[Model]) -> Model:
    """Return what a file of YAML says.

    Args:
        path: The file.
        model: What may be in it.

    Raises:
        SuiteError: It is not YAML, or a word of it is unknown, missing or impossible.
    """
    try:
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        message = f"{path.name} n'est pas du YAML lisible : {error}"
        raise SuiteError(message) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = [_fault(content, details) for details in error.errors(include_url=False)]
        message = f"{path.name} : {' ; '.join(faults)}."
        raise SuiteError(message) from None


EXPLANATIONS = {
    "extra_forbidden": "mot inconnu",
    "missing": "absent",
    "string_type": "un texte est attendu, entre guillemets",
    "string_pattern_mismatch": "mal écrit",
    "string_too_short": "trop court",
    "string_too_long": "trop long",
    "too_short": "liste vide ou trop courte",
    "union_tag_not_found": "« quoi » est absent",
}
"""What pydantic says of a word, in French; other errors tell what they expected."""


WRITTEN = {
    NAME: "de 3 à 60 minuscules sans accent, chiffres et « _ », la première une lettre",
    SENTENCE: "une phrase, qui finit par un point",
    QUESTION: "une question, qui finit par « ? »",
}
"""What is expected where a text is not written as it should be."""

BLOCKS = {"regles": "règle", "derogations": "dérogation"}
"""What the blocks of a file are called, by the list they are in."""


def _fault(content: object, error: Mapping[str, Any]) -> str:
    block, place = _block(content, error["loc"])
    words = ".".join(str(part) for part in place if not isinstance(part, int))
    context = error.get("ctx", {})
    expected = (
        context.get("expected")
        or context.get("expected_tags")
        or WRITTEN.get(context.get("pattern", ""))
    )
    reason = EXPLANATIONS.get(error["type"]) or str(context.get("error") or "valeur impossible")
    if expected:
        reason = f"{reason} ; attendu : {expected}"
    return f"{block}{f', « {words} »' if words else ''} : {reason}"


def _block(content: object, place: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Return which block an error is about, by its rank and its name, and where in it."""
    key, *rest = place or ("",)
    if key not in BLOCKS or not isinstance(content, dict) or not rest:
        return "le fichier", place
    rank, *within = rest
    block = content[key][rank]
    name = block.get("nom") if isinstance(block, dict) else None
    return f"{BLOCKS[key]} n° {rank + 1}{f' ({name})' if name else ''}", within
