"""BRK, where no single number jumps: the parts of a whole, and what moves little by little.

Here: the shares of a whole, judged together, whole by whole and over all areas at once, for a
threshold that moved takes from one class what it gives to the next; and the series that leave their
siblings without ever jumping, for a body may forget a little more every year. Not here: the tests
themselves (``statistics.compositions``, ``drift``), what a category does in all its areas
(``category_moves``), jumps (``breaks``).
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.rules.evidence_values import number_or_none
from expectations.rules.reporting.category_moves import (
    COUNTERPART,
    ODD_COUNTERPART,
    but_for_events,
    category_moves,
)
from expectations.rules.standard.past import latest_cells, value_matrix
from expectations.rules.supplements import spared, supplement
from expectations.statistics.compositions import changed_compositions
from expectations.statistics.counts import spread_of
from expectations.statistics.drift import SHORTEST_STRETCH, drifts_over
from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.printed_steps import spread_of_rounded
from expectations.statistics.remainders import stays_apart
from expectations.subject.movements import COMPARED, COUNT, movements
from expectations.subject.siblings import area_groups
from expectations.subject.subject import Subject, category_breakdowns
from expectations.verdicts.alarms import adjusted_in_families
from expectations.verdicts.proofs import MOVED_EVERYWHERE
from expectations.verdicts.table import Judgement, Mask, Row, Severity

SAME_WAY = 2 / 3
"""Part of the areas where a category moved that must go one way, for it to be one event."""
STRETCHES = (SHORTEST_STRETCH, SHORTEST_STRETCH + 1, SHORTEST_STRETCH + 3)
"""How many changes in a row are tried."""


def same_composition(subject: Subject) -> Judgement:
    """Return BRK for the categories that moved of those that make up a total, judged together.

    What moves alone is told, unless its category does not go the same way in most areas.
    """
    pairs = movements(subject)[COMPARED]
    links = subject.links
    is_count = (pairs["kind"] == COUNT).to_numpy()[links["part_row"]]
    is_of_total = links["parts"].isin(category_breakdowns(subject)) & (links["whole_row"] >= 0)
    links = links[is_of_total & is_count]
    cells = pairs.take(links["part_row"].to_numpy()).reset_index(drop=True)
    cells = cells.assign(whole=links["whole_row"].to_numpy())
    groups, _ = pd.factorize(cells["whole"])
    spread = subject.of_definition(
        cells["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change)
    )
    values = cells["value_before"], cells["value_after"]
    steps = subject.printed_steps[links["part_row"].to_numpy()]
    spread = spread_of_rounded(spread, *values, steps)
    moved = changed_compositions(*values, groups, spread)
    has_moved = moved.has_moved & ~_stays_apart(subject, cells, pairs)
    remaining = np.bincount(groups, has_moved)
    is_cleared = (remaining == 0) & (np.bincount(groups, moved.has_moved) > 0)
    cells = cells.assign(
        p_value=np.where(is_cleared, 1.0, moved.p_value)[groups],
        score=moved.score,
        moved=remaining[groups],
        parts=np.bincount(groups, weights=np.isfinite(moved.score))[groups],
    )
    # Parts that are as ever go out; one stands for a whole of which all are, for it was tested.
    is_judged = has_moved | ((cells["moved"] == 0) & ~cells["whole"].duplicated())
    judged = supplement(
        subject,
        "BRK",
        cells[is_judged],
        _composition_sentence,
        lambda row: {"score": number_or_none(row["score"])},
        group="whole",
    )
    is_event = _go_one_way(cells, groups, np.where(has_moved, np.sign(moved.score), 0.0))
    return but_for_events(subject, judged, is_event[is_judged])


def _go_one_way(cells: pd.DataFrame, groups: Integers, ways: Floats) -> Mask:
    """Tell which parts moved one way, as the others of their total and as most of their category.

    Args:
        cells: The parts, with their value now.
        groups: Code of the total of each.
        ways: 1 for what rose, -1 for what fell, 0 for what is as ever.
    """
    columns = area_groups(cells)
    in_total, in_column = (
        [np.bincount(codes, ways == way)[codes] for way in (1, -1)] for codes in (groups, columns)
    )
    goes_both_ways = np.minimum(*in_total) > 0
    is_apart = np.where(ways > 0, *in_column) < SAME_WAY * np.add(*in_column)
    is_nothing = (ways != 0) & (cells["value_after"].to_numpy() == 0)
    go_one_way: Mask = ~(goes_both_ways | is_apart | is_nothing)
    return go_one_way


def _stays_apart(subject: Subject, cells: pd.DataFrame, pairs: pd.DataFrame) -> Mask:
    """Tell which parts stayed where they were, though their whole went beyond the ordinary.

    Where most of a table is a hundred times too large, the rest is not what is wrong.
    """
    spread = subject.of_definition(
        cells["indicator"],
        lambda item: spread_of(subject.policy.of(item.id).ordinary_common_growth),
    )
    parts, wholes = (
        rows[["value_before", "value_after"]].to_numpy().T
        for rows in (cells, pairs.take(cells["whole"].to_numpy()))
    )
    return stays_apart(parts, wholes, spread)


def same_balance(subject: Subject) -> Judgement:
    """Return BRK for the cells whose category departs, all areas together, from the others."""
    cells = category_moves(subject)
    cells = cells.assign(own_p_value=cells["p_value"], p_value=_together(cells), said_by="")
    agrees = cells["agrees"].to_numpy() > 0
    some_agree = np.bincount(cells["column"], agrees)[cells["column"]] > 0
    # A departure that no area shows is none; it was tested all the same.
    p_values = np.where(some_agree, cells["p_value"], np.fmax(cells["p_value"], 1.0))
    judged = supplement(
        subject,
        "BRK",
        cells.assign(**spared(cells["column"].to_numpy(), p_values, some_agree & ~agrees)),
        _balance_sentence,
        _balance_evidence,
        group="group",
    )
    return but_for_events(subject, judged, cells["is_event"].to_numpy())


def category_moves_as_before(subject: Subject) -> Judgement:
    """Return BRK for the cells whose category moved everywhere as it never did: published.

    Where the others of its table do not tell that it left them, its past may. It proves no fault,
    since what happens to one category is not in it.
    """
    cells = category_moves(subject)
    by_others = adjusted_in_families(same_balance(subject))
    is_alarm = np.zeros(len(cells), dtype=np.bool_)
    if by_others is not None:
        is_alarm = by_others <= subject.policy.false_discovery_rate
    cells = cells[~is_alarm & (cells["agrees"] > 0) & (cells["areas"] > 1)].reset_index(drop=True)
    p_values = cells["past_p_value"]
    cells = cells.assign(p_value=p_values, own_p_value=p_values, said_by=_BY_ITS_PAST)
    judged = supplement(
        subject, "BRK", cells, _balance_sentence, _balance_evidence, group="column", is_common=True
    )
    return replace(judged, severity=Severity.INFORMATION)


_BY_ITS_PAST = ", d'après ce que cette catégorie a fait jusque-là"


def _together(cells: pd.DataFrame) -> Floats:
    """Return p-values, the same for a category that lost and the one that won about as much.

    One is only held because the other answers for it: neither goes out alone.
    """
    tables, p_values, excess = (cells[name].to_numpy() for name in ("table", "p_value", "excess"))
    is_odd = p_values <= ODD_COUNTERPART
    size = int(tables.max(initial=-1)) + 1
    won, lost, least = np.zeros(size), np.zeros(size), np.ones(size)
    np.maximum.at(won, tables[is_odd], excess[is_odd])
    np.maximum.at(lost, tables[is_odd], -excess[is_odd])
    is_extreme = is_odd & (excess != 0) & ((excess == won[tables]) | (-excess == lost[tables]))
    np.minimum.at(least, tables[is_extreme], p_values[is_extreme])
    answer = np.minimum(won, lost) >= COUNTERPART * np.maximum(won, lost)
    return np.where(is_extreme & answer[tables], least[tables], p_values)


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
            for found in drifts_over(
                stretches, values[rows], panels[rows], spread, are_counts=are_counts
            ):
                p_values = np.minimum(1.0, len(stretches) * found.p_value[:, -1])
                better = ~(p_values >= best["drift_p_value"][rows])
                for name, numbers in (
                    ("drift_p_value", p_values),
                    ("departure", found.departure[:, -1]),
                ):
                    best[name][rows] = np.where(better, numbers, best[name][rows])
    return best


def _balance_evidence(row: Row) -> dict[str, Any]:
    numbers = {name: row[name] for name in ("sum_before", "sum_after", "areas", "agreeing")}
    if not row["is_event"]:
        return numbers
    return {MOVED_EVERYWHERE: {**numbers, "sentence": _balance_sentence(row)}}


def _balance_sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    before, after = french.number(row["sum_before"]), french.number(row["sum_after"])
    moved = french.change(1.0, float(np.exp(row["others"])))
    others = "ne changent guère" if moved == french.percent(0) else f"évoluent de {moved}"
    alone = f"{french.number(row['agreeing'])} des {french.number(row['areas'])} territoires"
    won, lost = ("gagne", "perd") if row["sum_after"] > row["sum_before"] else ("perd", "gagne")
    answers = f" Aucune autre ne {lost} ce que celle-ci {won}." if row["is_event"] else ""
    answers = (
        " Une autre catégorie du tableau a perdu ou gagné à peu près ce que celle-ci a gagné ou "
        f"perdu ({french.chance(row['p_value'])} d'un écart comme le sien) : elles sont retenues "
        "ensemble."
        if row["p_value"] < row["own_p_value"]
        else answers
    )
    return french.typeset(
        f"Là où elle change, la catégorie passe en tout de {before} en {first} à {after} en "
        f"{second}, quand les autres {others} : {french.chance(row['own_p_value'])} d'un tel "
        f"écart{row['said_by']}. Pris un à un, {alone} le disent.{answers}"
    )


def _composition_sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    moved = french.count(int(row["moved"]), "catégorie", "catégories")
    is_one = row["moved"] < 2
    leave = "s'écarte des autres : celle-ci" if is_one else "s'écartent des autres, dont celle-ci"
    return french.typeset(
        f"Entre {first} et {second}, la répartition du total entre ses catégories change : "
        f"{french.chance(row['p_value'])} d'un tel changement. {moved} sur "
        f"{french.number(row['parts'])} {leave}."
    )


def _drift_sentence(row: Row) -> str:
    moved = french.change(1.0, float(np.exp(row["departure"])))
    return french.typeset(
        f"Sur les dernières périodes, la série s'écarte peu à peu des autres du même tableau "
        f"({moved}) : {french.chance(row['p_value'])} d'un tel écart."
    )
