"""VSA as a suite asks it: does a seasonally adjusted series follow the raw one?

Here: two things must hold, those that the handbooks ask of an adjustment (Eurostat, *ESS guidelines
on seasonal adjustment*, 2015, item 4.2 for the coherence of annual totals): the means of a whole
year are nearly the same in both series, and no adjusted value is far from the raw one. Not to be
used where the adjustment also corrects for calendar effects of annual size, nor in a year of which
some periods are missing, which is not judged as a whole. Not here: adjusting a series, which is its
producer's business.
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.evidence_values import number_or_none
from expectations.rules.standard.relations import why_unknown
from expectations.rules.standard.terms import values_of
from expectations.rules.statements import EntryJudgement
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import SeasonallyAdjusted
from expectations.verdicts.table import judged


def adjusted_follows_raw(
    subject: Subject, control: SeasonallyAdjusted, rows: Integers
) -> EntryJudgement:
    """Return whether each of some adjusted cells is coherent with its raw series.

    A cell fails when its ratio to the raw value is beyond ``adjusted_ratio``, or when the means of
    its year differ by more than ``adjusted_mean_gap``.
    """
    cells = subject.observations.take(rows)
    adjusted, raw = cells["obs_value"].to_numpy(), values_of(subject, control.raw, rows)
    furthest = subject.thresholds("adjusted_ratio", cells["indicator"])
    widest = subject.thresholds("adjusted_mean_gap", cells["indicator"])
    mean_adjusted, mean_raw = _means_of_years(subject, rows, adjusted, raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, gap = adjusted / raw, np.abs(mean_adjusted / mean_raw - 1)
    unknown = ~np.isfinite(ratio)
    holds = (ratio <= furthest) & (ratio >= 1 / furthest) & ~(gap > widest)

    def tell(at: int) -> str:
        if unknown[at]:
            return "Non comparé : la valeur brute ou la valeur corrigée manque, ou est nulle."
        values = f"Corrigé : {french.number(adjusted[at])} ; brut : {french.number(raw[at])}"
        if np.isnan(gap[at]):
            return f"{values} ; l'année n'est pas complète."
        return (
            f"{values} ; moyenne de l'année : {french.number(mean_adjusted[at])} corrigée, "
            f"{french.number(mean_raw[at])} brute."
        )

    def prove(at: int) -> dict[str, Any]:
        numbers = {"brut": raw[at], "moyenne": mean_adjusted[at], "moyenne_brute": mean_raw[at]}
        return {name: number_or_none(value) for name, value in numbers.items()}

    return EntryJudgement(judged(holds, unknown), why_unknown(subject, rows, unknown), tell, prove)


def _means_of_years(
    subject: Subject, rows: Integers, adjusted: Floats, raw: Floats
) -> tuple[Floats, Floats]:
    """Return the means of the year of each cell, NaN where a period of that year lacks either.

    A year has as many periods as the fullest year of all those cells.
    """
    periods = subject.index.categories["time_period"]
    years = np.unique([str(period)[:4] for period in periods], return_inverse=True)[1]
    year = years[subject.index.codes["time_period"][rows]]
    group = np.unique(
        subject.grid.series[rows] * (years.max(initial=0) + 1) + year, return_inverse=True
    )[1]
    is_complete = np.isfinite(adjusted + raw)
    count = np.bincount(group, weights=is_complete)
    whole = count == count.max(initial=0)
    sums = (
        np.bincount(group, weights=np.where(is_complete, values, 0.0)) for values in (adjusted, raw)
    )
    means = [np.where(whole, total / count.clip(1), np.nan) for total in sums]
    return means[0][group], means[1][group]
