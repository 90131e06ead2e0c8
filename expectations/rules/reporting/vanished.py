"""VAN: what was there and no longer is.

Here: a cell has vanished when it had a value other than zero the period before and is now *absent*
(no row in the extract, status L) or *null* (a row without a value, status O or none that says why).
A zero is a value: it has not vanished. Nor has a cell under statistical secrecy (Q), or one that
cannot exist any more (M): somebody said so. Of one that is not yet available (Y) nothing can be
said: its period is not due. A total whose vanished parts carried too much of it before is in doubt
as well, whatever it has become, unless as much came in under other codes, was won by other parts or
is in it still, beyond what its parts add up to. A small category that its area stopped giving,
among others that it still gives, is an information: a course of sixteen that closes in one
department is no change of reporting. Not here: a period that is due and has not come at all, which
is late (``lags``), a published value that was taken back (``findings.withdrawals``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import codes_of_column
from expectations.cells.statuses import ABSENT, NOT_YET
from expectations.rules.evidence_values import text_or_none
from expectations.rules.reporting.lags import late_cells
from expectations.statistics.grouped import (
    Floats,
    Integers,
    codes_of,
    of_each,
    sums,
    weighted_medians,
)
from expectations.subject.siblings import area_lives_on, tables_of
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import VANISHED
from expectations.verdicts.table import (
    Judgement,
    Mask,
    Outcome,
    Reason,
    Row,
    Severity,
    choose,
    judged,
    regraded,
)

LEAST_WON = 0.5
"""Part of what vanished that other parts must have won to have all of it: they move by chance too,
and the nearer of both accounts stands."""
DECLARED = {"Q": "sous secret statistique", "M": "déclarée sans objet"}


def no_vanished_category(subject: Subject) -> Judgement:
    """Return VAN for every cell of every period, cells without any row included."""
    of_cell = _own_outcomes(subject.pairs, late_cells(subject, subject.pairs))
    is_small = _is_small(subject)
    losses = _losses(subject, (of_cell == Outcome.FAIL) & ~is_small)
    threshold = subject.thresholds("vanished_share", subject.pairs["indicator"])
    in_doubt = _in_doubt(losses, threshold)
    outcome = choose(
        [
            (in_doubt, Outcome.FAIL),
            *((of_cell == word, word) for word in (Outcome.NOT_EVALUATED, Outcome.PASS)),
        ],
        Outcome.FAIL,
        len(of_cell),
    )
    cells = subject.pairs.assign(
        outcome=outcome,
        reason=_reasons(subject.pairs, outcome == Outcome.NOT_EVALUATED),
        own=of_cell,
        row=np.arange(len(of_cell)),
        threshold=threshold,
    )
    words = _Words(losses)
    severity = regraded(
        subject.severities("VAN", cells), is_small & ~in_doubt, Severity.INFORMATION
    )
    return Judgement("VAN", cells, severity, words.sentence, words.evidence)


def _in_doubt(losses: "Mapping[int, Sequence[Loss]]", threshold: Floats) -> Mask:
    """Tell which totals lost too much in one of their breakdowns."""
    in_doubt: Mask = np.zeros(len(threshold), dtype=bool)
    for row, of_total in losses.items():
        in_doubt[row] = any(loss.is_heavy(threshold[row]) for loss in of_total)
    return in_doubt


def _is_small(subject: Subject) -> Mask:
    """Tell which cells were small, but for their rounding, in an area that goes on reporting."""
    pairs = subject.pairs
    least = subject.thresholds("vanished_least", pairs["indicator"])
    rounding = np.where(_are_counts(subject), subject.printed_steps, subject.printed_steps_of_parts)
    small: Mask = ~(_weights(subject) - (rounding - 1) >= least)
    return small & area_lives_on(pairs, pairs["value_after"].notna().to_numpy())


def _own_outcomes(pairs: pd.DataFrame, is_late: Mask) -> "pd.Categorical[str]":
    """Return what is said of each cell by itself, whatever its parts lost."""
    status = pairs["obs_status_after"]
    kept = pairs["value_after"].notna() | (pairs["value_before"] == 0) | status.isin(DECLARED)
    untold = pairs["value_before"].isna() | (status == NOT_YET) | is_late
    return judged(kept, untold)


def _reasons(pairs: pd.DataFrame, unknown: Mask) -> "pd.Categorical[str]":
    return choose(
        [
            (unknown & pairs["period_before"].isna(), Reason.FIRST),
            (unknown & pairs["value_before"].isna(), Reason.NO_VALUE_BEFORE),
            (unknown & (pairs["obs_status_after"] == NOT_YET), Reason.NOT_DUE),
            (unknown, Reason.LATE),
        ],
        None,
        len(pairs),
    )


@dataclass(frozen=True)
class Loss:
    """What a total lost in one of its breakdowns.

    Attributes:
        rows: The vanished parts.
        share: Share of the previous total that they carried; None when it is not known.
        net_share: The same, less what is in the total all the same: what parts that had no value
            before carry now, and what the total has beyond all its parts.
    """

    rows: pd.DataFrame
    share: float | None
    net_share: float | None

    def is_heavy(self, threshold: float) -> bool:
        """Whether the lost parts carried so much of the total that it is in doubt."""
        return self.net_share is not None and self.net_share >= threshold

    def sentence(self) -> str:
        """Return the French sentence that gives the parts by their values: a rule has no names."""
        values = french.listing(map(french.number, self.rows["value_before"]))
        lost = french.count(len(self.rows), "détail disparu", "détails disparus")
        carried = "" if self.share is None else f" : {french.percent(100 * self.share, 1)} du total"
        return f"{lost} ({values}){carried} de la période précédente."

    def evidence(self) -> list[dict[str, Any]]:
        """Return the vanished parts, with their values and what they have become."""
        return [
            {
                "ref_area": row["ref_area"],
                "category": row["category"],
                "value_before": row["value_before"],
                "obs_status": row["obs_status_after"],
                "share_of_breakdown": self.share,
            }
            for row in self.rows.to_dict("records")
        ]


def _losses(subject: Subject, is_lost: Mask) -> dict[int, list[Loss]]:
    """Return what each total lost, by the row of the total."""
    pairs = subject.pairs
    links = subject.links
    is_gone = is_lost[links["part_row"]] & (links["whole_row"] >= 0)
    links = links[links["whole_row"].isin(links.loc[is_gone, "whole_row"])]
    parts, weights = links["part_row"].to_numpy(), _weights(subject)
    of_total = links[is_lost[parts]].groupby(["whole_row", "parts"], observed=True)
    kept = _kept(subject, links, is_lost)
    losses: dict[int, list[Loss]] = {}
    for (whole, breakdown), rows in of_total:
        lost = rows["part_row"].to_numpy()
        carried = float(weights[lost].sum())
        shares = [
            _share(weight, float(weights[whole]))
            for weight in (carried, carried - float(kept[whole, breakdown]))
        ]
        losses.setdefault(int(whole), []).append(Loss(pairs.take(lost), *shares))
    return losses


def _share(weight: float, whole: float) -> float | None:
    share = weight / whole if whole else np.nan
    return share if np.isfinite(share) else None


def _weights(subject: Subject, end: str = "before") -> Floats:
    """Return what each cell weighs in its total: its value, or its denominator for a rate."""
    pairs = subject.pairs
    return np.where(_are_counts(subject), pairs[f"value_{end}"], pairs[f"denominator_{end}"])


def _kept(subject: Subject, links: pd.DataFrame, is_lost: Mask) -> "pd.Series[float]":
    """Return what each total has all the same of what it lost, by total and breakdown.

    That is what came under new codes, what other parts won, what it has beyond all its parts: what
    it had beyond them before, it keeps of others.
    """
    parts = links["part_row"].to_numpy()
    weights = {end: np.nan_to_num(_weights(subject, end)) for end in ("before", "after")}
    is_new = subject.pairs["value_before"].isna().to_numpy()[parts]
    of_parts = {end: numbers[parts] for end, numbers in weights.items()}
    new = np.where(is_new, of_parts["after"], 0.0)
    gone = np.where(is_lost[parts], of_parts["before"], 0.0)
    by_total = links.assign(**of_parts, new=new, lost=gone).groupby(
        ["whole_row", "parts"], observed=True
    )
    totals = by_total[["before", "after", "new", "lost"]].sum()
    whole = codes_of(by_total.ngroup(), parts.shape)
    won = _won(of_parts["before"], of_parts["after"], whole, *_lines(subject.pairs, links))
    lost = totals["lost"].to_numpy()
    won = np.where(won >= LEAST_WON * lost, np.maximum(won, lost), 0.0)
    wholes = totals.index.get_level_values("whole_row")
    before, after = (
        np.maximum(numbers[wholes] - totals[end].to_numpy(), 0.0)
        for end, numbers in weights.items()
    )
    return pd.Series(totals["new"].to_numpy() + won + np.maximum(after - before, 0.0), totals.index)


def _lines(pairs: pd.DataFrame, links: pd.DataFrame) -> tuple[Integers, Integers]:
    """Return the line of each part in its table, over all its wholes, and the table of each line.

    A line is a category where categories add up, an area where areas do.
    """
    parts, wholes = links["part_row"].to_numpy(), links["whole_row"].to_numpy()
    areas, categories = (codes_of_column(pairs, name) for name in ("ref_area", "category"))
    of_areas = areas[parts] != areas[wholes]
    places = np.where(of_areas, areas[parts] + categories.max(initial=0) + 1, categories[parts])
    width = int(places.max(initial=0)) + 1
    lines, numbers = pd.factorize(tables_of(pairs)[parts] * width + places)
    tables: Integers = numbers // width
    return lines.astype(np.int64), tables


def _won(
    before: Floats, after: Floats, wholes: Integers, lines: Integers, tables: Integers
) -> Floats:
    """Return what the parts that remain won, together, beyond the growth of most of them, by total.

    That growth is the upper weighted median of the lines of their table, for in one small area
    chance grows too: of two lines, neither won anything.
    """
    size = int(wholes.max(initial=-1)) + 1
    remains = (before > 0) & (after > 0)
    was, is_now = np.where(remains, before, 0.0), np.where(remains, after, 0.0)
    of_lines = [sums(values, lines, tables.size) for values in (was, is_now)]
    remaining = np.flatnonzero(of_lines[0] > 0)
    first, second = (values[remaining] for values in of_lines)
    growth = -weighted_medians(-second / first, first, tables[remaining])
    of_parts = of_each(growth, tables[lines])
    won: Floats = np.maximum(sums(np.nan_to_num(is_now - of_parts * was), wholes, size), 0.0)
    return won


def _are_counts(subject: Subject) -> Mask:
    indicators = subject.pairs["indicator"]
    counts: Mask = subject.of_definition(indicators, lambda item: item.value_kind == "count")
    return counts


@dataclass(frozen=True)
class _Words:
    """What is said of a cell, what its parts lost included."""

    losses: dict[int, list[Loss]]

    def sentence(self, row: Row) -> str:
        lost = self.losses.get(row["row"], [])
        heavy = [loss for loss in lost if loss.is_heavy(row["threshold"])]
        sentences = [_sentence(row)] if row["own"] == Outcome.FAIL or not heavy else []
        return " ".join([*sentences, *(french.typeset(loss.sentence()) for loss in heavy)])

    def evidence(self, row: Row) -> dict[str, Any]:
        statuses = {
            "obs_status_before": text_or_none(row["obs_status_before"]),
            "obs_status": text_or_none(row["obs_status_after"]),
        }
        vanished = [part for loss in self.losses.get(row["row"], []) for part in loss.evidence()]
        return (
            {**statuses, VANISHED: vanished, "threshold": row["threshold"]}
            if vanished
            else statuses
        )


def _sentence(row: Row) -> str:
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    before = french.period(row["period_before"])
    if pd.isna(row["value_before"]):
        return f"Aucune valeur en {before} : rien ne pouvait disparaître."
    had = f"La valeur était {french.number(row['value_before'])} en {before}"
    return french.typeset(f"{had} ; {_what_became(row)}.")


def _what_became(row: Row) -> str:
    now, status = french.period(row["time_period"]), row["obs_status_after"]
    if pd.notna(row["value_after"]):
        zero = ", et un zéro est une valeur" if row["value_after"] == 0 else ""
        return f"elle est {french.number(row['value_after'])} en {now}{zero}"
    if status in DECLARED:
        return f"elle est {DECLARED[status]} en {now}"
    if status == NOT_YET:
        return f"celle de {now} n'est pas encore due"
    if row["value_before"] == 0:
        return "il n'y avait rien à perdre"
    if status == ABSENT:
        return f"en {now}, l'extrait n'a plus de ligne pour elle"
    return f"en {now}, sa ligne est là mais sa valeur est vide"
