"""The examination of the printed report, kept beside the verdicts.

Here: reading the report in the warehouse, writing what was found, reading it again. Not here:
finding it (``expectations.printed``), showing it (``reporting``).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison, Statement
from expectations.printed.document import Document, figures_of_table, passages_of_table
from expectations.printed.examine import Examination, examine, explained
from orchestration.settings.folders import Folders
from orchestration.station.warehouse import read_names, read_printed_report
from sources.storage.aside import write_aside

EXAMINATION = "printed_report.json"
DIFFERENT = "different"


def examine_warehouse(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> Examination:
    """Return what the printed report of the warehouse says twice, and whether it agrees.

    What the definitions declare of its figures is put beside what was found, once it was found.
    """
    report, names = read_printed_report(folders.warehouse), read_names(folders.warehouse)
    document = Document(
        figures=figures_of_table(report.figures),
        passages=passages_of_table(report.passages),
        definitions=definitions,
        areas=names.areas,
        categories=names.categories,
        units=report.units,
    )
    found = examine(document)
    return Examination(explained(found.comparisons, _declared(report.figures)), found.claims)


def _declared(figures: pd.DataFrame) -> dict[int, str]:
    """Return what was declared of a figure that differs from its observation, by its line."""
    declared = figures[(figures["agreement"] == DIFFERENT) & figures["reason"].notna()]
    return dict(zip(declared["line"].astype(int), declared["reason"].astype(str), strict=True))


def write_examination(folders: Folders, examination: Examination) -> None:
    """Keep an examination."""
    content = {
        "comparisons": [asdict(comparison) for comparison in examination.comparisons],
        "claims": {str(fate): count for fate, count in examination.claims.items()},
    }
    write_aside(folders.quality / EXAMINATION, json.dumps(content, ensure_ascii=False).encode())


def read_examination(folders: Folders) -> Examination | None:
    """Return the last examination; None when there never was one."""
    path = folders.quality / EXAMINATION
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Examination(
        comparisons=tuple(_comparison(row) for row in content["comparisons"]),
        claims={Fate(fate): count for fate, count in content["claims"].items()},
    )


def _comparison(row: Mapping[str, Any]) -> PrintedComparison:
    typed = {
        "first": _statement(row["first"]),
        "second": _statement(row["second"]),
        "lines": tuple(row["lines"]),
    }
    return PrintedComparison(**{**row, **typed})


def _statement(row: Mapping[str, Any]) -> Statement:
    return Statement(row["text"], row["value"], tuple(row["places"]))
