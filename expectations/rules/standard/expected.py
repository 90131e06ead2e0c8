"""REP: is what is expected given?

Here: by itself, a part of a whole has a line when another part has a value; a suite may list what
it expects. Not here: a cell that had a value the period before, which is not said twice
(``reporting.vanished``), giving a row to what a suite expects (``suites.fiches.expected_cells``).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import Integers, combined_codes
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.cells.statuses import ABSENT, NOT_YET
from expectations.rules.statements import EntryJudgement
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import ExpectedCells
from expectations.verdicts.proofs import QUESTION
from expectations.verdicts.table import Judgement, Mask, Outcome, Reason, Row, choose

TOLERANCE = 1e-6
"""Values have six decimals; a sum of them that differs by less is the same."""


def parts_are_given(subject: Subject) -> Judgement:
    """Return REP for every part of a whole: it has a line when another part has a value.

    A count that has no line is no fault when the others already add up to the whole: a zero that
    was not written. Nor does anybody miss a category before the period in which it enters.
    """
    links = subject.observed_links
    rows = np.flatnonzero(np.bincount(links["part_row"]))
    is_lost, is_missed = _lost(subject, links)
    fails = is_missed[rows]
    not_due, vanished = subject.has_status(NOT_YET)[rows], fails & _vanished(subject)[rows]
    cells = subject.observations.take(rows)
    cells = cells.assign(
        value_after=subject.finite_values[rows],
        lost=is_lost[rows],
        is_count=subject.of_definition(cells["indicator"], _is_count),
        outcome=choose(
            [(not_due | vanished, Outcome.NOT_EVALUATED), (fails, Outcome.FAIL)],
            Outcome.PASS,
            len(rows),
        ),
        reason=choose([(not_due, Reason.NOT_DUE), (vanished, Reason.VANISHED)], None, len(rows)),
    )
    return Judgement("REP", cells, subject.severities("REP", cells), _sentence, _evidence)


def expected_cells_are_there(
    subject: Subject, control: ExpectedCells, rows: Integers
) -> EntryJudgement:
    """Return whether each of some cells is one that a suite expects, and has a line if it is.

    Those that had no row at all were given one by ``fiches.expected_cells``.
    """
    cells = subject.observations.take(rows)
    areas = cells["ref_area"].cat
    is_expected = np.array([*map(control.is_expected_in, areas.categories), False], dtype=bool)
    expected = is_expected[areas.codes] & (cells["breakdown"] == control.breakdown).to_numpy()
    expected &= cells["category"].isin(control.categories).to_numpy()
    lacking = expected & subject.has_status(ABSENT)[rows] & (control.presence != "seulement")
    extra = ~expected & cells["obs_value"].notna().to_numpy() & (control.presence != "au_moins")
    vanished = lacking & _vanished(subject)[rows]

    def tell(at: int) -> str:
        if lacking[at]:
            return "Constaté : aucune ligne pour une cellule attendue."
        if extra[at]:
            return "Constaté : une valeur pour une cellule qui n'est pas attendue."
        return "La cellule est comme attendu."

    return EntryJudgement(
        choose(
            [(vanished, Outcome.NOT_EVALUATED), (lacking | extra, Outcome.FAIL)],
            Outcome.PASS,
            len(rows),
        ),
        choose([(vanished, Reason.VANISHED)], None, len(rows)),
        tell,
        lambda at: {"attendue": bool(expected[at]), "presence": control.presence},
    )


def _lost(subject: Subject, links: pd.DataFrame) -> tuple[Mask, Mask]:
    """Tell which cells are lost parts, and which of these the others do not make up for."""
    may_be = subject.has_status(ABSENT) & ~_has_not_entered(subject)
    is_lost, is_missed, has_lost = np.zeros((3, len(may_be)), dtype=bool)
    has_lost[links.loc[may_be[links["part_row"]], "whole_row"]] = True
    links = links[has_lost[links["whole_row"]]]
    rows = links["part_row"].to_numpy()
    lost = may_be[rows] & _is_given_elsewhere(subject, links)
    is_lost[rows[lost]] = True
    is_missed[rows[lost & ~_adds_up_without(subject, links)]] = True
    return is_lost, is_missed


def _is_given_elsewhere(subject: Subject, links: pd.DataFrame) -> Mask:
    """Tell, for each part, whether some part of its whole has a value."""
    values = subject.observations["obs_value"].to_numpy()[links["part_row"]]
    return _over_wholes(links, ~np.isnan(values)) > 0


def _has_not_entered(subject: Subject) -> Mask:
    """Tell which cells are of a category that is given in some later period, and in none before."""
    cells, rank = subject.observations, subject.grid.rank
    category = combined_codes(cells, ["indicator", "breakdown", "category"])
    category = pd.factorize(category)[0]
    given = cells["obs_value"].notna().to_numpy()
    never = np.iinfo(np.int64).max
    first = np.full(int(category.max(initial=-1)) + 1, never)
    np.minimum.at(first, category[given], rank[given])
    has_not: Mask = (rank < first[category]) & (first[category] != never)
    return has_not & (cells["category"] != TOTAL).to_numpy()


def _adds_up_without(subject: Subject, links: pd.DataFrame) -> Mask:
    """Tell, for each part, whether those that have a value already add up to their whole."""
    cells = subject.observations
    is_count = subject.of_definition(cells["indicator"], _is_count)
    values = cells["obs_value"].to_numpy()
    sums = _over_wholes(links, np.nan_to_num(values[links["part_row"]]))
    wholes = links["whole_row"].to_numpy()
    adds_up: Mask = is_count[wholes].astype(bool) & (np.abs(values[wholes] - sums) <= TOLERANCE)
    return adds_up


def _is_count(definition: IndicatorDefinition) -> bool:
    return definition.value_kind == "count"


def _over_wholes(links: pd.DataFrame, weights: NDArray[Any]) -> Floats:
    """Return, for each part, the sum of some weights over the parts of its whole."""
    breakdowns = links["parts"].cat.codes.to_numpy()
    number = links["whole_row"].to_numpy() * (int(breakdowns.max(initial=0)) + 1) + breakdowns
    group = pd.factorize(number)[0]
    sums: Floats = np.bincount(group, weights=weights).astype(np.float64)
    return sums[group]


def _vanished(subject: Subject) -> Mask:
    """Tell which cells without a value had one, other than zero, the period before."""
    pairs = subject.pairs
    gone = pairs["value_after"].isna() & (pairs["value_before"].fillna(0.0) != 0)
    rows = pairs["row_after"].to_numpy()[gone]
    vanished = np.zeros(len(subject.observations), dtype=bool)
    vanished[rows[rows >= 0]] = True
    return vanished


def _sentence(row: Row) -> str:
    if row["outcome"] == Outcome.FAIL:
        detail = "ce territoire" if row["category"] == TOTAL else "cette catégorie"
        return french.typeset(
            f"Aucune ligne pour {detail} en {french.period(row['time_period'])}, alors que "
            "d'autres détails du même total ont une valeur."
        )
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"{str(row['reason']).capitalize()}."
    if row["lost"]:
        return "Aucune ligne, mais les autres font déjà le total : un zéro qui n'est pas écrit."
    return "La cellule attendue est donnée, ou dit pourquoi elle ne l'est pas."


def _evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {}
    zero = ", vaut-il zéro" if row["is_count"] else ""
    return {
        "obs_status": row["obs_status"],
        QUESTION: f"Ce détail a-t-il été oublié{zero}, ou ne peut-il pas être donné ?",
    }
