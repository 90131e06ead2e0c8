"""From the release and the findings to the night that the report tells.

Here: reading what the night left, and naming it for readers. Not here: what is told of findings
(``compose_findings``), of decisions (``compose_decisions``), of sources (``compose_sources``) and
of the printed report (``compose_printed``), layout, wording, drawing, sending.
"""

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import REGION, TOTAL
from expectations.cells.statuses import BREAK
from expectations.cells.timeliness import late_periods
from expectations.decisions.admissible import BLANK_AUTHOR
from expectations.decisions.care import Care
from expectations.decisions.follow_up import Doubt, doubt
from expectations.findings.compared import PublicationStatus
from expectations.findings.roll_up import Finding
from expectations.french import PARIS, date_long, typeset
from expectations.printed.examine import Examination
from expectations.verdicts.table import Outcome
from orchestration.publication.docket import Docket
from orchestration.publication.doubt_cares import Cares, forgotten, read_cares
from orchestration.publication.former_nights import UNREADABLE, held_by, hidden_findings
from orchestration.publication.returned_values import was_published_until
from orchestration.publication.rule_coverage import read_coverages
from orchestration.publication.states import IndicatorState, IndicatorStatus
from orchestration.reporting import summary
from orchestration.reporting.addresses import indicator_address, kept_address
from orchestration.reporting.awaited import awaited_answers
from orchestration.reporting.compose_decisions import decision_lines
from orchestration.reporting.compose_findings import Observations
from orchestration.reporting.compose_printed import PrintedReportLines, printed_report_lines
from orchestration.reporting.compose_sources import inbox_lines, source_lines
from orchestration.reporting.data_docs import data_docs_link
from orchestration.reporting.decided import DecisionLine, DecisionLines
from orchestration.reporting.reported_findings import FindingLine, SameCauseLine
from orchestration.reporting.reported_night import (
    FigureLine,
    IndicatorLine,
    Occasion,
    ReportedNight,
)
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.first_told import FirstTold, LastTold, last_told
from orchestration.station.printed_report import read_examination
from orchestration.station.release import CURRENT, PUBLISHED, Release, made_at
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import read_names
from sources.registry import source

PRINTED_REPORT = "cariforef_bilan_2023_2024"
UNDONE = "la dernière révision est défaite"
ASKED_WHEN_UNDONE = "Un dépôt ancien a-t-il été envoyé de nouveau ?"
"""What is said, and asked, of values that are those of before the last ones."""
NEWS = (IndicatorStatus.NEW, IndicatorStatus.CHANGED)
"""What is said of figures that are not as the last report told them, what says most first."""
DOCUMENTATION = "../../docs/index.html"
"""The page of the tables, from that of a report: both are under the station's home."""


def compose_night(
    settings: Settings,
    definitions: Mapping[str, IndicatorDefinition],
    docket: Docket,
    occasion: Occasion = "nuit",
) -> ReportedNight:
    """Return the night that made the release in force.

    Args:
        settings: Those of the station.
        definitions: The indicators, by id.
        docket: What can be decided; what was decided after the release is not told.
        occasion: What made the release.
    """
    folders, docket = settings.folders, docket.as_released()
    release, tonight = docket.release, docket.observations
    names = read_names(folders.warehouse)
    known = last_told(folders.reports, release)
    decided = decision_lines(docket, known.release, names)
    findings = _findings(docket, Observations(tonight, names, release.held), definitions)
    at = datetime.fromisoformat(release.manifest["published_at"]).astimezone(PARIS)
    days = settings.untaken_days
    cares = read_cares(folders, docket, at, days)
    before = known.first_told(folders.reports)
    examination = read_examination(folders)
    doubts_known = _doubts(folders, known.release)
    outcomes = _outcomes(folders)
    lines = _indicators(release, definitions, names.categories, late_periods(tonight), outcomes)
    return ReportedNight(
        at=at,
        region=names.areas.get(f"{REGION}{settings.region}", settings.region),
        release_id=release.release_id,
        previous_release_id=release.manifest["previous"],
        indicators=tuple(replace(line, state=_state_since(known, line).value) for line in lines),
        findings=tuple(
            replace(
                _beside_former(line, finding, release),
                command=_command(docket, finding, is_live=not settings.replay),
                decision=_applied(docket, finding, decided),
                since=_since(before, finding),
                was_told=doubt(finding) in doubts_known,
            )
            for finding, line in zip(docket.findings, findings, strict=True)
        ),
        sources=source_lines(folders),
        inbox=inbox_lines(folders),
        release_location=_location(settings, folders.releases / CURRENT, PUBLISHED),
        page_location=_location(settings, folders.reports / release.release_id / "index.html", ""),
        desk=settings.url.rstrip("/"),
        controls=summary.controls(read_coverages(folders, definitions)),
        data_docs=data_docs_link(folders),
        printed=_printed(examination, definitions, before),
        documentation=DOCUMENTATION if folders.documentation.exists() else None,
        decided=decided,
        forgotten=forgotten(docket, cares, at, days),
        forgotten_days=days,
        awaited=awaited_answers(_asked_about(docket, cares), at.date()),
        put_off=_put_off(docket, cares),
        first_told=_first_told(before, folders, docket, examination),
        occasion=occasion,
    )


def _asked_about(docket: Docket, cares: Cares) -> Iterator[tuple[Finding, Care]]:
    """Yield a finding a cause, one that the producer was asked about when there is one."""
    for group in docket.causes:
        asked = (each for each in group if cares[doubt(each)].answer_due)
        finding = next(asked, group[0])
        yield finding, cares[doubt(finding)]


def _put_off(docket: Docket, cares: Cares) -> dict[str, date]:
    """Return until which day each doubt waits that was put off, by its finding."""
    steps = ((finding.finding_id, cares[doubt(finding)].put_off) for finding in docket.open)
    return {name: step.until for name, step in steps if step and step.until}


def _location(settings: Settings, kept: Path, opened: str) -> str:
    """Return where a reader finds what a night wrote: at the desk, or on the machine's disk."""
    if settings.url:
        return kept_address(settings.url.rstrip("/"), settings.folders.home, kept / opened)
    return str(kept)


def _findings(
    docket: Docket, observations: Observations, definitions: Mapping[str, IndicatorDefinition]
) -> list[FindingLine]:
    """Return the findings of a release, each with the others that the same cause may explain."""
    others = {
        finding.finding_id: tuple(
            SameCauseLine(
                other.finding_id,
                other.title
                if other.indicator == finding.indicator
                else definitions[other.indicator].label,
            )
            for other in group
            if other is not finding
        )
        for group in docket.causes
        for finding in group
    }
    return [
        replace(
            observations.finding_line(finding, definitions),
            same_cause=others.get(finding.finding_id, ()),
        )
        for finding in docket.findings
    ]


def _beside_former(line: FindingLine, finding: Finding, release: Release) -> FindingLine:
    """Say of revised values that they are those of before the last ones, when they are."""
    until = was_published_until(finding, release)
    if until is None:
        return line
    said = f"Ce qui est reçu est ce qui était publié jusqu'au {date_long(until)} : {UNDONE}."
    asked = f"{line.question} {ASKED_WHEN_UNDONE}"
    explanation = (typeset(said), *line.explanation)
    return replace(line, explanation=explanation, question=typeset(asked))


def _applied(docket: Docket, finding: Finding, decided: DecisionLines) -> DecisionLine | None:
    """Return the decision that says what becomes of a finding, if one does."""
    decision = docket.applied(finding)
    return next(
        (line for line in decided.lines if decision and line.decision_id == decision.decision_id),
        None,
    )


def _command(docket: Docket, finding: Finding, *, is_live: bool) -> str:
    """Return what to type to decide of a finding: the first decision that may be taken of it.

    Nothing of what is only to be known: nobody is asked to decide of it.
    """
    if not finding.holds and docket.applied(finding) is None:
        return ""
    first, *_ = docket.choices(finding)
    signed = f'vigie decide {finding.finding_id} --decision {first} --auteur "{BLANK_AUTHOR}"'
    return f'{signed} --motif "…"{" --live" if is_live else ""}'


def _since(before: FirstTold, finding: Finding) -> datetime | None:
    """Return when the first report was made that told a finding as it is, if one did."""
    release_id = before.findings.get(finding.finding_id)
    return made_at(release_id).astimezone(PARIS) if release_id else None


def _first_told(
    before: FirstTold, folders: Folders, docket: Docket, examination: Examination | None
) -> FirstTold:
    """Return since when reports have told what that of the release tells, or would tell."""
    contradictions = examination.contradictions if examination else ()
    shown = {finding.finding_id for finding in docket.findings}
    gone = {each: first for each, first in before.findings.items() if each not in shown}
    return before.after(
        docket.release.release_id,
        {*shown, *hidden_findings(folders, docket.release, gone)},
        (comparison.comparison_id for comparison in contradictions),
    )


def _printed(
    examination: Examination | None,
    definitions: Mapping[str, IndicatorDefinition],
    before: FirstTold,
) -> PrintedReportLines | None:
    if examination is None or not examination.comparisons:
        return None
    contact = source(PRINTED_REPORT).producer.contact
    return printed_report_lines(examination, definitions, contact, before)


def _indicators(
    release: Release,
    definitions: Mapping[str, IndicatorDefinition],
    categories: Mapping[str, str],
    late: Mapping[str, tuple[str, ...]],
    outcomes: Counter[tuple[str, str]],
) -> tuple[IndicatorLine, ...]:
    rows = release.observations()
    region = rows[rows["ref_area"].str.startswith(REGION)]
    held = [cell for cell in release.held if cell.is_of_region]
    states = release.manifest["indicators"]
    lines = (
        _indicator_line(
            definitions[name],
            IndicatorState.model_validate(states[name]),
            region[region["indicator"] == name],
            {cell.category for cell in held if cell.indicator == name},
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


def _state_since(known: LastTold, line: IndicatorLine) -> IndicatorStatus:
    """Return what a reader should know of an indicator since the last report that he was sent."""
    state = IndicatorStatus(line.state)
    if state not in {IndicatorStatus.UNCHANGED, *NEWS}:
        return state
    states = (each.manifest["indicators"].get(line.indicator) for each in known.untold)
    since = {state, *(IndicatorState.model_validate(each).state for each in states if each)}
    return next((news for news in NEWS if news in since), state)


def _doubts(folders: Folders, release: Release | None) -> frozenset[Doubt]:
    """Return the doubts that a release held something for; none when it cannot be read any more."""
    with contextlib.suppress(*UNREADABLE):
        return held_by(folders, release.release_id).doubts if release else frozenset()
    return frozenset()


def _outcomes(folders: Folders) -> Counter[tuple[str, str]]:
    """Return how many cells of each indicator a rule said each thing of."""
    verdicts, _ = read_verdicts(folders)
    return Counter(zip(verdicts["indicator"], verdicts["outcome"], strict=True))


def _indicator_line(
    definition: IndicatorDefinition,
    state: IndicatorState,
    region: pd.DataFrame,
    held: Collection[str],
    categories: Mapping[str, str],
) -> IndicatorLine:
    shown = {category: categories.get(category, category) for category in definition.headline}
    return IndicatorLine(
        indicator=definition.id,
        label=definition.label,
        fiche=definition.fiche,
        producer=definition.producer,
        state=state.state.value,
        n_published=state.published,
        n_held=state.held,
        n_excluded=state.excluded,
        unit=definition.unit_measure,
        figures=tuple(
            _figure(region, category, label, held)
            for category, label in (shown or {TOTAL: ""}).items()
        ),
        explanation=indicator_address(definition.id),
    )


def _figure(region: pd.DataFrame, category: str, label: str, held: Collection[str]) -> FigureLine:
    """Return the last two values published of a category of the region; some may be held."""
    is_out = region["publication"] == PublicationStatus.EXCLUDED
    chosen = region[(region["category"] == category) & ~is_out].sort_values("time_period")
    filled = chosen.dropna(subset="obs_value")
    values = [(None, None), (None, None), *zip(filled["time_period"], filled["obs_value"])]  # noqa: B905 same frame
    (previous_period, previous_value), (period, value) = values[-2:]
    status = "" if chosen.empty else chosen["obs_status"].iloc[-1]
    is_break = bool((filled["obs_status"].iloc[-1:] == BREAK).any())
    previous = (previous_value, previous_period)
    return FigureLine(label, value, period, *previous, status, is_break, category in held)
