"""What the nights left of some indicators, read once, then put together cell by cell.

Here: reading it, and putting an ``Explanation`` together. Not here: how one is told (``phrasing``,
``console``, ``explanation_pages``).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import networkx
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from expectations.cells.observations import TOTAL
from expectations.decisions.decision import Choice
from expectations.decisions.standings import Ruling, standings
from expectations.findings.compared import PublicationStatus
from expectations.verdicts.rules import title_of
from expectations.verdicts.table import Cell, Outcome
from orchestration.dbt.lineage import EXTRACT, compiled_sql, read_lineage
from orchestration.dbt.origins import table_graph
from orchestration.explain import phrasing
from orchestration.explain.explanation import (
    CellStanding,
    CheckLine,
    ExplainedFigure,
    Explanation,
    ExtractLine,
    Publication,
    RawTable,
    Vintage,
)
from orchestration.explain.raw_rows import read_raw_tables
from orchestration.explain.vintages import read_publications, read_vintages
from orchestration.publication.judged import sound_observations
from orchestration.settings.folders import DBT_PROJECT, Folders
from orchestration.station.build import read_build
from orchestration.station.findings import findings_path, read_findings
from orchestration.station.releases_in_force import current_release
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import read_names, read_observations
from orchestration.station.witnessed_register import read_register
from sources.archive import Archive
from sources.registry import source as known_source

STANDINGS = {
    PublicationStatus.PUBLISHED: CellStanding.PUBLISHED,
    PublicationStatus.HELD: CellStanding.HELD,
    PublicationStatus.EXCLUDED: CellStanding.EXCLUDED,
}
Row = Mapping[str, Any]


class CellEvidence:
    """What a station knows of the cells of one indicator, or of all.

    Args:
        folders: The station's folders.
        indicator: Only this one.

    Raises:
        FileNotFoundError: No night has run in this station yet.
    """

    def __init__(self, folders: Folders, indicator: str | None = None) -> None:
        self.folders = folders
        self.manifest: dict[str, Any] = json.loads(folders.dbt_manifest.read_text("utf-8"))
        self.definitions: Mapping[str, IndicatorDefinition] = load_definitions(self.manifest)
        self.names = read_names(folders.warehouse)
        self._indicator = indicator
        self._received = self._by_cell(read_observations(folders.warehouse))
        self._release = current_release(folders.releases)
        self._published = self._by_cell(self._release.observations() if self._release else None)
        self._build = read_build(folders)
        self._archive = Archive(folders.home)
        # Many cells share a model, a path and an extract: each is read once.
        self.model = cache(self._model)
        self._path = cache(self._find_path)
        self._extract = cache(self._find_extract)
        self._source_of = cache(lambda extract_id: self._archive.record(extract_id)["source_id"])

    @property
    def cells(self) -> list[Cell]:
        """Every cell that was received or is published, in the order of the key."""
        return sorted(self._received.keys() | self._published.keys())

    def explain(self, cell: Cell) -> Explanation:
        """Return all that is known of a cell."""
        definition = self.definitions[cell.indicator]
        received, published = self._received.get(cell), self._published.get(cell)
        row = received or published or {}
        tables = self._tables.get(cell, ())
        model, sql = self.model(cell.indicator)
        held_by = self._held_by.get(cell, ())
        return Explanation(
            cell=cell,
            indicator_label=definition.label,
            area_label=self.names.areas.get(cell.ref_area, cell.ref_area),
            category_label=self._category_label(cell.category),
            unit=row.get("unit_measure") or definition.unit_of(cell.category),
            standing=_standing(published, is_held=bool(held_by)),
            received=_figure(received),
            published=_figure(published),
            vintages=self._vintages.get(cell, ()),
            publications=self._publications.get(cell, ()),
            held_by=held_by,
            reference_period=row.get("reference_period") or "",
            definition=row.get("definition") or "",
            collection=row.get("collection") or "",
            reporters=row.get("reporters") or "",
            comment=row.get("comment") or "",
            caveat=(published or {}).get("caveat") or "",
            is_judged_as_published=(cell.indicator, cell.time_period) in self._taken_back,
            path=self._path(cell.indicator, frozenset(table.source_id for table in tables)),
            model=model,
            sql=sql,
            tables=tables,
            extracts=self._extracts(tables, row),
            checks=self._checks(cell),
            decisions=tuple(map(phrasing.decision, self._rulings.get(cell, ()))),
            release_id=self._release.release_id if self._release else None,
            pre_break=_pre_break(published),
        )

    def _category_label(self, category: str) -> str:
        return "" if category == TOTAL else self.names.categories.get(category, category)

    def _model(self, indicator: str) -> tuple[str, str]:
        """Return the file of the model of an indicator, and its SQL as it was last run, if ever."""
        node = self._nodes[indicator]
        path = f"{DBT_PROJECT.name}/{node['original_file_path']}"
        return path, compiled_sql(self.folders, node).strip()

    @cached_property
    def _rulings(self) -> Mapping[Cell, list[Ruling]]:
        """The decisions on each cell, and whether they stand for what was received."""
        rulings: dict[Cell, list[Ruling]] = {}
        received = read_observations(self.folders.warehouse)
        sound = sound_observations(received, self._build.unsound) if self._build else received
        for ruling in standings(read_register(self.folders).decisions, sound):
            for cell in ruling.decision.subject.cells:
                rulings.setdefault(cell, []).append(ruling)
        return rulings

    def _by_cell(self, rows: pd.DataFrame | None) -> dict[Cell, Row]:
        """Return rows by cell, missing values as None."""
        if rows is None:
            return {}
        if self._indicator is not None:
            rows = rows[rows["indicator"] == self._indicator]
        filled = rows.astype(object).where(rows.notna(), None)
        records: list[dict[str, Any]] = filled.to_dict("records")  # type: ignore[assignment]
        return {Cell.of(row): row for row in records}

    @cached_property
    def _nodes(self) -> dict[str, Row]:
        """The models, by name."""
        nodes = self.manifest["nodes"].values()
        return {node["name"]: node for node in nodes if node["resource_type"] == "model"}

    @cached_property
    def _tables(self) -> Mapping[Cell, tuple[RawTable, ...]]:
        lineage = read_lineage(self.folders, self.manifest)
        return read_raw_tables(self.folders.home, self.folders.warehouse, lineage, self._indicator)

    @cached_property
    def _vintages(self) -> Mapping[Cell, tuple[Vintage, ...]]:
        return read_vintages(self.folders.warehouse, self._indicator)

    @cached_property
    def _publications(self) -> Mapping[Cell, tuple[Publication, ...]]:
        return read_publications(self.folders.releases, self._indicator)

    @cached_property
    def _held_by(self) -> dict[Cell, tuple[str, ...]]:
        """The findings that hold each cell, by the release in force."""
        held: dict[Cell, tuple[str, ...]] = {}
        for row in self._release.manifest["held"] if self._release else ():
            cell = Cell.of(row)
            held[cell] = (*held.get(cell, ()), row["finding_id"])
        return held

    @cached_property
    def _verdicts(self) -> dict[Cell, list[CheckLine]]:
        table, _ = read_verdicts(self.folders)
        by_cell: dict[Cell, list[CheckLine]] = {}
        for row in table.to_dict("records"):
            rule = row["rule"]
            line = CheckLine(rule, title_of(rule), row["outcome"], row["explanation"])
            by_cell.setdefault(Cell.of(row), []).append(line)
        return by_cell

    def _checks(self, cell: Cell) -> tuple[CheckLine, ...]:
        """Return what each rule said of a cell, and what failed while its indicator was built."""
        failed = [
            CheckLine("BLD", title_of("BLD"), Outcome.FAIL, check.message)
            for check in (self._build.failed if self._build else ())
            if check.concerns(cell)
        ]
        return (*failed, *self._verdicts.get(cell, ()))

    @cached_property
    def _taken_back(self) -> set[tuple[str, str]]:
        """The indicators and periods from which a published value was taken back."""
        # A release is explained though nobody has reported it yet.
        release_id = self._release.release_id if self._release else ""
        if not findings_path(self.folders, release_id).is_file():
            return set()
        findings = read_findings(self.folders, release_id)
        return {(item.indicator, item.time_period) for item in findings if item.is_withdrawal}

    @cached_property
    def _graph(self) -> "networkx.DiGraph[Any]":
        return table_graph(self.manifest)

    def _find_path(self, indicator: str, source_ids: frozenset[str]) -> tuple[str, ...]:
        """Return the tables between some sources and an indicator, each after what it reads."""
        end = self._nodes[indicator]["unique_id"]
        tables = {known_source(source_id).table for source_id in source_ids}
        starts = {name for name, node in self.manifest["sources"].items() if node["name"] in tables}
        below = set[str]().union(*({s} | networkx.descendants(self._graph, s) for s in starts))
        between = self._graph.subgraph(below & ({end} | networkx.ancestors(self._graph, end)))
        return tuple(self._table_name(name) for name in networkx.topological_sort(between))

    def _table_name(self, unique_id: str) -> str:
        node = self.manifest["nodes"].get(unique_id)
        if node:
            return f"{node['fqn'][1]}/{node['name']}"
        return f"{EXTRACT}/{unique_id.rsplit('.', maxsplit=1)[-1]}"

    def _extracts(self, tables: Iterable[RawTable], row: Row) -> tuple[ExtractLine, ...]:
        """Return where the rows come from; for a cell without rows, where they were looked for."""
        extracts = [(table.source_id, table.extract_id) for table in tables]
        if not extracts and row.get("extract_id"):
            extract_id = row["extract_id"]
            extracts = [(self._source_of(extract_id), extract_id)]
        return tuple(self._extract(source_id, extract_id) for source_id, extract_id in extracts)

    def _find_extract(self, source_id: str, extract_id: str) -> ExtractLine:
        record, source = self._archive.record(extract_id), known_source(source_id)
        last, good = self._latest.get(source_id), self._latest_good.get(source_id)
        return ExtractLine(
            source_id=source_id,
            label=source.label,
            producer=source.producer.name,
            extract_id=extract_id,
            url=record["url"],
            obtained_at=datetime.fromisoformat(record["obtained_at"]),
            confirmed_at=good.started_at if good else None,
            bytes=record["bytes"],
            trouble=(last.message or "") if last and not last.is_good else "",
            damage=self._archive.damage(extract_id),
        )

    @cached_property
    def _latest(self) -> Mapping[str, Any]:
        return self._archive.latest_outcomes()

    @cached_property
    def _latest_good(self) -> Mapping[str, Any]:
        return self._archive.latest_good_outcomes()


def _standing(published: Row | None, *, is_held: bool) -> CellStanding:
    if published is None:
        return CellStanding.NEVER_PUBLISHED if is_held else CellStanding.WAITING
    return STANDINGS[published["publication"]]


def _pre_break(published: Row | None) -> tuple[float, str] | None:
    """Return value and period before an accepted break; releases of before know none."""
    value = (published or {}).get("pre_break_value")
    return None if published is None or value is None else (value, published["pre_break_period"])


def _figure(row: Row | None) -> ExplainedFigure | None:
    if row is None:
        return None
    is_excluded = row["obs_value"] is None and row.get("decision") == Choice.EXCLUSION
    return ExplainedFigure(
        row["obs_value"], row["obs_status"], row["numerator"], row["denominator"], is_excluded
    )
