"""What a category does in all its areas beside the others of its table, and which others answer.

A category that moves everywhere while none other of its table wins what it lost, or loses what it
won, is an *event*: something happened to it, which is told. What has such a counterpart is counted
elsewhere than it was; what is zero everywhere was not sent; what is ten times what it was, but for
what shares ordinarily do, is in another unit.

Here: how each category moved, and which cells are of an event. Not here: its test
(``statistics.balance``), what is said of it (``shapes``).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.observations import TOTAL
from expectations.statistics.balance import balance
from expectations.statistics.counts import spread_of
from expectations.statistics.false_alarms import may_alarm
from expectations.statistics.grouped import Floats
from expectations.subject.movements import COMPARED, COUNT, movements
from expectations.subject.siblings import area_groups, tables_of
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.table import Judgement, Mask, Severity, regraded

COUNTERPART = 2 / 3
"""Part of what a category wins, or loses, that another one must lose, or win: what ordinary growth
leaves of it. Of thresholds that moved by half, 0.84 to 0.97 are found again."""
ODD_COUNTERPART = 0.05
"""P-value up to which that other one departs too: a large category wins or loses hundreds each
year, which answer for no small one that triples."""
LEAST_CATEGORIES = 4
"""Categories from which a table tells what is ordinary among its own."""


def category_moves(subject: Subject) -> pd.DataFrame:
    """Return how the category of each count moved, all its areas together.

    Returns:
        The rows of ``movements`` of two numbers each that are of a category, with ``pair`` (their
        place there), the codes of ``column`` and ``table``, what ``_OF_COLUMNS`` names,
        ``past_p_value`` (how likely the departure is by what the category did before), ``excess``
        (by how much the column departs from what the others make one expect), and ``is_event``.
    """
    return subject.remember("category moves", _category_moves)


def _category_moves(subject: Subject) -> pd.DataFrame:
    pairs = movements(subject)[[*COMPARED, "printed_step"]]
    pairs = pairs.assign(pair=np.arange(len(pairs)))
    parts = pairs[(pairs["kind"] == COUNT) & (pairs["breakdown"] != TOTAL)].reset_index(drop=True)
    parts = parts.assign(column=area_groups(parts), table=tables_of(parts))
    compared = parts["value_before"].ge(0) & parts["value_after"].ge(0)
    cells = parts[compared].reset_index(drop=True)
    columns = {name: np.full(len(cells), np.nan) for name in _OF_COLUMNS}
    is_of_another_magnitude = np.zeros(len(cells), dtype=np.bool_)
    for policy, rows in subject.by_policy(cells):
        spread = spread_of(policy.ordinary_share_change)
        found = _balanced(cells.take(rows), spread)
        for name, numbers in found.items():
            columns[name][rows] = numbers
        is_of_another_magnitude[rows] = _is_of_another_magnitude(found, policy)
    cells = cells.assign(**columns)
    by_past = movements(subject)["departure_p_value"].to_numpy()[cells["pair"]]
    cells = cells.assign(excess=_excess(cells), past_p_value=by_past)
    was_not_sent = (cells["sum_after"] == 0).to_numpy()
    is_no_event = _has_counterpart(cells, parts) | was_not_sent | is_of_another_magnitude
    return cells.assign(is_event=~is_no_event)


def events(subject: Subject) -> pd.DataFrame:
    """Return which rows of ``movements`` went along with an event, or are totals that it moved.

    One that nobody would tell, since it is in line with chance, is none.

    Returns:
        In the order of ``movements``, ``moved`` and ``is_total``, the second of totals only.
    """
    return subject.remember("events", _events)


def _events(subject: Subject) -> pd.DataFrame:
    of_cells = _events_of_cells(subject)
    of_totals = _are_of(subject, of_cells)
    # The total of totals.
    moved = of_cells | of_totals | _are_of(subject, of_cells | of_totals)
    return pd.DataFrame({"moved": moved, "is_total": moved & ~of_cells})


def _events_of_cells(subject: Subject) -> Mask:
    cells = category_moves(subject)
    departs = cells[["departure_p_value", "past_p_value"]].min(axis=1) <= ODD_COUNTERPART
    # Of a category in one area alone nobody can say that it moved everywhere.
    moved = cells["is_event"] & departs & (cells["agrees"] > 0) & (cells["areas"] > 1)
    is_of_event = np.zeros(len(movements(subject)), dtype=np.bool_)
    is_of_event[cells.loc[moved, "pair"]] = True
    return is_of_event


def _are_of(subject: Subject, is_of_event: Mask) -> Mask:
    """Tell which totals moved by two thirds or more for parts that went along with an event."""
    links = subject.links[subject.links["whole_row"] >= 0]
    wholes, parts = (links[name].to_numpy() for name in ("whole_row", "part_row"))
    first, second = (movements(subject)[name].fillna(0.0).to_numpy() for name in _ENDS)
    change = second - first
    of_event = np.flatnonzero(is_of_event[parts])
    divisions, names = pd.factorize(links["parts"])
    division = wholes * len(names) + divisions
    moved = np.bincount(division[of_event], change[parts[of_event]], len(change) * len(names))
    way, least = np.sign(change[wholes]), COUNTERPART * np.abs(change[wholes])
    are_of_event = np.zeros_like(is_of_event)
    are_of_event[wholes[(way * moved[division] >= least) & (way != 0)]] = True
    return are_of_event


_ENDS = ("value_before", "value_after")


def but_for_events(subject: Subject, judged: Judgement, is_event: Mask) -> Judgement:
    """Return a judgement that holds nothing of the cells that went along with an event."""
    severities = subject.severities(judged.rule, judged.cells)
    return replace(judged, severity=regraded(severities, is_event, Severity.INFORMATION))


def _is_of_another_magnitude(found: Mapping[str, Floats], policy: Policy) -> Mask:
    """Tell of which columns the others would have to explain a power of ten."""
    ends = (np.fmax(found[f"sum_{end}"], policy.smallest_magnitude) for end in ("before", "after"))
    before, after = map(np.log, ends)
    least = np.log(10.0) - np.log(policy.ordinary_share_change)
    is_far: Mask = np.abs(after - before - found["others"]) >= least
    return is_far


def _excess(cells: pd.DataFrame) -> Floats:
    """Return by how much the column of each cell departs from what the others make one expect."""
    others, before, after = (
        cells[name].to_numpy(dtype=np.float64) for name in ("others", "sum_before", "sum_after")
    )
    excess: Floats = np.nan_to_num(after - np.exp(others) * before)
    return excess


def _has_counterpart(cells: pd.DataFrame, parts: pd.DataFrame) -> Mask:
    """Tell of which cells another category of the table lost what theirs won, or won what it lost.

    That one must depart from the others as theirs does, or have entered or left.

    Args:
        cells: The cells that are compared, with the p-value and the excess of their column.
        parts: All parts of tables, those that entered or left among them.
    """
    tables, excess = (cells[name].to_numpy() for name in ("table", "excess"))
    before, after = (parts[f"value_{end}"] for end in ("before", "after"))
    most = np.bincount(parts["table"], np.where(before.isna(), after.fillna(0.0), 0.0))
    least = -np.bincount(parts["table"], np.where(after.isna(), before.fillna(0.0), 0.0))
    odd = np.flatnonzero(cells["departure_p_value"] <= ODD_COUNTERPART)
    np.maximum.at(most, tables[odd], excess[odd])
    np.minimum.at(least, tables[odd], excess[odd])
    other_way = np.where(excess > 0, -least[tables], most[tables])
    has_counterpart: Mask = other_way >= COUNTERPART * np.abs(excess)
    return has_counterpart


_OF_COLUMNS = (
    "departure_p_value",
    "p_value",
    "others",
    "agrees",
    "sum_before",
    "sum_after",
    "areas",
    "agreeing",
)


def _balanced(cells: pd.DataFrame, spread: float) -> dict[str, NDArray[Any]]:
    """Return how the category of each cell moved, in the areas that agree, beside the others."""
    columns, tables = (pd.factorize(cells[name])[0] for name in ("column", "table"))
    before, after = (cells[name].to_numpy() for name in ("value_before", "value_after"))
    found = balance((before, after), columns, tables, spread, cells["printed_step"])
    may_tell = may_alarm(found.sum_before, found.sum_after)
    departs = np.where(may_tell, found.p_value, np.nan)
    of_columns = {
        "sum_before": np.where(found.agrees, before, 0.0),
        "sum_after": np.where(found.agrees, after, 0.0),
        "areas": np.ones(len(cells)),
        "agreeing": found.says_so,
    }
    return {
        "departure_p_value": departs,
        "p_value": np.where(found.columns >= LEAST_CATEGORIES, departs, np.nan),
        "others": found.others,
        "agrees": found.agrees,
        **{name: np.bincount(columns, numbers)[columns] for name, numbers in of_columns.items()},
    }
