"""RTS and RNR: has a series a hole, and does a period that is due have some line?

Here: holes and lines, by themselves and as a suite asks for them. A cell that is masked or cannot
exist is no hole: somebody said so. Not here: a period that has not come yet (``reporting.lags``), a
cell that had a value the period before and has no row at all (``reporting.vanished``); neither is
said twice.
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.cells.statuses import ABSENT, NOT_YET, UNEXPLAINED
from expectations.cells.timeliness import DUE
from expectations.rules.standard.ranges import bounds
from expectations.rules.statements import EntryJudgement
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import CompleteSeries, ValueCount
from expectations.verdicts.proofs import QUESTION
from expectations.verdicts.table import Judgement, Mask, Outcome, Reason, Row, choose, judged

NEVER = np.iinfo(np.int64).max


def series_have_no_hole(subject: Subject) -> Judgement:
    """Return RTS for every cell: it has a value when its series has some before and after it."""
    cells, grid = subject.observations, subject.grid
    given = cells["obs_value"].notna().to_numpy()
    first = np.full(int(grid.series.max(initial=-1)) + 1, NEVER)
    last = np.full(len(first), -1)
    np.minimum.at(first, grid.series[given], grid.rank[given])
    np.maximum.at(last, grid.series[given], grid.rank[given])
    inside = (grid.rank > first[grid.series]) & (grid.rank < last[grid.series])
    hole = ~given & inside & subject.has_status(*DUE)
    valueless = first[grid.series] == NEVER
    cells = cells.assign(
        value_after=subject.finite_values,
        outcome=choose(
            [(valueless, Outcome.NOT_EVALUATED), (hole, Outcome.FAIL)], Outcome.PASS, len(cells)
        ),
        reason=choose([(valueless, Reason.NO_VALUE)], None, len(cells)),
    )
    return Judgement("RTS", cells, subject.severities("RTS", cells), _hole_sentence, _hole_evidence)


def values_are_complete(
    subject: Subject, control: CompleteSeries, rows: Integers
) -> EntryJudgement:
    """Return whether each of some cells has a value, or says why it has none."""
    del control
    hole = np.isnan(subject.observations["obs_value"].to_numpy()[rows])
    hole &= subject.has_status(*UNEXPLAINED)[rows]
    return EntryJudgement(
        choose([(hole, Outcome.FAIL)], Outcome.PASS, len(rows)),
        choose([(hole, Outcome.FAIL)], None, len(rows)),
        lambda at: "Constaté : pas de valeur." if hole[at] else "La valeur est là, ou s'explique.",
        lambda _: {},
    )


def periods_have_lines(subject: Subject) -> Judgement:
    """Return RNR for every cell, of the period it is in: a period that is due has some line.

    A line without a value is a line: its statuses tell the rest.
    """
    cells, group = subject.observations, subject.grid.indicator_periods
    absent, not_yet = subject.has_status(ABSENT), subject.has_status(NOT_YET)
    lines = np.bincount(group, weights=~(absent | not_yet))[group].astype(np.int64)
    due = np.bincount(group, weights=~not_yet)[group] > 0
    lineless, late = due & (lines == 0), _is_late(subject)
    cells = cells.assign(
        value_after=subject.finite_values,
        lines=lines,
        outcome=choose(
            [(~due | (lineless & late), Outcome.NOT_EVALUATED), (lineless, Outcome.FAIL)],
            Outcome.PASS,
            len(cells),
        ),
        reason=choose([(~due, Reason.NOT_DUE), (lineless & late, Reason.LATE)], None, len(cells)),
    )
    return Judgement(
        "RNR", cells, subject.severities("RNR", cells), _lines_sentence, _lines_evidence
    )


def values_are_as_many(subject: Subject, control: ValueCount, rows: Integers) -> EntryJudgement:
    """Return whether, among some cells, those of each indicator and period have enough values.

    A period of which nothing has come yet is not due, or late.
    """
    group = np.unique(subject.grid.indicator_periods[rows], return_inverse=True)[1]
    given = ~np.isnan(subject.observations["obs_value"].to_numpy()[rows])
    count = np.bincount(group, weights=given).astype(np.int64)[group]
    not_due = np.bincount(group, weights=~subject.has_status(NOT_YET)[rows])[group] == 0
    late = _is_late(subject)[rows]
    inside = (count >= control.least) & (count <= control.most)
    expected = bounds(control.least, control.most)
    return EntryJudgement(
        judged(inside, not_due | late),
        choose([(not_due, Reason.NOT_DUE), (late, Reason.LATE)], None, len(rows)),
        lambda at: (
            f"Constaté : {french.count(count[at], 'valeur', 'valeurs')} ; attendu : {expected}."
        ),
        lambda at: {"valeurs": int(count[at]), "attendu": expected},
    )


def _is_late(subject: Subject) -> Mask:
    """Tell which cells are of a period after the last one that has some value."""
    indicators, rank = subject.index.codes["indicator"], subject.grid.rank
    given = subject.observations["obs_value"].notna().to_numpy()
    last = np.full(len(subject.index.categories["indicator"]), -1)
    np.maximum.at(last, indicators[given], rank[given])
    late: Mask = rank > last[indicators]
    return late


def _hole_sentence(row: Row) -> str:
    if row["outcome"] == Outcome.FAIL:
        now = french.period(row["time_period"])
        return f"Pas de valeur en {now}, alors que la série en a avant et après."
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return "La série n'a aucune valeur."
    return "La série n'a pas de trou ici."


def _hole_evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {}
    return {
        "obs_status": row["obs_status"],
        QUESTION: "Cette valeur existe-t-elle quelque part ?",
    }


def _lines_sentence(row: Row) -> str:
    now = french.period(row["time_period"])
    if row["outcome"] == Outcome.FAIL:
        return f"Aucune ligne pour {now}, qui est due, alors qu'une période suivante en a."
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"{str(row['reason']).capitalize()}."
    lines = french.number(row["lines"])
    return french.typeset(f"Cellules de {now} qui ont une ligne, ou ne peuvent exister : {lines}.")


def _lines_evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {"lines": row["lines"]}
    now = french.period(row["time_period"])
    return {"lines": 0, QUESTION: f"Où sont les données de {now} ?"}
