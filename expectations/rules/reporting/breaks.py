"""BRK: did a number jump from one period to the next?

Here: every pair of consecutive periods, two points enough. Each number is compared with its own
past, given how much its siblings and its area moved (``subject.movements``): what moves everywhere
is an event, told once, what moves in one place is a fault, and so is what one area does in all its
categories. Not here: what moved little by little, or between the parts of a whole (``shapes``), a
value that is no longer there (``vanished``).
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.reporting.category_moves import but_for_events, events
from expectations.rules.reporting.comparability import why_not_compared
from expectations.rules.supplements import supplement
from expectations.statistics.grouped import Floats
from expectations.subject.movements import (
    BARE_RATE,
    COMPARED,
    COUNT,
    LEAST_SIBLINGS,
    RATE,
    movements,
)
from expectations.subject.siblings import area_groups, tables_of
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import EVENT, GROWTH, HEADLINE, SPREAD
from expectations.verdicts.table import (
    Judgement,
    Mask,
    Outcome,
    Reason,
    Row,
    Severity,
    Tell,
    choose,
)


def no_reporting_break(subject: Subject) -> Judgement:
    """Return BRK for every cell, with p-values; what has none is not evaluated."""
    pairs = movements(subject)
    p_values = pairs["p_value"].to_numpy()
    unknown = np.isnan(p_values)
    cells = pairs.assign(
        p_value=np.where(pairs["is_tested"] & ~unknown, p_values, np.nan),
        outcome=choose([(unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(pairs)),
        reason=why_not_compared(pairs, unknown, Reason.NOT_COMPARABLE),
        **_sums_of_groups(pairs),
    )
    judged = Judgement("BRK", cells, subject.severities("BRK", cells), _sentence, _evidence)
    return but_for_events(subject, judged, events(subject)["is_total"].to_numpy())


def _sums_of_groups(pairs: pd.DataFrame) -> dict[str, Floats]:
    """Return, for each pair, how many of its group are compared, and what they sum up to."""
    groups = pairs["siblings"].to_numpy()
    values = pairs[["value_before", "value_after"]].to_numpy()
    is_compared = np.isfinite(values).all(axis=1) & (pairs["kind"] == COUNT).to_numpy()
    kept = np.where(is_compared[:, None], values, 0.0)
    weights = {"compared": is_compared, "sum_before": kept[:, 0], "sum_after": kept[:, 1]}
    return {name: np.bincount(groups, weight)[groups] for name, weight in weights.items()}


def no_common_break(subject: Subject) -> Judgement:
    """Return BRK for the cells of a table that moved with all of it: one event, found once.

    A category that moves alone in all areas is not one: its table says what is ordinary. Nor is
    what totals do when what they are made of does not: one area moves those of all its categories,
    one category those of all its areas; nor is what fewer than half of the series go along with.
    """
    return _table_break(subject, _moved_with_table(subject, "movement_p_value"), _event_sentence)


def table_moves_as_before(subject: Subject) -> Judgement:
    """Return BRK for the cells of a table that moved as it never did: published, and reported.

    A crisis does so too, which ``no_common_break`` passes: a calm past proves no fault.
    """
    cells = _moved_with_table(subject, "movement_past_p_value")
    judged = _table_break(subject, cells, _unusual_sentence)
    return replace(judged, severity=Severity.INFORMATION)


def _table_break(subject: Subject, cells: pd.DataFrame, tell: Tell) -> Judgement:
    prove = partial(_event_evidence, tell)
    return supplement(subject, "BRK", cells, tell, prove, group="table", is_common=True)


def _moved_with_table(subject: Subject, p_value: str) -> pd.DataFrame:
    """Return the cells that moved with their table, and how likely its movement is.

    Args:
        subject: What is judged.
        p_value: Column of ``movements`` that says how likely the movement of a table is.
    """
    pairs = movements(subject)
    tables = tables_of(pairs)
    compared = pairs[["value_before", "value_after"]].notna().all(axis=1).to_numpy()
    sizes = np.bincount(tables, compared)
    sums = {
        f"sum_{end}": np.bincount(tables, np.where(compared, pairs[f"value_{end}"], 0.0))
        for end in ("before", "after")
    }
    goes_along = np.flatnonzero((sizes[tables] >= LEAST_SIBLINGS) & pairs["is_with_table"])
    is_of_most = 2 * np.bincount(tables[goes_along], minlength=sizes.size) >= sizes
    p_values = _common_p_values(subject, pairs[p_value], tables, is_of_most)
    cells = pairs[[*COMPARED, "movement"]].take(goes_along).reset_index(drop=True)
    table = tables[goes_along]
    moved = np.sign(cells["value_after"] - cells["value_before"]) == np.sign(cells["movement"])
    return cells.assign(
        table=table,
        compared=sizes[table],
        p_value=p_values[goes_along],
        agreeing=np.bincount(table, moved)[table] if len(cells) else 0,
        **{name: total[table] for name, total in sums.items()},
    )


def _common_p_values(
    subject: Subject, of_tables: "pd.Series[float]", tables: Integers, is_of_most: Mask
) -> Floats:
    """Return how likely the movement of the table of each pair is; of totals, that of their parts.

    Of a table of totals it is the least of these, for it may be divided in several ways; 1 when the
    parts moved the other way, or where few of a table went along.
    """
    links = subject.links[subject.links["whole_row"] >= 0]
    wholes, parts = (links[name].to_numpy() for name in ("whole_row", "part_row"))
    p_values = np.where(is_of_most[tables], of_tables, 1.0)
    movement = movements(subject)["movement"].to_numpy()
    is_other_way = movement[wholes] * movement[parts] < 0
    of_parts = np.where(is_other_way, 1.0, p_values[parts])
    least = np.full(int(tables.max(initial=-1)) + 1, np.inf)
    np.fmin.at(least, tables[wholes], of_parts)
    return np.fmax(p_values, np.where(np.isfinite(least), least, np.nan)[tables])


def no_area_break(subject: Subject) -> Judgement:
    """Return BRK for the cells that move with their area, where the area moves as no other does."""
    pairs = movements(subject)
    columns = area_groups(pairs)
    # Of what is zero everywhere no area does more than the others.
    is_something = np.bincount(columns, pairs["value_after"].fillna(1.0))[columns] != 0
    with_area = pairs["is_with_area"] & pairs["area_p_value"].notna() & is_something
    cells = pairs.loc[with_area, [*COMPARED, *_OF_AREA]].reset_index(drop=True)
    cells = cells.assign(
        p_value=cells["area_p_value"],
        parts=np.bincount(pairs["area_block"], pairs["p_value"].notna())[cells["area_block"]],
        agreeing=_in_groups(cells["area_block"], cells["tells_of_area"]),
    )
    return supplement(subject, "BRK", cells, _area_sentence, _area_evidence, group="area_block")


_OF_AREA = ("area_block", "area_movement", "area_p_value", "tells_of_area")


def _in_groups(groups: "pd.Series[int]", counted: "pd.Series[bool]") -> Floats:
    """Return how many of the rows with the code of each are counted."""
    if groups.empty:
        return np.zeros(0)
    return np.bincount(groups, counted).astype(np.float64)[groups]


def _evidence(row: Row) -> dict[str, Any]:
    if np.isnan(row["spread"]):
        return {}
    return {SPREAD: row["spread"], GROWTH: row["growth"], "siblings": int(row["members"]) - 1}


def _sentence(row: Row) -> str:
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    before, after = row["value_before"], row["value_after"]
    if np.isnan(before) or np.isnan(after):
        return f"Pas de valeur en {first if np.isnan(before) else second}."
    moved = f"{_shown(row, before)} en {first}, {_shown(row, after)} en {second}"
    if not row["is_tested"]:
        return french.typeset(_too_small(moved, before, after))
    if np.isnan(row["p_value"]):
        return french.typeset(f"{moved} : ces deux nombres ne se comparent pas.")
    beside = _beside(row)
    return french.typeset(
        f"{moved}{beside} : {french.chance(row['p_value'])} d'un écart pareil, "
        "par le hasard et une évolution ordinaire."
    )


def _too_small(moved: str, before: float, after: float) -> str:
    if min(before, after) < 0:
        return f"{moved} : un nombre de choses ne peut être négatif."
    return f"{moved} : des nombres trop petits pour qu'un écart en dise quelque chose."


def _shown(row: Row, value: float) -> str:
    is_rate = row["kind"] in {RATE, BARE_RATE}
    return french.percent(value) if is_rate else french.number(value)


def _beside(row: Row) -> str:
    """Say what the siblings did, when there are enough of them."""
    if row["members"] < LEAST_SIBLINGS or row["kind"] != COUNT:
        return ""
    others = int(row["compared"]) - 1
    sums = (row["sum_before"] - row["value_before"], row["sum_after"] - row["value_after"])
    return f", quand les {others} autres séries du même tableau {_passing(*sums)}"


def _passing(before: float, after: float) -> str:
    """Say what several series sum up to, in one period and the next."""
    moved = f" ({french.change(before, after)})" if before > 0 else ""
    return f"passent ensemble de {french.number(before)} à {french.number(after)}{moved}"


def _event_sentence(row: Row) -> str:
    return french.typeset(f"{_common_move(row)}. {_EVENT}")


def _unusual_sentence(row: Row) -> str:
    return french.typeset(
        f"{_common_move(row)}, d'après ce que ce tableau a fait jusque-là. {_EVENT}"
    )


_EVENT = "Un événement partout, ou un recueil qui a changé partout."


def _common_move(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    return (
        f"Entre {first} et {second}, {_together(row)}, et {french.number(row['agreeing'])} vont "
        f"dans ce sens prises une à une : {french.chance(row['p_value'])} d'un mouvement commun "
        "pareil"
    )


def _together(row: Row) -> str:
    """Say what all series of a table do."""
    is_count = row["kind"] == COUNT
    moved = _passing(row["sum_before"], row["sum_after"]) if is_count else "bougent ensemble"
    return f"les {french.number(row['compared'])} séries du tableau {moved}"


def _area_sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    moved = french.change(1.0, float(np.exp(row["area_movement"])))
    agreeing, parts = french.number(row["agreeing"]), french.number(row["parts"])
    return french.typeset(
        f"Entre {first} et {second}, {agreeing} des {parts} catégories de "
        f"ce territoire s'écartent ensemble de ce qu'elles font ailleurs (de l'ordre de {moved}) : "
        f"{french.chance(row['p_value'])} d'un tel écart, d'après ce que font les territoires."
    )


def _area_evidence(row: Row) -> dict[str, Any]:
    return {"area": {"movement": row["area_movement"], "parts": int(row["parts"])}}


def _event_evidence(tell: Tell, row: Row) -> dict[str, Any]:
    """Return the numbers behind an event, and its sentence, which a finding tells once."""
    members = int(row["compared"])
    event = {"movement": row["movement"], "members": members, "sentence": tell(row)}
    return {EVENT: event, HEADLINE: _together(row)}
