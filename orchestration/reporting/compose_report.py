"""From the release and the findings to the night that the report tells.

Belongs here: reading what the night left, and naming it for readers. Does not belong here: what is
told of decisions (`compose_decisions`) and of sources (`compose_sources`), layout, wording,
drawing, sending.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY, TOTAL
from expectations.cells.statuses import BREAK
from expectations.cells.timeliness import late_periods
from expectations.decisions.gate import HELD, PUBLISHED
from expectations.findings.roll_up import Finding
from expectations.french import PARIS
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Cell, Outcome
from orchestration.publication.deciding import Docket
from orchestration.publication.judged import sound_observations
from orchestration.publication.rule_coverage import read_coverages
from orchestration.publication.states import IndicatorState
from orchestration.reporting import summary
from orchestration.reporting.addresses import cell_address, indicator_address
from orchestration.reporting.compose_decisions import decision_lines
from orchestration.reporting.compose_printed import PrintedReportLines, printed_report_lines
from orchestration.reporting.compose_sources import source_lines
from orchestration.reporting.data_docs import data_docs_link
from orchestration.reporting.decided import DecisionLine, DecisionLines
from orchestration.reporting.reported_night import (
    CellLine,
    FigureLine,
    FindingLine,
    IndicatorLine,
    PointLine,
    ReportedNight,
    RuleLine,
    SameCauseLine,
    SeriesLine,
)
from orchestration.settings import Folders, Settings
from orchestration.station.build import read_build
from orchestration.station.findings import read_findings
from orchestration.station.printed_report import read_examination
from orchestration.station.register import Register
from orchestration.station.release import CURRENT, Release, current_release
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import Names, digest, read_names, read_observations
from sources.registry import source

REGION = "REG-"
PRINTED_REPORT = "cariforef_bilan_2023_2024"
DOCUMENTATION = "../../docs/index.html"
"""The page of the tables, from that of a report: both are under the station's home."""


def compose_night(
    settings: Settings, definitions: Mapping[str, IndicatorDefinition]
) -> ReportedNight:
    """Return the night that made the release in force.

    Raises:
        FileNotFoundError: There is no release yet.
        ValueError: The warehouse is not the one that the release was made from.
    """
    folders = settings.folders
    release = current_release(folders.releases)
    if release is None:
        message = f"Aucune publication dans {folders.releases} ; lancez d'abord la nuit."
        raise FileNotFoundError(message)
    names = read_names(folders.warehouse)
    tonight = read_observations(folders.warehouse)
    if digest(tonight) != release.manifest["observations_sha256"]:
        message = (
            f"L'entrepôt a changé depuis la publication {release.release_id} : son rapport ne peut "
            "plus être refait. Relancez la nuit."
        )
        raise ValueError(message)
    docket = _docket(folders, release, tonight)
    decided = decision_lines(docket, release.previous, names)
    observations = Observations(tonight, names)
    together = _same_causes(docket, definitions)
    return ReportedNight(
        at=datetime.fromisoformat(release.manifest["published_at"]).astimezone(PARIS),
        region=names.areas.get(f"{REGION}{settings.region}", settings.region),
        release_id=release.release_id,
        previous_release_id=release.manifest["previous"],
        indicators=_indicators(
            release, definitions, names.categories, late_periods(tonight), _outcomes(folders)
        ),
        findings=tuple(
            replace(
                observations.finding_line(finding, definitions),
                command=_command(docket, finding, is_live=not settings.replay),
                decision=_applied(docket, finding, decided),
                same_cause=together.get(finding.finding_id, ()),
            )
            for finding in docket.findings
        ),
        sources=source_lines(folders),
        release_location=str(folders.releases / CURRENT),
        page_location=str(folders.reports / release.release_id / "index.html"),
        controls=summary.controls(read_coverages(folders, definitions)),
        data_docs=data_docs_link(folders),
        printed=_printed(folders, definitions),
        documentation=DOCUMENTATION if folders.documentation.exists() else None,
        decided=decided,
    )


def _docket(folders: Folders, release: Release, tonight: pd.DataFrame) -> Docket:
    """Return the findings of a release, and the decisions that it knows."""
    build, last = read_build(folders), release.last_decision
    signed = Register(folders.home).decisions()
    return Docket(
        findings=tuple(read_findings(folders, release.release_id)),
        observations=sound_observations(tonight, build) if build else tonight,
        decisions=tuple(it for it in signed if it.decision_id <= last),
    )


def _same_causes(
    docket: Docket, definitions: Mapping[str, IndicatorDefinition]
) -> dict[str, tuple[SameCauseLine, ...]]:
    """Return, for each finding, the others that the same cause may explain."""
    return {
        finding.finding_id: tuple(
            SameCauseLine(other.finding_id, definitions[other.indicator].label)
            for other in group
            if other is not finding
        )
        for group in docket.causes
        for finding in group
    }


def _applied(docket: Docket, finding: Finding, decided: DecisionLines) -> DecisionLine | None:
    """Return the decision that says what becomes of a finding, if one does."""
    decision = docket.applied(finding)
    lines = decided.of_finding(finding.finding_id)
    return next((it for it in lines if decision and it.decision_id == decision.decision_id), None)


def _command(docket: Docket, finding: Finding, *, is_live: bool) -> str:
    """Return what to type to decide of a finding: the first decision that may be taken of it."""
    first, *_ = docket.choices(finding)
    signed = f'vigie decide {finding.finding_id} --decision {first} --auteur "Prénom Nom"'
    return f'{signed} --motif "…"{" --live" if is_live else ""}'


def _printed(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> PrintedReportLines | None:
    examination = read_examination(folders)
    if examination is None or not examination.comparisons:
        return None
    return printed_report_lines(examination, definitions, source(PRINTED_REPORT).producer.contact)


def _indicators(
    release: Release,
    definitions: Mapping[str, IndicatorDefinition],
    categories: Mapping[str, str],
    late: Mapping[str, tuple[str, ...]],
    outcomes: Counter[tuple[str, str]],
) -> tuple[IndicatorLine, ...]:
    rows = release.observations()
    region = rows[rows["ref_area"].str.startswith(REGION)]
    states = release.manifest["indicators"]
    lines = (
        _indicator_line(
            definitions[name],
            IndicatorState.model_validate(states[name]),
            region[region["indicator"] == name],
            categories,
        )
        for name in sorted(definitions)
    )
    return tuple(
        replace(
            line,
            late=late.get(line.indicator, ()),
            n_passed=outcomes[line.indicator, Outcome.PASS],
            n_failed=outcomes[line.indicator, Outcome.FAIL],
            n_not_evaluated=outcomes[line.indicator, Outcome.NOT_EVALUATED],
        )
        for line in lines
    )


def _outcomes(folders: Folders) -> Counter[tuple[str, str]]:
    """Return how many cells of each indicator a rule said each thing of."""
    verdicts, _ = read_verdicts(folders)
    return Counter(zip(verdicts["indicator"], verdicts["outcome"], strict=True))


def _indicator_line(
    definition: IndicatorDefinition,
    state: IndicatorState,
    region: pd.DataFrame,
    categories: Mapping[str, str],
) -> IndicatorLine:
    total = _figure(region, TOTAL, "")
    return IndicatorLine(
        indicator=definition.id,
        label=definition.label,
        fiche=definition.fiche,
        producer=definition.producer,
        state=state.state.value,
        n_published=state.published,
        n_held=state.held,
        n_excluded=state.excluded,
        value=total.value,
        period=total.period,
        unit=definition.unit_measure,
        previous_value=total.previous_value,
        previous_period=total.previous_period,
        status=total.status,
        is_break=total.is_break,
        parts=tuple(
            _figure(region, category, categories.get(category, category))
            for category in definition.headline
        ),
        explanation=indicator_address(definition.id),
    )


def _figure(region: pd.DataFrame, category: str, label: str) -> FigureLine:
    """Return the last two values published of a category of the region."""
    chosen = region[
        (region["category"] == category) & region["publication"].isin([PUBLISHED, HELD])
    ]
    chosen = chosen.sort_values("time_period")
    known = chosen.dropna(subset="obs_value")
    values = [(None, None), (None, None), *zip(known["time_period"], known["obs_value"])]  # noqa: B905 same frame
    (previous_period, previous_value), (period, value) = values[-2:]
    status = "" if chosen.empty else chosen["obs_status"].iloc[-1]
    is_break = bool((known["obs_status"].iloc[-1:] == BREAK).any())
    previous = (previous_value, previous_period)
    return FigureLine(label, value, period, *previous, status, is_break)


class Observations:
    """Tonight's observations, doubtful ones included, asked for by cell."""

    def __init__(self, rows: pd.DataFrame, names: Names) -> None:
        self._rows = rows
        self._by_cell: dict[tuple[str, ...], dict[Any, Any]] = {
            tuple(row[column] for column in KEY): row for row in rows.to_dict("records")
        }
        self._names = names

    def finding_line(
        self, finding: Finding, definitions: Mapping[str, IndicatorDefinition]
    ) -> FindingLine:
        """Return a finding with its numbers and the series of its plot."""
        definition = definitions[finding.indicator]
        headline = _headline_cell(finding)
        whole = definitions.get(definition.part_of or "")
        return FindingLine(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            indicator_label=definition.label,
            producer=definition.producer,
            period=finding.time_period,
            period_before=finding.period_before,
            severity=finding.severity.value,
            rules=tuple(RuleLine(code, RULES[code].title) for code in finding.rules),
            value_before=finding.value_before,
            value_after=finding.value_after,
            unit=definition.unit_of(headline.category),
            title=finding.title,
            explanation=tuple(finding.explanation.split("\n\n")),
            question=finding.question,
            addressee=finding.addressee,
            cells=self._cell_lines(finding),
            series=self._series(headline, definition.label, set(finding.cells)),
            linked=self._series(_in(headline, whole.id), whole.label, set()) if whole else None,
            dimension=_dimension(finding.cells),
        )

    def _cell_lines(self, finding: Finding) -> tuple[CellLine, ...]:
        """Return the numbers in cause; none when the finding compares no two numbers."""
        if finding.value_before is None and finding.value_after is None:
            return ()
        return tuple(self._cell_line(cell, finding.period_before) for cell in finding.cells)

    def _cell_line(self, cell: Cell, period_before: str | None) -> CellLine:
        before, status_before = self._value(cell, period_before)
        after, status_after = self._value(cell, cell.time_period)
        area = self._names.areas.get(cell.ref_area, cell.ref_area)
        return CellLine(
            label=area if cell.category == TOTAL else self._category(cell.category),
            before=before,
            after=after,
            is_total=cell.ref_area.startswith(REGION) and cell.category == TOTAL,
            status_before=status_before,
            status_after=status_after,
            explanation=cell_address(cell) if self._is_known(cell) else "",
        )

    def _category(self, category: str) -> str:
        return self._names.categories.get(category, category)

    def _is_known(self, cell: Cell) -> bool:
        return tuple(cell.to_dict().values()) in self._by_cell

    def _value(self, cell: Cell, period: str | None) -> tuple[float | None, str]:
        key = (cell.indicator, cell.ref_area, period or "", cell.breakdown, cell.category)
        row = self._by_cell.get(key)
        if row is None:
            return None, "L"
        return (None if pd.isna(row["obs_value"]) else row["obs_value"]), row["obs_status"]

    def _point(self, cell: Cell, *, is_held: bool) -> PointLine:
        value, status = self._value(cell, cell.time_period)
        return PointLine(cell.time_period, value, is_held, status)

    def _series(self, cell: Cell, label: str, held: set[Cell]) -> SeriesLine:
        periods = self._rows.loc[self._rows["indicator"] == cell.indicator, "time_period"].unique()
        points = [_at(cell, period) for period in sorted(periods)]
        return SeriesLine(
            label=label,
            points=tuple(self._point(point, is_held=point in held) for point in points),
        )


def _dimension(cells: Sequence[Cell]) -> str:
    """Return what the cells of a finding differ by."""
    parts = [cell for cell in cells if not (cell.ref_area.startswith(REGION) and _is_total(cell))]
    by_category = {not _is_total(cell) for cell in parts}
    if by_category == {True}:
        return "Catégorie"
    return "Territoire ou catégorie" if True in by_category else "Territoire"


def _is_total(cell: Cell) -> bool:
    return cell.category == TOTAL


def _headline_cell(finding: Finding) -> Cell:
    totals = [
        cell
        for cell in finding.cells
        if cell.ref_area.startswith(REGION) and cell.category == TOTAL
    ]
    nowhere = Cell(finding.indicator, "", finding.time_period, TOTAL, TOTAL)
    return [*totals, *finding.cells, nowhere][0]


def _at(cell: Cell, period: str) -> Cell:
    return Cell(cell.indicator, cell.ref_area, period, cell.breakdown, cell.category)


def _in(cell: Cell, indicator: str) -> Cell:
    return Cell(indicator, cell.ref_area, cell.time_period, cell.breakdown, cell.category)
