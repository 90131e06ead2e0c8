"""From the register to the decisions that a report tells, and what changed under those that lapsed.

Here: naming what a release knows of decisions. Not here: whether a decision still stands
(``expectations.decisions.standings``), layout.
"""

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.decisions.decision import Decision
from expectations.decisions.figures import CellFigures, figures_of
from expectations.decisions.standings import Ruling, Standing
from expectations.findings.code_names import Names
from expectations.french import PARIS, number
from expectations.verdicts.table import Cell
from orchestration.publication.docket import Docket
from orchestration.reporting.decided import DecisionLine, DecisionLines
from orchestration.reporting.vocabulary import absence
from orchestration.station.release import Release

MOST_CHANGES = 4


def decision_lines(docket: Docket, before: Release | None, names: Names) -> DecisionLines:
    """Return the lines of every decision that a release knows.

    Args:
        docket: The findings and the decisions of the release.
        before: The release before it, None for the first.
        names: French names of areas and categories.
    """
    applied = before.decisions(Standing.IN_FORCE) if before else set()
    last = before.last_decision if before else 0
    held = {cell for finding in docket.open for cell in finding.cells}
    lines = []
    for ruling in reversed(docket.rulings):
        decision = ruling.decision
        if decision.decision_id in docket.taken_out:
            continue
        is_lapsed = ruling.standing is Standing.LAPSED
        # A correction that came is what was asked for: there is nothing to decide again.
        let_out = decision.decision_id in applied and not decision.choice.withholds
        is_told = let_out or not held.isdisjoint(decision.subject.cells)
        lines.append(
            _line(
                ruling,
                changes=_changes(decision, docket, names) if is_lapsed else (),
                is_new=decision.decision_id > last,
                is_recalled=is_lapsed and is_told,
            )
        )
    return DecisionLines(tuple(lines), docket.troubles)


def _line(
    ruling: Ruling, *, changes: tuple[str, ...], is_new: bool, is_recalled: bool
) -> DecisionLine:
    decision, subject = ruling.decision, ruling.decision.subject
    return DecisionLine(
        decision_id=decision.decision_id,
        finding_id=subject.finding_id,
        indicator=subject.indicator,
        title=subject.title,
        choice=decision.choice.value,
        author=decision.author,
        motive=decision.motive,
        at=decision.decided_at.astimezone(PARIS),
        standing=ruling.standing.value,
        changes=changes,
        is_new=is_new,
        is_recalled=is_recalled,
    )


def _changes(decision: Decision, docket: Docket, names: Names) -> tuple[str, ...]:
    """Say which figures are others now, the totals first: « Vendée, 2024 : 2, devenu 3 »."""
    subject = decision.subject
    now = figures_of(subject.cells, subject.period_before, docket.sound)
    sentences = [
        sentence
        for then, after in sorted(
            zip(subject.figures, now, strict=True), key=lambda pair: _rank(pair[0].cell)
        )
        for sentence in _moved(then, after, subject.period_before, names)
    ]
    rest = len(sentences) - MOST_CHANGES
    return (
        *sentences[:MOST_CHANGES],
        *([f"et {french.count(rest, 'autre chiffre', 'autres chiffres')}"] if rest > 0 else []),
    )


def _moved(
    then: CellFigures, now: CellFigures, period_before: str | None, names: Names
) -> list[str]:
    place = names.areas.get(then.cell.ref_area, then.cell.ref_area)
    if then.cell.category != TOTAL:
        place += f", {names.categories.get(then.cell.category, then.cell.category)}"
    pairs = [
        (
            period_before,
            (then.value_before, then.status_before),
            (now.value_before, now.status_before),
        ),
        (then.cell.time_period, (then.value, then.status), (now.value, now.status)),
    ]
    return [
        f"{place}, {period} : {_figure_words(*old)}, devenu {_figure_words(*new)}"
        for period, old, new in pairs
        if old != new
    ]


def _figure_words(value: str | None, status: str) -> str:
    return absence(status) if value is None else number(float(value))


def _rank(cell: Cell) -> tuple[bool, bool, Cell]:
    return (not cell.is_of_region, cell.category != TOTAL, cell)
