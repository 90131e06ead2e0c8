"""VRT and RRL: was what is published revised, by how much, and how much of it?

Here: VRT looks at each published value beside tonight's, RRL at the share of the published values
of a period that were revised at once. Only values given as such (status A) are compared: what was
provisional may move, and a value that is there and was not published may have been held. A total
that only what was held corrects is told, and is not counted among those that were revised. Not
here: a published value that is not given any more (``findings.withdrawals``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import CellIndex, Integers, codes_of_column
from expectations.cells.statuses import BREAK, NORMAL
from expectations.statistics.grouped import Floats
from expectations.subject.series import at_rows
from expectations.subject.siblings import area_groups, reports_of
from expectations.subject.subject import Subject
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

ROUNDING = 5e-7
"""Releases keep six decimals: two values that differ by less are the same."""
SINGLE = 1
"""A single revised value is what VRT is for: several at once are a new reading of the period.

With the totals that it moved it is single still: they follow it."""


def revisions_are_small(subject: Subject) -> Judgement:
    """Return VRT for every cell: a published value is revised within ``revision_tolerance``."""
    cells = subject.observations
    now, published = cells["obs_value"].to_numpy(), published_values(subject)
    tolerance = subject.thresholds("revision_tolerance", cells["indicator"])
    is_count = subject.of_category(cells, lambda item, code: item.kind_of(code) == "count")
    floor = subject.thresholds("revision_floor", cells["indicator"])
    admitted = np.maximum(tolerance * np.abs(published), np.where(is_count, floor, 0.0)) + ROUNDING
    unknown = _not_given(subject) | np.isnan(published)
    with np.errstate(invalid="ignore"):
        small = np.abs(now - published) <= admitted
    cells = cells.assign(
        value_after=subject.finite_values,
        value_before=published,
        tolerance=tolerance,
        outcome=judged(small, unknown),
        reason=_why_unknown(subject, unknown),
    )
    severities = subject.severities("VRT", cells)
    severities = regraded(severities, _is_of_held_details(subject), Severity.INFORMATION)
    return Judgement("VRT", cells, severities, _sentence, _evidence)


def few_are_revised(subject: Subject) -> Judgement:
    """Return RRL for every cell, of the period it is in: what is revised in it is a small share."""
    cells = subject.observations
    given, was_published = ~_not_given(subject), ~np.isnan(published_values(subject))
    revised = given & was_published & _is_revised(subject) & ~_is_of_held_details(subject)
    group = subject.grid.indicator_periods
    of_period = np.bincount(group, weights=was_published).astype(np.int64)[group]
    revised &= of_period > 0
    moved = np.bincount(group, weights=revised).astype(np.int64)[group]
    apart = np.bincount(group, weights=revised & ~_follows(subject, revised))[group]
    admitted = subject.thresholds("revised_share", cells["indicator"])
    many = (apart > SINGLE) & (moved > admitted * of_period)
    unknown = ~given | ~was_published
    cells = cells.assign(
        value_after=subject.finite_values,
        moved=moved,
        published=of_period,
        admitted=admitted,
        outcome=choose(
            [(unknown, Outcome.NOT_EVALUATED), (many, Outcome.FAIL)], Outcome.PASS, len(cells)
        ),
        reason=_why_unknown(subject, unknown),
    )
    return Judgement(
        "RRL", cells, subject.severities("RRL", cells), _share_sentence, _share_evidence
    )


def _is_revised(subject: Subject) -> Mask:
    now = subject.observations["obs_value"].to_numpy()
    with np.errstate(invalid="ignore"):
        is_revised: Mask = np.abs(now - published_values(subject)) > ROUNDING
    return is_revised


def _follows(subject: Subject, revised: Mask) -> Mask:
    """Tell which rows are totals of which a detail was revised."""
    links, follows = subject.observed_links, np.zeros_like(revised)
    wholes, parts = (links[name].to_numpy() for name in ("whole_row", "part_row"))
    follows[wholes[revised[parts]]] = True
    return follows


def _is_of_held_details(subject: Subject) -> Mask:
    """Tell of which totals nothing was revised but details that the last release held back.

    What corrects these corrects their totals too, as was asked for.
    """
    return subject.remember("of held details", _of_held_details)["is_of_held"].to_numpy()


def _of_held_details(subject: Subject) -> pd.DataFrame:
    links, is_revised = subject.observed_links, _is_revised(subject)
    wholes, parts = (links[name].to_numpy() for name in ("whole_row", "part_row"))
    is_held = _are_held_back(subject, wholes, parts)
    divisions, names = pd.factorize(links["parts"])
    division, size = wholes * len(names) + divisions, is_revised.size * len(names)
    held, revised = (
        np.bincount(division, which, size) > 0 for which in (is_held, is_revised[parts] & ~is_held)
    )
    of_held = np.zeros_like(is_revised)
    of_held[wholes[(held & ~revised)[division]]] = True
    return pd.DataFrame({"is_of_held": of_held})


def _are_held_back(subject: Subject, wholes: Integers, parts: Integers) -> Mask:
    """Tell which parts the last release held back, but not their total.

    There they are of a former extract than it, or were never published: it then has no row of them
    though it knows their area and their category.
    """
    cells, published = subject.observations, subject.published
    if published is None or published.empty:
        return np.zeros(len(parts), dtype=np.bool_)
    places = subject.index.places_among(CellIndex(published))
    is_there, extract = places >= 0, codes_of_column(published, "extract_id")[places]
    groups = (group(cells, over_periods=True) for group in (reports_of, area_groups))
    is_known = np.logical_and.reduce([np.bincount(of, is_there)[of] > 0 for of in groups])
    is_older = is_there & (extract >= 0)
    is_older = is_older[parts] & is_older[wholes] & (extract[parts] != extract[wholes])
    are_held: Mask = is_older | ((is_known & ~is_there)[parts] & is_there[wholes])
    return are_held


def published_values(subject: Subject, measure: str = "obs_value") -> Floats:
    """Return the last published value of each cell, given as such; NaN where there is none.

    Args:
        subject: What is judged.
        measure: Which of its numbers: the value, its numerator or its denominator.
    """
    count = len(subject.observations)
    if subject.published is None or subject.published.empty:
        return np.full(count, np.nan)
    published = subject.published
    is_given = published["obs_status"].isin([NORMAL, BREAK])
    values = np.where(is_given, published[measure].to_numpy(), np.nan)
    return at_rows(pd.Series(values), subject.index.places_among(CellIndex(published))).to_numpy()


def _not_given(subject: Subject) -> Mask:
    return ~subject.has_status(NORMAL) | subject.observations["obs_value"].isna().to_numpy()


def _why_unknown(subject: Subject, unknown: Mask) -> "pd.Categorical[str]":
    return choose(
        [(unknown & _not_given(subject), Reason.NO_VALUE), (unknown, Reason.NEVER_PUBLISHED)],
        None,
        len(unknown),
    )


def _sentence(row: Row) -> str:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"{str(row['reason']).capitalize()}."
    before, now = row["value_before"], row["value_after"]
    if before == now:
        return "La valeur publiée n'a pas changé."
    moved = f" ({french.change(before, now)})" if before and np.isfinite(now) else ""
    shown = french.number(now) if np.isfinite(now) else "un nombre infini"
    return french.typeset(
        f"La valeur publiée était {french.number(before)}, elle est maintenant {shown}{moved} ; "
        f"révision admise : {french.percent(100 * row['tolerance'])}."
    )


def _evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return {}
    return {"published": row["value_before"], "tolerance": row["tolerance"]}


def _share_sentence(row: Row) -> str:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"{str(row['reason']).capitalize()}."
    moved = french.count(int(row["moved"]), "valeur révisée", "valeurs révisées")
    return french.typeset(
        f"{moved}, sur "
        f"{french.count(int(row['published']), 'publiée', 'publiées')} de cette période ; "
        "part admise : "
        f"{french.percent(100 * row['admitted'])}."
    )


def _share_evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return {}
    return {
        "revised": int(row["moved"]),
        "published": int(row["published"]),
        "admitted": row["admitted"],
    }
