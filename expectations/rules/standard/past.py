"""VNO: is the latest value in line with the past of its own series?

Here: series of six points and more; the latest value is never part of what it is judged by
(``statistics.history``). It must be odd beside its siblings too, and more than ordinary growth
allows where it has none: what happens to all is no fault of one, and a crisis is no fault at all.
The European default (median of the five periods before ± 2 MAD) is told as evidence: on small
samples it leaves out two ordinary values in five. Not here: two consecutive periods
(``reporting.breaks``), the share of a part in its whole (``shares``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.periods import season_of
from expectations.rules.reporting.category_moves import but_for_events, events
from expectations.rules.supplements import supplement
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.history import (
    History,
    history_of_amounts,
    history_of_bare_rates,
    history_of_counts,
    mad_bounds,
)
from expectations.statistics.rates import logits_of_points
from expectations.statistics.seasonality import seasonality_p_values
from expectations.subject.movements import BARE_RATE, COUNT, MEAN, RATE, movements
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.proofs import GROWTH, SPREAD
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, choose

LEAST_POINTS = 6


def value_follows_its_past(subject: Subject) -> Judgement:
    """Return VNO for the latest period of every series."""
    cells = latest_cells(subject)
    beside = np.maximum(cells["past_p_value"].to_numpy(), cells["p_value"].to_numpy())
    unknown = np.isnan(beside)
    cells = cells.assign(
        p_value=np.where(cells["is_tested"], beside, np.nan),
        outcome=choose([(unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(cells)),
        reason=choose(
            [
                (unknown & cells["value_after"].isna(), Reason.NO_VALUE),
                (unknown, Reason.TOO_SHORT),
            ],
            None,
            len(cells),
        ),
    )
    judged = Judgement("VNO", cells, subject.severities("VNO", cells), _sentence, _evidence)
    is_of_event = events(subject)["is_total"].to_numpy()[cells["pair"]]
    return but_for_events(subject, judged, is_of_event)


def same_profile(subject: Subject) -> Judgement:
    """Return VNO for the latest period of the series of which the latest year has another shape."""
    cells = latest_cells(subject)
    tested = cells["is_tested"] & cells["past_p_value"].notna()
    cells = cells.assign(p_value=np.where(tested, cells["profile_p_value"], np.nan))
    return supplement(
        subject, "VNO", cells, _profile_sentence, lambda row: {"profile_p_value": row["p_value"]}
    )


def latest_cells(subject: Subject) -> pd.DataFrame:
    """Return the latest period of every series, beside what its past says.

    Returns:
        The rows of ``movements`` of the last period of each indicator, with ``past_p_value`` (NaN
        without enough past), ``past_growth``, ``past_spread``, ``profile_p_value`` (of the shape of
        the latest year; NaN without season), ``season`` (periods in a year), and the bounds of the
        European default, ``mad_low`` and ``mad_high``.
    """
    return subject.remember("latest cells", _latest_cells)


def _latest_cells(subject: Subject) -> pd.DataFrame:
    pairs = movements(subject)
    grid, rows = subject.grid, pairs["row_after"].to_numpy()
    last = np.zeros(len(pairs), dtype=bool)
    present = rows >= 0
    last[present] = (grid.rank == grid.lengths - 1)[rows[present]]
    latest = pairs[last].assign(pair=np.flatnonzero(last)).reset_index(drop=True)
    columns = {name: np.full(len(latest), np.nan) for name in _OF_PAST}
    for season, chosen, length in by_length(subject, latest):
        rows = latest["row_after"].to_numpy()[chosen]
        values = value_matrix(subject, rows, length)
        for name, numbers in _columns_of_past(subject, latest.take(chosen), values, season).items():
            columns[name][chosen] = numbers
    return latest.assign(**columns)


_OF_PAST = (
    "past_p_value",
    "past_growth",
    "past_spread",
    "profile_p_value",
    "mad_low",
    "mad_high",
    "season",
)


def by_length(
    subject: Subject, latest: pd.DataFrame
) -> Iterator[tuple[int, NDArray[np.int64], int]]:
    """Give the long series, those of one season and length together.

    Args:
        subject: What is judged.
        latest: Rows of ``latest_cells``.

    Yields:
        Periods in a year, positions in ``latest``, number of periods.
    """
    if latest.empty:
        return
    rows = latest["row_after"].to_numpy()
    lengths, seasons = subject.grid.lengths[rows], _seasons(subject, latest["indicator"])
    several = pd.DataFrame({"length": lengths, "season": seasons})[lengths >= LEAST_POINTS]
    kinds = several.drop_duplicates().sort_values(["length", "season"])
    for length, season in kinds.itertuples(index=False, name=None):
        chosen = np.flatnonzero((lengths == length) & (seasons == season))
        yield int(season), chosen, int(length)


def _seasons(subject: Subject, indicators: "pd.Series[Any]") -> NDArray[np.int64]:
    """Return how many periods make a year in the series of each row; 1 without season."""
    periods = subject.observations[["indicator", "time_period"]].drop_duplicates()
    codes = periods.groupby("indicator", observed=True)["time_period"].agg(sorted)
    found = subject.of_definition(
        indicators, lambda item: season_of(item.period_kind, codes.get(item.id, []))
    )
    return found.astype(np.int64)


def value_matrix(subject: Subject, rows: NDArray[np.int64], length: int) -> Floats:
    """Return the values of the series of some rows, one row a series, one column a period.

    What came before a break that was accepted is NaN: nothing follows from it any more.
    """
    grid = subject.grid
    place = np.full(grid.series.max(initial=0) + 1, -1)
    place[grid.series[rows]] = np.arange(len(rows))
    cells = np.flatnonzero(place[grid.series] >= 0)
    values = np.full((len(rows), length), np.nan)
    observed = subject.observations["obs_value"].to_numpy()
    series, rank = place[grid.series[cells]], grid.rank[cells]
    values[series, rank] = observed[cells]
    first = np.zeros(len(rows), dtype=np.int64)
    np.maximum.at(first, series, np.where(subject.accepted_breaks[cells], rank, 0))
    return np.where(np.arange(length) >= first[:, None], values, np.nan)


def _columns_of_past(
    subject: Subject, latest: pd.DataFrame, values: Floats, season: int
) -> dict[str, Floats]:
    columns = {name: np.full(len(values), np.nan) for name in _OF_PAST}
    columns["mad_low"], columns["mad_high"] = mad_bounds(values, season)
    columns["season"][:] = season
    for kind, judge in _BY_KIND.items():
        for policy, rows in subject.by_policy(latest, latest["kind"] == kind):
            found = judge(policy, values[rows], season)
            columns["past_p_value"][rows] = found.history.p_value
            columns["past_growth"][rows] = found.history.growth
            columns["past_spread"][rows] = found.history.spread
            if season > 1:
                columns["profile_p_value"][rows] = seasonality_p_values(
                    found.levels,
                    spread_of(policy.ordinary_departure),
                    season,
                    latest["siblings"].to_numpy()[rows],
                )
    return columns


@dataclass(frozen=True)
class _Past:
    """What the past of some series says of their latest value, and the scale it says it on."""

    history: History
    levels: Floats


def _of_counts(policy: Policy, values: Floats, season: int) -> _Past:
    spread = spread_of(policy.ordinary_growth)
    levels = np.log(np.where(values > 0, values, np.nan))
    return _Past(history_of_counts(values, spread, season), levels)


def _of_rates(policy: Policy, values: Floats, season: int) -> _Past:
    spread, step = spread_of(policy.ordinary_share_change), policy.printed_step
    levels = logits_of_points(values, step)[0]
    return _Past(history_of_bare_rates(values, spread, step, season), levels)


def _of_amounts(policy: Policy, values: Floats, season: int) -> _Past:
    spread = spread_of(policy.ordinary_share_change)
    levels = np.log(np.where(values > 0, values, np.nan))
    return _Past(history_of_amounts(values, spread, season), levels)


_BY_KIND = {COUNT: _of_counts, RATE: _of_rates, BARE_RATE: _of_rates, MEAN: _of_amounts}
"""What judges each kind; differences of what may be negative have no ordinary spread beforehand."""


def _evidence(row: Row) -> dict[str, Any]:
    if np.isnan(row["past_p_value"]):
        return {}
    bounds = [row["mad_low"], row["mad_high"]]
    return {
        GROWTH: row["past_growth"],
        SPREAD: row["past_spread"],
        "mad": None if np.isnan(bounds).any() else bounds,
    }


def _sentence(row: Row) -> str:
    if np.isnan(row["value_after"]):
        return "Valeur absente."
    if np.isnan(row["past_p_value"]):
        return "La série est trop courte pour que son passé dise ce qui est ordinaire."
    shown = french.percent if row["kind"] in {RATE, BARE_RATE} else french.number
    text = f"{shown(row['value_after'])} en {french.period(row['time_period'])}"
    if not np.isnan(row["p_value"]):
        text += f" : {french.chance(row['p_value'])} d'un tel écart, d'après le passé de la série"
    if not np.isnan(row["mad_low"]):
        low, high = shown(row["mad_low"]), shown(row["mad_high"])
        five = "périodes" if row["season"] == 1 else "mêmes périodes des années"
        text += f" (médiane des cinq {five} précédentes ± 2 MAD : de {low} à {high})"
    return french.typeset(f"{text}.")


def _profile_sentence(row: Row) -> str:
    return french.typeset(
        f"L'année qui se termine en {french.period(row['time_period'])} n'a plus la saisonnalité "
        f"des précédentes : {french.chance(row['p_value'])} d'un tel écart. La collecte a-t-elle "
        "changé de calendrier ?"
    )
