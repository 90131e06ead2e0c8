"""What others would do: published methods, on the same newest cells.

Each takes the series of one indicator, one row a series and one column a period, the newest last,
and scores how odd the newest value is; NaN is a value that is missing, or a score that cannot be
given. What scores above a threshold is flagged: that of the source, or a stricter one, so that a
method can also be judged at the rate of false findings that is asked of Vigie. None of them sees a
value that is gone: there is nothing to compare.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import ruptures
from numpy.typing import NDArray
from scipy import linalg, stats

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]
Judge = Callable[[Floats, float], float]

GAUSSIAN_LENGTH = 2.0
GAUSSIAN_NOISE = 0.1
GAUSSIAN_LEAST = 4
PROPHET_LEAST = 5
PELT_LEAST = 4
RATIO_SIZE_POWER, RATIO_LEAST = 0.5, 0.05
PELT_PENALTIES = 2.0 ** np.arange(9)


@dataclass(frozen=True)
class Method:
    """A published method.

    Attributes:
        name: Its name, beside a threshold that is not one of its sources.
        score: How odd each newest value is.
        published: The thresholds of its sources, by the name that the method then has.
        stricter: Thresholds above those, that ring less.
    """

    name: str
    score: Score
    published: Mapping[str, float]
    stricter: tuple[float, ...] = ()

    @property
    def thresholds(self) -> dict[str, float]:
        """Every threshold that is tried, by the name of the method at it."""
        return {**self.published, **{f"{self.name} > {limit:g}": limit for limit in self.stricter}}

    def among(self, names: Iterable[str]) -> str:
        """Return the first of some names that this method has at a threshold, or its own."""
        return next((name for name in names if name in self.thresholds), self.name)


def z_score_with_suspect(series: Floats) -> Floats:
    """Return how many standard deviations it is from the mean of all points, itself included.

    The usual rule of data-observability tools. Among n points it cannot exceed (n - 1) / √n, hence
    never 3 below eleven points (Shiffler, *The American Statistician* 42, 1988, 79-80).
    """
    return _distance(series[:, -1] - _mean(series), _deviation(series))


def z_score_without_suspect(series: Floats) -> Floats:
    """Return how many standard deviations it is from the mean of the points before it.

    Shewhart's control limits (*Economic Control of Quality of Manufactured Product*, 1931), learnt
    on the past; two points of it at least.
    """
    past, newest = series[:, :-1], series[:, -1]
    return _distance(newest - _mean(past), _deviation(past))


def european_mad(series: Floats) -> Floats:
    """Return how many median absolute deviations it is from the median of the 5 points before.

    Rule VNO of *Main types of validation rules for ESS data* (Eurostat, 2018), of which 2 is the
    default; five points at least.
    """
    past, newest = series[:, -6:-1], series[:, -1]
    if past.shape[1] < 5:
        return np.full(len(series), np.nan)
    median = np.median(past, axis=1)
    spread = np.median(np.abs(past - median[:, None]), axis=1)
    return _distance(newest - median, spread)


def percentage(series: Floats) -> Floats:
    """Return by how many per cent it moved from the point before.

    5 is the default of relative checks in data-quality suites, 20 and 50 are bounds that
    statistical offices commonly set: hands-on ratio edits (de Waal, Pannekoek and Scholtus,
    *Handbook of Statistical Data Editing and Imputation*, 2011, § 2.3).
    """
    if series.shape[1] < 2:
        return np.full(len(series), np.nan)
    before = series[:, -2]
    return 100 * _distance(series[:, -1] - before, np.abs(before))


def ratio_edit(series: Floats) -> Floats:
    """Return at which C the ratio to the point before still stands out among those of the table.

    The edit of Hidiroglou and Berthelot (*Survey Methodology* 12, 1986, 73-83), the offices'
    standard for ratios, with U = 0.5 and A = 0.05; 4 is the usual C, 8 a lenient one. Effects are
    ratios to their median, made symmetric, times the larger size to the power U; a score is the
    distance to their median in quartile distances, A of the median at least.
    """
    if series.shape[1] < 2:
        return np.full(len(series), np.nan)
    before, now = series[:, -2], series[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.where((before > 0) & (now > 0), now / before, np.nan)
    if not np.isfinite(ratios).any():
        return np.full(len(series), np.nan)
    to_median = ratios / np.nanmedian(ratios)
    effects = np.where(to_median < 1, 1 - 1 / to_median, to_median - 1)
    effects = effects * np.fmax(before, now) ** RATIO_SIZE_POWER
    low, middle, high = np.nanquantile(effects, [0.25, 0.5, 0.75])
    least = abs(RATIO_LEAST * middle)
    below, above = max(middle - low, least), max(high - middle, least)
    return _distance(effects - middle, np.where(effects < middle, below, above))


def trend_interval(series: Floats) -> Floats:
    """Return how unlikely it is after a linear trend, as -log10 p, five points at least.

    What Prophet does with yearly points: a trend, no season, an interval of 80 % (its default
    ``interval_width``; Taylor and Letham, *The American Statistician* 72, 2018, 37-45), and the
    minimum history that checks built on it ask for. Here by least squares, with Student's law.
    """
    return _each(series, PROPHET_LEAST, _from_trend)


def gaussian_process(series: Floats) -> Floats:
    """Return how many standard deviations of a Gaussian process away, four points at least.

    Rasmussen and Williams (*Gaussian Processes for Machine Learning*, 2006, algorithm 2.1), on the
    standardised past: squared exponential covariance of variance 1 and length two periods, noise of
    variance 0.1.
    """
    return _each(series, GAUSSIAN_LEAST, _from_process)


def pelt(series: Floats) -> Floats:
    """Return at which penalty it still begins a new segment, by PELT on the mean.

    Killick, Fearnhead and Eckley (*JASA* 107, 2012, 1590-1598) as in ``ruptures`` (Truong, Oudre
    and Vayatis, *Signal Processing* 167, 2020; its linear kernel is the mean), four points at
    least. Penalties are multiples of 2 σ² ln n, σ from first differences: 1, 2, 4… up to the
    largest one tried.
    """
    return _each(series, PELT_LEAST - 1, _largest_penalty)


def _distance(gap: Floats, scale: Floats) -> Floats:
    """Return a gap on its scale: infinite where the scale is nothing and the gap is not."""
    gap = np.abs(gap)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((gap == 0) & (scale == 0), 0.0, gap / scale)


def _from_trend(past: Floats, newest: float) -> float:
    times = np.arange(len(past), dtype=np.float64)
    fit = stats.linregress(times, past)
    free = len(past) - 2
    residuals = past - fit.intercept - fit.slope * times
    error = np.sqrt(np.sum(residuals**2) / free)
    leverage = (
        1 + 1 / len(past) + (len(past) - times.mean()) ** 2 / np.sum((times - times.mean()) ** 2)
    )
    gap = abs(newest - fit.intercept - fit.slope * len(past))
    ratio = gap / (error * np.sqrt(leverage)) if error > 0 else np.inf if gap > 0 else 0.0
    return float(-(np.log(2) + stats.t.logsf(ratio, free)) / np.log(10))


def _from_process(past: Floats, newest: float) -> float:
    centre, scale = past.mean(), past.std() or 1.0
    times = np.arange(len(past) + 1, dtype=np.float64)
    covariance = np.exp(-((times[:, None] - times) ** 2) / (2 * GAUSSIAN_LENGTH**2))
    factor = linalg.cho_factor(covariance[:-1, :-1] + GAUSSIAN_NOISE * np.eye(len(past)))
    weights = linalg.cho_solve(factor, covariance[:-1, -1])
    expected = centre + scale * float(weights @ ((past - centre) / scale))
    variance = 1 + GAUSSIAN_NOISE - float(weights @ covariance[:-1, -1])
    return float(abs(newest - expected) / (scale * np.sqrt(variance)))


def _largest_penalty(past: Floats, newest: float) -> float:
    signal = np.append(past, newest)
    noise = np.var(np.diff(past)) / 2
    if noise == 0:
        return np.inf if newest != past[-1] else 0.0
    search = ruptures.KernelCPD(kernel="linear", min_size=1, jump=1).fit(signal)
    largest = 0.0
    for penalty in PELT_PENALTIES:
        ends = search.predict(pen=penalty * 2 * noise * np.log(len(signal)))
        if len(ends) < 2 or ends[-2] != len(past):
            break
        largest = float(penalty)
    return largest


def _each(series: Floats, least: int, judge: Judge) -> Floats:
    return np.array([_scored(judge, least, values.tobytes()) for values in series])


@lru_cache(maxsize=500_000)
def _scored(judge: Judge, least: int, series: bytes) -> float:
    """Return the score of one series, that most nights have in common."""
    values = np.frombuffer(series, dtype=np.float64)
    past = values[:-1][np.isfinite(values[:-1])]
    if np.isfinite(values[-1]) and len(past) >= least:
        return judge(past, float(values[-1]))
    return np.nan


def _mean(series: Floats) -> Floats:
    given = np.isfinite(series)
    return np.where(given, series, 0).sum(axis=1) / np.where(
        given.any(axis=1), given.sum(axis=1), np.nan
    )


def _deviation(series: Floats) -> Floats:
    """Return sample standard deviations; NaN below two points."""
    given = np.isfinite(series)
    squares = np.where(given, (series - _mean(series)[:, None]) ** 2, 0).sum(axis=1)
    free = given.sum(axis=1) - 1
    return np.sqrt(squares / np.where(free > 0, free, np.nan))


DEVIATIONS = (4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
_METHODS = (
    Method(
        "z, suspect in",
        z_score_with_suspect,
        {"z, suspect in": 3.0},
        (3.2, 3.4, 3.6, 3.8, 4.0, 4.5, 5.0),
    ),
    Method("z, suspect out", z_score_without_suspect, {"z, suspect out": 3.0}, DEVIATIONS),
    Method("MAD (ESS)", european_mad, {"MAD (ESS)": 2.0}, (3.0, *DEVIATIONS)),
    Method(
        "percentage",
        percentage,
        {"± 5 %": 5.0, "± 20 %": 20.0, "± 50 %": 50.0},
        (75.0, 100.0, 125.0, 150.0, 200.0, 300.0, 500.0, 1000.0, 1e6),
    ),
    Method(
        "ratio edit (HB)",
        ratio_edit,
        {"HB, C = 4": 4.0, "HB, C = 8": 8.0},
        (6.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 60.0, 100.0, 200.0, 500.0),
    ),
    Method(
        "trend (Prophet)",
        trend_interval,
        {"trend (Prophet)": -np.log10(0.2)},
        (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0),
    ),
    Method("Gaussian process", gaussian_process, {"Gaussian process": 3.0}, DEVIATIONS),
    Method("PELT (ruptures)", pelt, {"PELT (ruptures)": 0.5}, tuple(PELT_PENALTIES[:-1])),
)
METHODS = {method.name: method for method in _METHODS}
"""The methods, by name. The score of PELT is 1 at the penalty of its sources."""
