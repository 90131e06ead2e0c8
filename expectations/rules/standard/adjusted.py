"""VSA as a suite asks it: does a seasonally adjusted series follow the raw one?

Here: two things must hold. The means of a whole year are nearly the same in both series (Eurostat,
*ESS guidelines on seasonal adjustment*, 2015, item 4.2, and VSA of *Main types of validation rules
for ESS data*, whose example has an adjusted 30 beside a raw 19 in a year that agrees: that is
ordinary seasonality). And what an adjustment does to a season, its ratio to the raw value, is near
what it did in the years before, their median. Not to be used where the adjustment also corrects for
calendar effects of annual size. A year of which some periods are missing is not judged as a whole,
and the first year has none before it: a cell of a first year that is not whole has no verdict. Not
here: adjusting a series, which is its producer's business.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.cells.periods import months_of
from expectations.rules.evidence_values import number_or_none
from expectations.rules.standard.relations import why_unknown
from expectations.rules.standard.terms import values_of
from expectations.rules.statements import EntryJudgement
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import SeasonallyAdjusted
from expectations.verdicts.table import Reason, judged


def adjusted_follows_raw(
    subject: Subject, control: SeasonallyAdjusted, rows: Integers
) -> EntryJudgement:
    """Return whether each of some adjusted cells is coherent with its raw series.

    A cell fails when the means of its year differ by more than ``adjusted_mean_gap``, or when its
    ratio to the raw value is not that of its season in the years before, within
    ``adjusted_ratio``.
    """
    cells = subject.observations.take(rows)
    adjusted, raw = cells["obs_value"].to_numpy(), values_of(subject, control.raw, rows)
    furthest = subject.thresholds("adjusted_ratio", cells["indicator"])
    widest = subject.thresholds("adjusted_mean_gap", cells["indicator"])
    mean_adjusted, mean_raw = _means_of_years(subject, rows, adjusted, raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, gap = adjusted / raw, np.abs(mean_adjusted / mean_raw - 1)
        usual = _usual_ratios(subject, rows, ratio)
        moved = ratio / usual
        departs = (moved > furthest) | (moved < 1 / furthest)
    absent = ~np.isfinite(ratio)
    alone = ~absent & np.isnan(gap) & np.isnan(usual)

    def tell(at: int) -> str:
        if absent[at]:
            return "Non comparé : la valeur brute ou la valeur corrigée manque, ou est nulle."
        values = f"Corrigé : {french.number(adjusted[at])} ; brut : {french.number(raw[at])}"
        season = "" if np.isnan(usual[at]) else _season_sentence(ratio[at], usual[at])
        if np.isnan(gap[at]):
            return f"{values}{season} ; l'année n'est pas complète."
        return (
            f"{values}{season} ; moyenne de l'année : {french.number(mean_adjusted[at])} corrigée, "
            f"{french.number(mean_raw[at])} brute."
        )

    def prove(at: int) -> dict[str, Any]:
        numbers = {
            "brut": raw[at],
            "moyenne": mean_adjusted[at],
            "moyenne_brute": mean_raw[at],
            "rapport": ratio[at],
            "rapport_habituel": usual[at],
        }
        return {name: number_or_none(value) for name, value in numbers.items()}

    unknown = absent | alone
    reason = why_unknown(subject, rows, absent)
    reason[alone] = str(Reason.TOO_SHORT)
    return EntryJudgement(judged(~(gap > widest) & ~departs, unknown), reason, tell, prove)


def _season_sentence(ratio: float, usual: float) -> str:
    return (
        f" ; rapport des deux : {french.number(ratio)}, et {french.number(usual)} à cette saison "
        "les années précédentes"
    )


def _years_and_seasons(subject: Subject, rows: Integers) -> tuple[Integers, Integers]:
    """Return the codes of the year and of the season of each cell, both in their order."""
    periods = [str(period) for period in subject.index.categories["time_period"]]
    codes = subject.index.codes["time_period"][rows]
    of_periods = (np.array([period[:4] for period in periods]), [period[4:] for period in periods])
    years, seasons = (np.unique(texts, return_inverse=True)[1][codes] for texts in of_periods)
    return years, seasons


def _usual_ratios(subject: Subject, rows: Integers, ratio: Floats) -> Floats:
    """Return the median of the ratios of the same season in the years before; NaN without any."""
    year, season = _years_and_seasons(subject, rows)
    table = pd.DataFrame({"series": subject.grid.series[rows], "season": season, "year": year})
    table["before"] = np.where(np.isfinite(ratio), ratio, np.nan)
    table = table.sort_values(["series", "season", "year"], kind="stable")
    table["before"] = table.groupby(["series", "season"])["before"].shift()
    medians = table.groupby(["series", "season"])["before"].expanding(min_periods=1).median()
    usual: Floats = medians.droplevel(["series", "season"]).reindex(range(len(rows))).to_numpy()
    return usual


def _periods_a_year(subject: Subject, rows: Integers) -> int:
    """Return how many periods a year has, by those that follow each other the closest."""
    periods = subject.index.categories["time_period"]
    codes = np.unique(subject.index.codes["time_period"][rows])
    spans = [months_of(str(periods[code])) for code in codes]
    starts = sorted(span[0] for span in spans if span is not None)
    return 12 // min((after - before for before, after in pairwise(starts)), default=12) or 1


def _means_of_years(
    subject: Subject, rows: Integers, adjusted: Floats, raw: Floats
) -> tuple[Floats, Floats]:
    """Return the means of the year of each cell, NaN where a period of that year lacks either.

    A year has as many periods as the least number of months between two of them makes.
    """
    year = _years_and_seasons(subject, rows)[0]
    group = np.unique(
        subject.grid.series[rows] * (year.max(initial=0) + 1) + year, return_inverse=True
    )[1]
    is_complete = np.isfinite(adjusted + raw)
    count = np.bincount(group, weights=is_complete)
    whole = count == _periods_a_year(subject, rows)
    sums = (
        np.bincount(group, weights=np.where(is_complete, values, 0.0)) for values in (adjusted, raw)
    )
    means = [np.where(whole, total / count.clip(1), np.nan) for total in sums]
    return means[0][group], means[1][group]
