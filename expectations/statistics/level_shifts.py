r"""Did a series move to another level, and stay there, within its newest few points?

Here: the test of one long series by itself, at its newest point, as points come. Not here: one odd
value (``history``), two periods of a panel (``innovations``), a slow drift (``drift``), what a
model expects (``outlooks``).

For each number :math:`k` of newest points, 2 to 8, the points before them are the *baseline*; the
newest ones are never part of it. The baseline is a level, with or without a trend, one level a
season in a seasonal series, plus an autoregressive noise,

.. math:: y_t = x_t' \beta + u_t, \quad u_t = \varphi u_{t-1} + \varepsilon_t, \quad
          \varepsilon_t \sim N(0, \sigma^2),

from white noise (:math:`\varphi = 0`) to a random walk with drift in all but name (0.98). The shift
is the generalised least squares mean of the distances of the newest points to what it makes one
expect of them: the step of an intervention model (Box and Tiao, *JASA* 70, 1975, 70-79). For a
given :math:`\varphi` it follows Student's law.

**Several models.** Twenty points do not tell 0.2 from 0.6, and the model that fits best alarms too
often. So p-values are averaged over :math:`\varphi` and over trend or none, by how well each
explains the baseline: their marginal likelihood, with :math:`\beta` and :math:`\ln \sigma` flat
(restricted likelihood, with little bias in :math:`\varphi`: Harville, *JASA* 72, 1977, 320-338),
:math:`\varphi` with a prior as :math:`\sqrt{1 - |\varphi|}`, and a slope with the density that a
normal law of deviation :math:`\sigma / 2` has at 0. The average is a predictive p-value in the
sense of Box (*JRSS A* 143, 1980, 383-430), given the baseline.

**What is no shift.** A value that is off and comes back: the farthest of the newest points counts
as the second farthest, and the very newest must be nearer to the new level than to the former. A
steady trend and a season are in the baseline. The shock of a persistent series (a crisis) has
heavier tails than a normal one: a shift that rests on :math:`m` shocks is given at most
:math:`4 m^2` degrees of freedom; a mean of several points has a normal law, whatever that of each.

**Again and again.** A series is tested each night, at seven lengths. The smallest p-value is
multiplied by 10, for which 19 nights in a row, from 12 points to 30, raise about as many alarms
in a quiet series as one night is allowed (0.03). *Simulated*, 1 000 series a law, share with one
alarm or more in the 19 nights: white noise 0.7 %, around a trend of 0.1 and 0.5 deviation a period
3.2 and 0.6 %, autoregressive of 0.5 without and with trend 2.1 and 2.4 %, of 0.8 2.1 %, random
walk with drift 3.1 %, Student's law with 3 degrees of freedom 2.1 %, a cycle of ten periods 0.
Where heavy tails *and* persistence meet, 4.5 % (0.5) and 13.8 % (a walk by such steps, whose
shocks are shifts).

**Power.** *Simulated*, 1 000 series of 20 points before the shift: share found once 2, 3, 4, 6 and
8 points are at the new level, by size in deviations of the noise.

    size    white noise                     autoregressive of 0.5
    1       0.00  0.01  0.03  0.05  0.07    0.01  0.02  0.03  0.04  0.05
    2       0.04  0.12  0.22  0.33  0.41    0.04  0.08  0.10  0.15  0.16
    3       0.17  0.43  0.59  0.74  0.78    0.13  0.24  0.30  0.36  0.40
    4       0.48  0.77  0.86  0.92  0.93    0.32  0.50  0.58  0.66  0.68
    5       0.76  0.93  0.97  0.98  0.98    0.59  0.73  0.80  0.84  0.85
    6       0.92  0.98  0.99  0.99  0.99    0.80  0.91  0.93  0.95  0.96
    8       1.00  1.00  1.00  1.00  1.00    0.99  0.99  1.00  1.00  1.00

With 12 points before it, a shift of 4 in white noise is found in 0.15 to 0.49, of 6 in 0.59 to
0.87. The Nile is lower by 1.9 deviations since 1899: it is found in 1902, 1904, 1905 and 1906.

Minimum: 10 points before the newest two; with seasons three years, and 10 + season - 1. Not to be
used where siblings tell what is common (``innovations``), nor on what is cumulated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from expectations.statistics.grouped import Floats
from expectations.statistics.outlooks import Outlook, outlook, shocks_behind

LENGTHS = range(2, 9)
"""How many of the newest points may be at the new level."""
LEAST_BASELINE = 10
LEAST_YEARS = 3
AGAIN = 10
"""What looking again, at other lengths and on other nights, costs: see the module."""
PERSISTENCES = (-0.3, -0.15, 0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.98)
ORDINARY_SLOPE = 0.5
SHOCK_FREEDOM = 4.0


@dataclass(frozen=True)
class LevelShifts:
    """What each series did at its newest points.

    Attributes:
        p_value: How likely such a shift is in a quiet series that is looked at night after night;
            NaN without a newest value or enough before it.
        points: How many of the newest values are at the new level, if there is one.
        former: The mean level that was expected of them.
        latest: Their mean level.
    """

    p_value: Floats
    points: NDArray[np.int64]
    former: Floats
    latest: Floats


def level_shifts(levels: ArrayLike, floor: ArrayLike = 0.0, season: int = 1) -> LevelShifts:
    """Return whether each series is at another level since a few points.

    Args:
        levels: One row a series, one column a period, evenly spaced: logarithms, logits, or values
            as they are; NaN where there is none.
        floor: Variance that a level has in any case, by counting or rounding; one, or one a series.
        season: Periods in a year of a seasonal series: 4, 12; 1 without season.
    """
    y = np.asarray(levels, dtype=np.float64)
    floors = np.broadcast_to(np.asarray(floor, dtype=np.float64), y.shape[:1])
    best = np.full((y.shape[0], 4), np.nan)
    for rows, places in _given_at_the_same_places(y):
        for points in LENGTHS:
            if places.size - points >= _least_baseline(season):
                given = _Given(y[np.ix_(rows, places)], floors[rows], places, points, season)
                found = np.column_stack([*_judged(given), np.full(rows.size, points)])
                better = ~(found[:, 0] >= best[rows, 0])
                best[rows[better]] = found[better]
    p_value, former, latest, best_points = best.T
    return LevelShifts(
        np.minimum(p_value * AGAIN, 1.0),
        np.nan_to_num(best_points).astype(np.int64),
        former,
        latest,
    )


@dataclass(frozen=True)
class _Given:
    """Series with values at the same places, cut between the baseline and the newest points."""

    values: Floats
    floor: Floats
    places: NDArray[np.int64]
    points: int
    season: int

    @property
    def baseline(self) -> Floats:
        return self.values[:, : -self.points]

    @property
    def newest(self) -> Floats:
        return self.values[:, -self.points :]


@dataclass(frozen=True)
class _Model:
    """What one model expects, how it weighs the newest points, and what it is worth beforehand."""

    outlook: Outlook
    weights: Floats
    information: float
    freedom: float
    log_prior: float


@lru_cache(maxsize=2 * len(LENGTHS) * 2 * len(PERSISTENCES))
def _model(
    places: tuple[int, ...], points: int, season: int, persistence: float, with_trend: bool
) -> _Model:
    """Return a model of series with values at some places; the same for all those of a night."""
    at = np.array(places)
    seasons = (at[:, None] % season == np.arange(season)).astype(np.float64)
    design = np.column_stack([seasons, at - at.mean()]) if with_trend else seasons
    expected = outlook(design, at, points, persistence)
    weights = expected.precision.sum(axis=0)
    information = float(weights.sum())
    shocks = shocks_behind(weights / information, persistence)
    return _Model(
        expected,
        weights / information,
        information,
        1.0 / (1.0 / expected.freedom + 1.0 / (SHOCK_FREEDOM * shocks**2)),
        np.log(1.0 - abs(persistence)) / 2.0 - with_trend * np.log(ORDINARY_SLOPE),
    )


def _given_at_the_same_places(y: Floats) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Give the rows that have a newest value, those with the same holes together, with places."""
    if not y.size:
        return
    patterns, which = np.unique(~np.isnan(y), axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern[-1]:
            yield np.flatnonzero(which.ravel() == number), np.flatnonzero(pattern)


def _least_baseline(season: int) -> int:
    return LEAST_BASELINE if season == 1 else max(LEAST_YEARS * season, LEAST_BASELINE + season - 1)


def _judged(given: _Given) -> tuple[Floats, Floats, Floats]:
    """Return p-values averaged over the models, and the former and the latest level."""
    places = tuple(given.places.tolist())
    verdicts = [
        _under(given, _model(places, given.points, given.season, persistence, with_trend))
        for persistence, with_trend in product(PERSISTENCES, (False, True))
    ]
    evidence, p_values, expected = (np.stack(numbers) for numbers in zip(*verdicts, strict=True))
    weights = np.exp(evidence - evidence.max(axis=0))
    weights /= weights.sum(axis=0)
    former = (weights * expected).sum(axis=0)
    return (weights * p_values).sum(axis=0), former, given.newest.mean(axis=1)


def _under(given: _Given, model: _Model) -> tuple[Floats, Floats, Floats]:
    """Return what one model says: its log-evidence, the p-value of the shift, what it expected."""
    seen = model.outlook
    squares = ((given.baseline @ seen.whitened.T) ** 2).sum(axis=1)
    squares = np.maximum(squares, seen.freedom * given.floor)
    expected = given.baseline @ seen.expected.T
    shift = _kept(given.newest - expected) @ model.weights
    z = np.abs(shift) * np.sqrt(model.information * seen.freedom / squares)
    p_value = 2.0 * special.stdtr(model.freedom, -z)
    came_back = (given.newest[:, -1] - expected[:, -1]) * np.sign(shift) < np.abs(shift) / 2.0
    exponent = (given.baseline.shape[1] - given.season) / 2.0
    evidence = seen.log_evidence + model.log_prior - exponent * np.log(squares)
    return evidence, np.where(came_back, 1.0, p_value), expected.mean(axis=1)


def _kept(departures: Floats) -> Floats:
    """Return distances of which the farthest counts as the second farthest."""
    reach = np.sort(np.abs(departures), axis=1)[:, -2:-1]
    return np.clip(departures, -reach, reach)
