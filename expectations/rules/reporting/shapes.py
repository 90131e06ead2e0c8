"""BRK, where no single number jumps: the parts of a whole, and what moves little by little.

Here: the shares of a whole, judged together, whole by whole and over all areas at once, for a
threshold that moved takes from one class what it gives to the next; and the series that leave their
siblings without ever jumping, for a body may forget a little more every year. Not here: the tests
themselves (``statistics.compositions``, ``statistics.drift``), jumps (``breaks``).
"""

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.rules.evidence_values import number_or_none
from expectations.rules.standard.past import latest_cells, value_matrix
from expectations.rules.supplements import supplement
from expectations.statistics.compositions import changed_compositions
from expectations.statistics.counts import spread_of
from expectations.statistics.drift import SHORTEST_STRETCH, drifts
from expectations.statistics.false_alarms import may_alarm
from expectations.statistics.grouped import Floats
from expectations.statistics.panels import PriorSpreads, panel_of_counts
from expectations.subject.movements import COUNT, movements
from expectations.subject.siblings import area_groups, tables_of
from expectations.subject.subject import Subject, category_breakdowns
from expectations.verdicts.table import Judgement, Row

LEAST_CATEGORIES = 4
"""Categories from which a table tells what is ordinary among its own."""
STRETCHES = (SHORTEST_STRETCH, SHORTEST_STRETCH + 1, SHORTEST_STRETCH + 3)
"""How many changes in a row are tried."""


def same_composition(subject: Subject) -> Judgement:
    """Return BRK for the categories that moved of those that make up a total, judged together."""
    pairs = movements(subject)
    links = subject.links
    links = links[links["parts"].isin(category_breakdowns(subject))]
    cells = pairs.take(links["part_row"].to_numpy()).assign(whole=links["whole_row"].to_numpy())
    cells = cells[(cells["kind"] == COUNT) & (cells["whole"] >= 0)].reset_index(drop=True)
    _, groups = np.unique(cells["whole"], return_inverse=True)
    spread = subject.of_definition(
        cells["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change)
    )
    moved = changed_compositions(cells["value_before"], cells["value_after"], groups, spread)
    cells = cells.assign(
        p_value=moved.p_value[groups],
        score=moved.score,
        moved=np.bincount(groups, weights=moved.has_moved)[groups],
        parts=np.bincount(groups, weights=np.isfinite(moved.score))[groups],
    )
    # Parts that are as ever go out; one stands for a whole of which all are, for it was tested.
    is_judged = moved.has_moved | ((cells["moved"] == 0) & ~cells["whole"].duplicated())
    return supplement(
        subject,
        "BRK",
        cells[is_judged],
        _composition_sentence,
        lambda row: {"score": number_or_none(row["score"])},
        group="whole",
    )


def same_balance(subject: Subject) -> Judgement:
    """Return BRK for the categories whose sum over the areas departs from that of the others."""
    pairs = movements(subject)
    compared = pairs["value_before"].notna() & pairs["value_after"].notna()
    cells = pairs[compared & (pairs["kind"] == COUNT) & (pairs["breakdown"] != TOTAL)]
    cells = cells.reset_index(drop=True)
    cells = cells.assign(column=area_groups(cells), table=tables_of(cells))
    columns = {name: np.full(len(cells), np.nan) for name in ("p_value", *_OF_COLUMNS)}
    for policy, rows in subject.by_policy(cells):
        spread = spread_of(policy.ordinary_share_change)
        for name, numbers in _balance(cells.take(rows), spread).items():
            columns[name][rows] = numbers
    return supplement(
        subject,
        "BRK",
        cells.assign(**columns),
        _balance_sentence,
        lambda row: {"sum_before": row["sum_before"], "sum_after": row["sum_after"]},
        group="column",
    )


_OF_COLUMNS = ("sum_before", "sum_after", "others")


def _balance(cells: pd.DataFrame, spread: float) -> dict[str, Floats]:
    """Return how each category, all areas together, moved beside the others of its table."""
    _, first, columns = np.unique(cells["column"], return_index=True, return_inverse=True)
    _, tables = np.unique(cells["table"].to_numpy()[first], return_inverse=True)
    before, after = (
        np.bincount(columns, cells[name].to_numpy()) for name in ("value_before", "value_after")
    )
    panel, p_values = panel_of_counts(before, after, tables, PriorSpreads(spread, spread))
    enough = (panel.members[tables] >= LEAST_CATEGORIES) & may_alarm(before, after)
    numbers_of_columns = np.where(enough, p_values, np.nan), before, after, panel.growth
    return {
        name: numbers[columns]
        for name, numbers in zip(("p_value", *_OF_COLUMNS), numbers_of_columns, strict=True)
    }


def no_drift(subject: Subject) -> Judgement:
    """Return BRK for the latest period of the series that leave their siblings little by little."""
    latest = latest_cells(subject)
    columns = {name: np.full(len(latest), np.nan) for name in ("drift_p_value", "departure")}
    lengths = subject.grid.lengths[latest["row_after"]] if len(latest) else np.array([])
    for length in np.unique(lengths[lengths > SHORTEST_STRETCH]):
        chosen = np.flatnonzero(lengths == length)
        values = value_matrix(subject, latest["row_after"].to_numpy()[chosen], int(length))
        for name, numbers in _drifts(subject, latest.take(chosen), values).items():
            columns[name][chosen] = numbers
    cells = latest.assign(p_value=columns["drift_p_value"], departure=columns["departure"])
    return supplement(
        subject, "BRK", cells, _drift_sentence, lambda row: {"departure": row["departure"]}
    )


def _drifts(subject: Subject, latest: pd.DataFrame, values: Floats) -> dict[str, Floats]:
    """Return the drift of each series over the stretch that shows it best, corrected for that.

    The correction is Bonferroni's, for as many stretches as its history allows.
    """
    best = {name: np.full(len(latest), np.nan) for name in ("drift_p_value", "departure")}
    _, panels = np.unique(latest["siblings"], return_inverse=True)
    is_count = (latest["kind"] == COUNT).to_numpy()
    stretches = [stretch for stretch in STRETCHES if stretch < values.shape[1]]
    for kind, are_counts in ((is_count, True), (~is_count, False)):
        for policy, rows in subject.by_policy(latest, kind):
            spread = spread_of(policy.ordinary_departure)
            for stretch in stretches:
                found = drifts(values[rows], panels[rows], spread, stretch, are_counts=are_counts)
                p_values = np.minimum(1.0, len(stretches) * found.p_value[:, -1])
                better = ~(p_values >= best["drift_p_value"][rows])
                for name, numbers in (
                    ("drift_p_value", p_values),
                    ("departure", found.departure[:, -1]),
                ):
                    best[name][rows] = np.where(better, numbers, best[name][rows])
    return best


def _balance_sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    before, after = french.number(row["sum_before"]), french.number(row["sum_after"])
    moved = french.change(1.0, float(np.exp(row["others"])))
    return french.typeset(
        f"Tous territoires ensemble, la catégorie passe de {before} en {first} à {after} en "
        f"{second}, quand les autres font {moved} : {french.chance(row['p_value'])} d'un tel écart."
    )


def _composition_sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    moved = french.count(int(row["moved"]), "catégorie", "catégories")
    leave = "s'écarte" if row["moved"] < 2 else "s'écartent"
    return french.typeset(
        f"Entre {first} et {second}, la répartition du total entre ses catégories change : "
        f"{french.chance(row['p_value'])} d'un tel changement. {moved} sur "
        f"{french.number(row['parts'])} {leave} des autres, dont celle-ci."
    )


def _drift_sentence(row: Row) -> str:
    moved = french.change(1.0, float(np.exp(row["departure"])))
    return french.typeset(
        f"Sur les dernières périodes, la série s'écarte peu à peu des autres du même tableau "
        f"({moved}) : {french.chance(row['p_value'])} d'un tel écart."
    )
