"""The suites of the fiches: the models of ``fiche_*.yml`` and their loading.

Here: entries; a word that is unknown is refused in French, with the file and the entry. Not here:
how an entry is judged (``rules.statements``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from expectations.suites.fiches.conditions import Condition
from expectations.suites.fiches.controls import Control
from expectations.suites.words import (
    NAME,
    QUESTION,
    SENTENCE,
    Override,
    SuiteError,
    Words,
    read_words,
)

FOLDER = Path(__file__).parent
EVERYWHERE = Condition()


class Entry(Words):
    """One rule about the cells of some indicators.

    Attributes:
        code: Its type in the vocabulary of the European Statistical System.
        name: What it is called, in the words of an address: ``emploi_dans_activite``.
        indicators: The indicators whose cells it judges.
        only_if: The cells it is about: those that meet the condition.
        control: What it asks.
        override: A severity of its own.
        explanation: What it asks, in a French sentence.
        question: What to ask the producer when it fails.
    """

    code: str
    name: str = Field(pattern=NAME, alias="nom")
    indicators: tuple[str, ...] = Field(min_length=1, alias="indicateurs")
    only_if: Condition = Field(EVERYWHERE, alias="seulement_si")
    control: Control = Field(alias="controle")
    override: Override | None = Field(None, alias="gravite")
    explanation: Annotated[str, Field(min_length=20, pattern=SENTENCE)] = Field(alias="explication")
    question: str = Field(pattern=QUESTION)

    @model_validator(mode="after")
    def _control_is_of_its_code(self) -> Self:
        if self.code not in self.control.codes:
            possible = ", ".join(self.control.codes)
            message = f"« {self.control.kind} » est un contrôle {possible}, non {self.code}"
            raise ValueError(message)
        return self


class Suite(Words):
    """The whole file of a fiche."""

    entries: tuple[Entry, ...] = Field(alias="regles")

    @model_validator(mode="after")
    def _names_are_apart(self) -> Self:
        names = [entry.name for entry in self.entries]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            message = f"deux règles ont le même nom : {', '.join(twice)}"
            raise ValueError(message)
        return self


@dataclass(frozen=True)
class Suites:
    """The entries of every fiche.

    Attributes:
        entries: In the order of the files, then as written.
    """

    entries: Sequence[Entry] = ()

    def of(self, code: str) -> list[Entry]:
        """Return the entries of a type of rule."""
        return [entry for entry in self.entries if entry.code == code]

    def codes_of(self, indicator: str) -> set[str]:
        """Return the types of rules that some entry asks of an indicator."""
        return {entry.code for entry in self.entries if indicator in entry.indicators}


NO_SUITES = Suites()


@cache
def load_suites(folder: Path = FOLDER) -> Suites:
    """Return what the suites of all fiches ask.

    Raises:
        SuiteError: A suite is not well written, or two entries have one name.
    """
    read = {path.name: read_words(path, Suite) for path in sorted(folder.glob("fiche_*.yml"))}
    files: dict[str, str] = {}
    for file, suite in read.items():
        for entry in suite.entries:
            if entry.name in files:
                message = f"{file} : « {entry.name} » est déjà un nom de {files[entry.name]}."
                raise SuiteError(message)
            files[entry.name] = file
    return Suites(tuple(entry for suite in read.values() for entry in suite.entries))
