"""The pages of all indicators, read from the definitions, the warehouse and the release in force.

Here: gathering what a page tells, and naming it for readers. Not here: layout, drawing, writing
files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from expectations.cells.observations import KEY, TOTAL
from expectations.cells.statuses import BREAK
from expectations.findings.code_names import Names
from expectations.rules.evaluate import applicable_rules
from expectations.suites.policy import load_policy
from expectations.verdicts.rules import RULES
from orchestration.dbt.origins import lists_of, sources_of
from orchestration.indicator_pages.page import (
    Check,
    IndicatorPage,
    Link,
    Note,
    Origin,
    Value,
    ValueRow,
    ValueTable,
)
from orchestration.settings.folders import Folders
from orchestration.station.releases_in_force import release_in_force
from orchestration.station.warehouse import read_names, read_observations

REGION = "REG"
REPORTERS = "reporters"
SERIES = ["ref_area", "breakdown", "category"]


def compose_pages(folders: Folders, manifest: Mapping[str, Any]) -> tuple[IndicatorPage, ...]:
    """Return the page of every indicator, in the order of their names.

    Args:
        folders: Those of a station where a night has run.
        manifest: Content of dbt's ``manifest.json``.

    Raises:
        FileNotFoundError: No night has made a release yet.
    """
    release = release_in_force(folders.releases)
    held = {tuple(cell[name] for name in KEY) for cell in release.manifest["held"]}
    observations = read_observations(folders.warehouse)
    # What breaks a series is decided, or declared: the release says so, and not the tables.
    released = release.observations()
    broken = set(_keys(released[released["obs_status"] == BREAK]))
    observations = observations.assign(
        is_held=[key in held for key in _keys(observations)],
        is_break=[key in broken for key in _keys(observations)],
    )
    names = read_names(folders.warehouse)
    definitions = load_definitions(manifest)
    return tuple(
        _page(
            definitions[name],
            observations[observations["indicator"] == name],
            names,
            definitions,
            manifest,
        )
        for name in sorted(definitions)
    )


def _keys(cells: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    return cells[KEY].astype("str").itertuples(index=False, name=None)


def _page(
    definition: IndicatorDefinition,
    cells: pd.DataFrame,
    names: Names,
    definitions: Mapping[str, IndicatorDefinition],
    manifest: Mapping[str, Any],
) -> IndicatorPage:
    node = manifest["nodes"][f"model.vigie.{definition.id}"]
    region = cells[cells["ref_area"].str.startswith(f"{REGION}-")]
    head = region["category"].isin(definition.headline or (TOTAL,))
    periods = tuple(sorted(cells["time_period"].unique()))
    whole = definitions.get(definition.part_of or "")
    return IndicatorPage(
        definition=definition,
        model=f"dbt_project/{node['original_file_path']}",
        definition_file=_described_in(node),
        headline=_table(region[head], "Région", REGION, periods, names),
        categories=tuple(
            _table(rows, names.breakdowns.get(code, code), code, periods, names)
            for code, rows in _groups(region[~head], "breakdown")
        ),
        areas=tuple(_areas(cells, periods, names)),
        whole=Link(whole.id, whole.label) if whole else None,
        parts=tuple(
            Link(part.id, part.label)
            for part in definitions.values()
            if part.part_of == definition.id
        ),
        origins=tuple(_origins(definition.id, manifest)),
        checks=tuple(
            Check(RULES[rule], load_policy().severity_of(rule, definition.id))
            for rule in applicable_rules(definition)
        ),
        notes=_notes(cells, "comment"),
        reporters=_notes(
            region[head & region["reporters"].fillna("").str.contains(",")], REPORTERS
        ),
        about=tuple(_about(region, names)),
    )


def _described_in(node: Mapping[str, Any]) -> str:
    """Return the path of the file where a model is described (``vigie://models/…``)."""
    return f"dbt_project/{Path(node['patch_path'].split('://', 1)[1])}"


def _groups(cells: pd.DataFrame, column: str) -> Iterator[tuple[str, pd.DataFrame]]:
    return ((str(code), rows) for code, rows in cells.groupby(column))


def _table(
    cells: pd.DataFrame, title: str, kind: str, periods: tuple[str, ...], names: Names
) -> ValueTable:
    rows = []
    for (area, _, category), series in cells.groupby(SERIES):
        by_period = {cell["time_period"]: _value(cell) for cell in series.to_dict("records")}
        label = _label(str(area), str(category), names)
        rows.append(ValueRow(label, tuple(by_period.get(period) for period in periods)))
    return ValueTable(title, kind, periods, tuple(rows))


def _label(area: str, category: str, names: Names) -> str:
    """Name a series by its area, or by its category in the region or when areas have only one."""
    if category == TOTAL or not area.startswith(f"{REGION}-"):
        return names.areas.get(area, area)
    return names.categories.get(category, category)


def _value(cell: Mapping[Any, Any]) -> Value:
    number = cell["obs_value"]
    return Value(
        number=None if pd.isna(number) else float(number),
        status=cell["obs_status"],
        unit=cell["unit_measure"],
        is_held=cell["is_held"],
        is_break=cell["is_break"],
    )


def _areas(cells: pd.DataFrame, periods: tuple[str, ...], names: Names) -> Iterator[ValueTable]:
    """Give one table a type of area smaller than the region, and a category."""
    types = cells["ref_area"].str.split("-").str[0]
    for code, plural in names.area_types.items():
        for category, rows in _groups(cells[(types == code) & (code != REGION)], "category"):
            of_category = (
                "" if category == TOTAL else f" : {names.categories.get(category, category)}"
            )
            yield _table(
                rows, f"{plural[:1].upper()}{plural[1:]}{of_category}", code, periods, names
            )


def _origins(indicator: str, manifest: Mapping[str, Any]) -> Iterator[Origin]:
    """Give the sources of its numbers, then the lists that went into them."""
    for source in sources_of(indicator, manifest):
        yield Origin(source.label, source.producer.name, source.producer.licence)
    for kept in lists_of(indicator, manifest):
        yield Origin(**kept)


def _notes(cells: pd.DataFrame, column: str) -> tuple[Note, ...]:
    notes = cells.dropna(subset=column)[["time_period", column]].drop_duplicates()
    pairs = sorted(notes.itertuples(index=False, name=None))
    return tuple(Note(period, text) for period, text in pairs if text)


def _about(region: pd.DataFrame, names: Names) -> Iterator[Note]:
    elsewhere = region[region["reference_period"] != region["time_period"]]
    for row in elsewhere.sort_values(["time_period", "category"]).to_dict("records"):
        category = names.categories.get(row["category"], row["category"])
        of_category = "" if row["category"] == TOTAL else f"{category} : "
        yield Note(row["time_period"], f"{of_category}{row['reference_period']}")
