r"""Is the profile of the latest year that of the years before?

Here: the test of the latest profile. Not here: the level of the latest value (``history``).

Series are the rows of a matrix, periods its columns. The profile of a year is its steps, from one
period to the next, less their mean: a crisis or a growth that is the same all year is not in it.
Each season of the latest profile is compared with the median of that season in the past profiles;
the mean square of these distances over the ordinary one, read from the past profiles around their
medians and shrunk to the prior (``dispersion``), follows Fisher's law with season - 1 degrees of
freedom and those of the scale: the F test of moving seasonality (Higginson, Statistics Canada,
1975) with robust parts. Hypothesis: profiles are alike but for independent noise.

Beside others, the steps of a series are first compared with the median step of the others of its
panel, and the mean square of its distances with the median one of the others: what happens to all
is no fault of one, and a crisis disturbs all profiles, unequally. *Measured* on the job seekers of
17 regions, each quarter from 2001 to 2025 as the latest, prior 3 % a step: p below 0.01 for 1.0 %
of the series of category A and 0.9 % of A to C, all below 0.001 in 2020 to 2022 (Corsica, then
Île-de-France and Guadeloupe); a profile moved by ± 5 % in one region always gives less than 1e-6.

Minimum: three full years before the latest one, which may start anywhere in the calendar. Not to be
used on a seasonally adjusted series, nor on counts of a few units: their profile is noise. A level
that jumps within the latest year also changes its profile: look at ``history`` first.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.dispersion import (
    LOG_MEDIAN_VARIANCE,
    LOG_PRIOR_VARIANCE,
    medians,
    variance_around_medians,
)
from expectations.statistics.grouped import MEDIAN_LOSS, Floats, Integers, Ranked, codes_of

LEAST_YEARS = 3


def seasonality_p_values(
    levels: ArrayLike, prior_spread: ArrayLike, season: int, panels: ArrayLike | None = None
) -> Floats:
    """Return how likely the profile of the latest year is, after those of the years before.

    Args:
        levels: One row a series, one column a period: logarithms of counts, or logits of rates. The
            latest year is the last ``season`` steps; a year with a hole has no profile.
        prior_spread: Standard deviation of an ordinary step, where the past is silent; one, or one
            a series.
        season: Periods in a year: 4, 12.
        panels: Which series to compare with one another; each by itself unless told.

    Returns:
        One p-value a series; NaN without the latest profile or three before it.
    """
    steps = np.diff(np.asarray(levels, dtype=np.float64), axis=1)
    codes = np.arange(len(steps)) if panels is None else codes_of(panels, steps.shape[:1])
    profiles = _profiles(steps - _of_others(steps, codes, alone=0.0), season)
    if profiles.shape[1] == 0:
        return np.full(profiles.shape[0], np.nan)
    latest, past = profiles[:, -1, :], profiles[:, :-1, :]
    usual, counted = medians(np.swapaxes(past, 1, 2))
    years = counted[:, 0].astype(np.float64)
    prior = np.broadcast_to(np.asarray(prior_spread, dtype=np.float64) ** 2, years.shape)
    squares = (past - usual[:, None, :]) ** 2 / prior[:, None, None]
    squares = squares.reshape(squares.shape[0], squares.shape[1] * season)
    variance, worth = variance_around_medians(squares, np.zeros_like(years), years, prior)
    variance = variance * (1 + MEDIAN_LOSS / np.maximum(years, 1))
    ratio = np.mean((latest - usual) ** 2, axis=1) / variance
    ratio /= np.maximum(_of_others(ratio[:, None], codes, alone=1.0)[:, 0], 1.0)
    freedom = 2 / LOG_PRIOR_VARIANCE + 2 * worth / LOG_MEDIAN_VARIANCE
    return np.where(years >= LEAST_YEARS, special.fdtrc(season - 1, freedom, ratio), np.nan)


def _profiles(steps: Floats, season: int) -> Floats:
    """Return the profiles as series × year × season, the latest year last."""
    years = steps.shape[1] // season
    profiles = steps[:, steps.shape[1] - years * season :].reshape(len(steps), years, season)
    return np.asarray(profiles - profiles.mean(axis=2, keepdims=True), dtype=np.float64)


def _of_others(values: Floats, codes: Integers, *, alone: float) -> Floats:
    """Return, column by column, the median of the others of the panel; or that of who has none."""
    medians = [Ranked.of(column, codes).medians_of_others() for column in values.T]
    others = np.stack(medians, axis=1) if medians else np.empty(values.shape)
    return np.where(np.isnan(others), alone, others)
