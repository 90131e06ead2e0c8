"""What a re-user needs beside the rows: what their codes are called, whose they are, which licence.

Here: those words, put in the manifest of each release. Not here: what the release follows from
(``release_manifest``), what the columns mean (the steward's guide).

The rows are copied out alone, far from the code lists and the contracts: a code or an extract that
nobody can look up there is worth nothing.
"""

from collections.abc import Mapping

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.seeds import rows as lines
from expectations.findings.code_names import Names
from expectations.french import UNITS
from sources.archive import Archive
from sources.registry import is_source, source


def code_labels(
    rows: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], names: Names
) -> dict[str, dict[str, str]]:
    """Return what the codes of the rows are called in French, by column."""
    labels: dict[str, Mapping[str, str]] = {
        "indicator": {name: definition.label for name, definition in definitions.items()},
        "ref_area": names.areas,
        "breakdown": names.breakdowns,
        "category": names.categories,
        "unit_measure": UNITS,
        "obs_status": _seed("obs_statuses", "obs_status"),
        "conf_status": _seed("conf_statuses", "conf_status"),
        "collection": _seed("collections", "collection"),
    }
    return {
        column: {code: known[code] for code in sorted(set(rows[column].dropna()) & known.keys())}
        for column, known in labels.items()
    }


def row_sources(rows: pd.DataFrame, archive: Archive) -> dict[str, dict[str, str]]:
    """Return whose each extract of the rows is, by its SHA-256; held rows may have an older one."""
    extract_ids = sorted(set(rows["extract_id"].dropna()))
    by_source = {each: str(archive.record(each)["source_id"]) for each in extract_ids}
    return {
        extract_id: _described(source_id)
        for extract_id, source_id in by_source.items()
        if is_source(source_id)
    }


def _described(source_id: str) -> dict[str, str]:
    found = source(source_id)
    return {
        "source_id": source_id,
        "label": found.label,
        "producer": found.producer.name,
        "licence": found.producer.licence,
        "homepage": found.producer.homepage,
    }


def _seed(seed: str, column: str) -> dict[str, str]:
    return {line[column]: line["label"] for line in lines(seed)}
