"""The result of one suite, and the file that keeps it until pages are made of it.

Here: that one shape, written and read. Not here: validating (``batch``), rendering (``data_docs``).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from great_expectations.core import (
    ExpectationSuiteValidationResult,
    expectationSuiteValidationResultSchema,
)

NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
FICHE, TABLE, SOURCE = "fiche_", "fct_", "source_"
"""How the name of a suite begins: what it is about."""
RULES_SUITE = "regles"
"""The suite of every rule, whose answers the gate reads; its pages are those of the fiches."""


@dataclass(frozen=True)
class SuiteResult:
    """What Great Expectations said of one suite; one page of the Data Docs.

    Attributes:
        name: Name of its page: ``fiche_1a``, ``source_dreets_pcrh_2024``, ``fct_observation``.
        title: French title of that page.
        data_sha256: SHA-256 of what was validated: the observations, or an extract.
        validation: What Great Expectations answered, with the rows that fail.
        not_asked: What could not even be asked of it, and why: both in French.
    """

    name: str
    title: str
    data_sha256: str
    validation: ExpectationSuiteValidationResult
    not_asked: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            message = f"« {self.name} » ne peut pas nommer une page ; attendu : {NAME.pattern}"
            raise ValueError(message)


def write_suite_result(folder: Path, result: SuiteResult) -> Path:
    """Write a result in its folder, in the place of the former one of that name."""
    content = {
        "title": result.title,
        "data_sha256": result.data_sha256,
        "validation": result.validation.to_json_dict(),
        "not_asked": result.not_asked,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.name}.json"
    part = folder / f".{path.name}.part"
    part.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    part.replace(path)
    return path


def forget_suite_results(folder: Path, beginning: str) -> None:
    """Take away every result whose name begins so: some of them may not be made again."""
    for path in folder.glob(f"{beginning}*.json"):
        path.unlink()


def read_suite_results(folder: Path) -> list[SuiteResult]:
    """Return every result of a folder, by name; none when nothing was ever validated."""
    return [_read(path) for path in sorted(folder.glob("[a-z0-9]*.json"))]


def _read(path: Path) -> SuiteResult:
    content = json.loads(path.read_text("utf-8"))
    validation = expectationSuiteValidationResultSchema.load(content["validation"])
    return SuiteResult(
        name=path.stem,
        title=content["title"],
        data_sha256=content["data_sha256"],
        validation=validation,
        not_asked=content["not_asked"],
    )
