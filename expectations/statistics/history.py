r"""Is the latest value in line with its own past, when there is one (from five points up)?

Series are the rows of a matrix, periods its columns, evenly spaced, the last one to be judged; NaN
where nothing was given. The latest value is never part of what it is judged by.

**What is expected.** A level moves from one period to the next by a *step*: the difference of two
logarithms for counts, of two logits for rates. The step expected is the median of the past ones; in
a seasonal series, of those of the same season. In a series without season two imaginary steps of
zero stand among them, so that one good year does not promise another.

**What is ordinary.** The median of the squares of the past steps around the expected ones, over
what the prior and the noise of counting make them (the MAD in other words; Rousseeuw and Croux,
*JASA* 88, 1993, 1273-1283), shrunk to the prior (``dispersion``), with the correction of small
samples for a scale taken around its own median. Hypothesis: steps are alike and independent but for
seasons; up to a fourth of them may be faults (a fault makes two odd steps).

**What is odd.** A latest value that is odd after the one before it *and* after the one before that,
both judged as one step: a value that comes back after a fault is not a second fault. The larger of
two p-values never alarms more often than the first alone.

Minimum: three points, or three full years before the latest for a seasonal series; below five
points the prior decides. Not to be used on a series that turns smoothly (a cumulated total), nor
for a slow drift.

Not here: what the rest of a panel does (``panels``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from expectations.statistics.counts import break_p_values
from expectations.statistics.dispersion import (
    CHI_SQUARE_MEDIAN,
    LOG_MEDIAN_VARIANCE,
    LOG_PRIOR_VARIANCE,
    modal_variance,
)
from expectations.statistics.rates import logits_of_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

VNO_PERIODS = 5
VNO_FACTOR = 2.0
IMAGINARY_STEPS = 2
LEAST_YEARS = 3
LOST_TO_THE_MEDIAN = 2.5
MEDIAN_INEFFICIENCY = np.pi / 2


@dataclass(frozen=True)
class History:
    """What the past of each series makes ordinary, and how far its latest value is from it.

    Attributes:
        growth: Step expected from the last value but one to the latest.
        spread: Standard deviation of an ordinary step around it, the noise of counting left out.
        p_value: How likely so odd a latest value is; NaN without it or without enough past.
    """

    growth: Floats
    spread: Floats
    p_value: Floats


@dataclass(frozen=True)
class _Outlook:
    """What is expected over the last step and the last two, and the variance of one step."""

    growths: tuple[Floats, Floats]
    variance: Floats


def history_of_counts(counts: ArrayLike, prior_spread: ArrayLike, season: int = 1) -> History:
    """Return how well the latest of each series of counts follows from its past.

    Args:
        counts: One row a series, one column a period.
        prior_spread: Standard deviation of the logarithm of ordinary growth, where the past is
            silent: one, or one a series, such as that of its panel.
        season: Periods in a year of a seasonal series: 4, 12; 1 without season.
    """
    y = np.asarray(counts, dtype=np.float64)
    y = np.where(y >= 0, y, np.nan)
    outlook = _outlook(np.log(y + 0.5), 1 / (y + 0.5), _prior(prior_spread, y), season)

    def p_values(lag: int) -> Floats:
        growth = np.exp(outlook.growths[lag - 1])
        return break_p_values(y[:, -1 - lag], y[:, -1], np.sqrt(outlook.variance), 1.0, growth)

    return _history(outlook, p_values, y.shape[1])


def history_of_bare_rates(
    points: ArrayLike, prior_spread: ArrayLike, step: float, season: int = 1
) -> History:
    """Return how well the latest of each series of rates follows from its past.

    Args:
        points: Rates per cent, one row a series, one column a period.
        prior_spread: Standard deviation of an ordinary step of the logit, where the past is silent;
            one, or one a series.
        step: What rates are rounded to, in points: 0.1 for one decimal.
        season: As in :func:`history_of_counts`.
    """
    levels, noise = logits_of_points(points, step)
    outlook = _outlook(levels, noise, _prior(prior_spread, levels), season)

    def p_values(lag: int) -> Floats:
        distance = np.abs(levels[:, -1] - levels[:, -1 - lag] - outlook.growths[lag - 1])
        variance = outlook.variance + noise[:, -1] + noise[:, -1 - lag]
        p: Floats = 2 * special.ndtr(-distance / np.sqrt(variance))
        return p

    return _history(outlook, p_values, levels.shape[1])


def mad_bounds(values: ArrayLike, season: int = 1) -> tuple[Floats, Floats]:
    """Return the interval of the European rule VNO, at its default.

    The median of the five previous periods, plus or minus twice the median of their absolute
    distances to it, not rescaled (Eurostat, *Main types of validation rules for ESS data*, 2018);
    of a seasonal series, the same period of the five previous years. On five normal values the
    interval leaves out an ordinary sixth value two times out of five: it points at values to look
    at, and is not a test. Without the five, there is no interval.

    Args:
        values: One row a series, one column a period, the last one to be judged.
        season: Periods in a year of a seasonal series; 1 without season.

    Returns:
        Lower and upper bounds, one a series; NaN where one of the five is missing.
    """
    y = np.asarray(values, dtype=np.float64)
    first = y.shape[1] - 1 - VNO_PERIODS * season
    if first < 0:
        nothing = np.full(y.shape[0], np.nan)
        return nothing, nothing.copy()
    past = y[:, first : y.shape[1] - 1 : season]
    centre = np.median(past, axis=1)
    reach = VNO_FACTOR * np.median(np.abs(past - centre[:, None]), axis=1)
    return centre - reach, centre + reach


def seasonality_p_values(levels: ArrayLike, prior_spread: ArrayLike, season: int) -> Floats:
    r"""Return how likely the profile of the latest year is, after those of the years before.

    The profile of a year is its steps less their mean. Each season of the latest profile is
    compared with the median of the past ones; the mean square of these distances over the ordinary
    one follows Fisher's law with season - 1 degrees of freedom and those of the scale, prior
    included: the F test of moving seasonality (Higginson, Statistics Canada, 1975) with robust
    parts. Three full years before the latest are needed; a level that
    jumps within the latest year also changes its profile: look at :func:`history_of_counts` first.

    Args:
        levels: One row a series, one column a period: logarithms of counts, or values. The latest
            year is the last ``season`` steps, wherever the calendar year starts.
        prior_spread: Standard deviation of an ordinary step, where the past is silent; one, or one
            a series.
        season: Periods in a year: 4, 12.
    """
    y = np.asarray(levels, dtype=np.float64)
    years = (y.shape[1] - 1) // season
    if years < 1:
        return np.full(y.shape[0], np.nan)
    steps = np.diff(y, axis=1)[:, y.shape[1] - 1 - years * season :]
    profiles = steps.reshape(y.shape[0], years, season)
    profiles = profiles - profiles.mean(axis=2, keepdims=True)  # a year with a hole has none
    past = profiles[:, :-1, :]
    usual, count = _medians(np.swapaxes(past, 1, 2))
    known = count[:, 0]
    squares = ((past - usual[:, None, :]) ** 2).reshape(y.shape[0], -1)
    trust = _trust(known)
    total = np.nan_to_num(_medians(squares)[0]) / CHI_SQUARE_MEDIAN / np.maximum(trust, 0.01)
    variance = modal_variance(
        total, np.zeros_like(total), known * season * trust, _prior(prior_spread, y)
    )
    variance = variance * (1 + MEDIAN_INEFFICIENCY / np.maximum(known, 1))
    ratio = np.mean((profiles[:, -1, :] - usual) ** 2, axis=1) / variance
    freedom = 2 / LOG_PRIOR_VARIANCE + 2 / LOG_MEDIAN_VARIANCE * known * season * trust
    return np.where(known >= LEAST_YEARS, special.fdtrc(season - 1, freedom, ratio), np.nan)


def _history(outlook: _Outlook, p_values: Callable[[int], Floats], periods: int) -> History:
    """Return the history of series whose latest value is odd after each of the two before it."""
    p_value = np.full(outlook.variance.shape, np.nan)
    for lag in range(1, min(periods, 3)):
        p_value = np.fmax(p_value, p_values(lag))
    return History(outlook.growths[0], np.sqrt(outlook.variance), p_value)


def _outlook(levels: Floats, noise: Floats, prior: Floats, season: int) -> _Outlook:
    """Return what the past steps, those before the latest value, let one expect."""
    past = np.diff(levels, axis=1)[:, -2::-1]  # the newest first
    noises = (noise[:, 1:] + noise[:, :-1])[:, -2::-1]
    by_season = _by_season(past, season)
    imaginary = IMAGINARY_STEPS if season == 1 else 0
    still = np.zeros((past.shape[0], season, imaginary))
    growths, years = _medians(np.concatenate([by_season, still], axis=2))
    growths[years < (LEAST_YEARS if season > 1 else 1)] = np.nan

    ratios = (by_season - growths[:, :, None]) ** 2
    ratios /= prior[:, None, None] + _by_season(noises, season)
    ratio, steps = _medians(ratios.reshape(past.shape[0], -1))
    noise_of_step = np.where(steps > 0, np.nansum(noises, axis=1) / np.maximum(steps, 1), 0.0)
    per_season = steps / season
    trust = _trust(per_season)
    total = ratio / CHI_SQUARE_MEDIAN * (prior + noise_of_step) / np.maximum(trust, 0.01)
    own = modal_variance(np.nan_to_num(total), noise_of_step, steps * trust, prior)
    error = MEDIAN_INEFFICIENCY * (own + noise_of_step) * per_season
    error /= np.maximum(per_season + imaginary, 1) ** 2
    latest, last = growths[:, -1], growths[:, 0]
    return _Outlook((latest, latest + last), own + error)


def _prior(spread: ArrayLike, series: Floats) -> Floats:
    variances = np.asarray(spread, dtype=np.float64) ** 2
    return np.broadcast_to(variances, series.shape[:1])


def _by_season(steps: Floats, season: int) -> Floats:
    """Return steps as series × season × year, the newest first, with NaN where a year is short."""
    years = -(-steps.shape[1] // season)
    padded = np.full((steps.shape[0], years * season), np.nan)
    padded[:, : steps.shape[1]] = steps
    return np.swapaxes(padded.reshape(steps.shape[0], years, season), 1, 2)


def _medians(values: Floats) -> tuple[Floats, Integers]:
    """Return medians over the last axis, NaN left out, and of how many values.

    NumPy's ``nanmedian`` goes through rows with NaN one by one.
    """
    count = np.sum(~np.isnan(values), axis=-1)
    if values.shape[-1] == 0:
        return np.full(count.shape, np.nan), count
    ordered = np.sort(values, axis=-1)  # NaN last
    middles = [np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[-1] - 1)]
    low, high = (np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in middles)
    return (low + high) / 2, count


def _trust(years: Floats | Integers) -> Floats:
    """Return which part of squares taken around their own median is worth anything.

    Around the median of Y values, the median of squares is too small by Y / (Y - 2.5), and says as
    much as a share (Y - 2.5) / Y of them would around the true centre: simulated, on normal
    values, for 3 to 20 years of 1, 4 and 12 seasons.
    """
    trust: Floats = np.maximum(years - LOST_TO_THE_MEDIAN, 0.0) / np.maximum(years, 1)
    return trust
