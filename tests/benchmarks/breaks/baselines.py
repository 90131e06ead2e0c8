"""What others would do: published methods, on the same newest cells.

Each takes the series of one indicator, one row a series and one column a period, the newest last,
and tells which newest values it would flag; NaN is a value that is missing. None of them sees a
value that is gone: there is nothing to compare. Thresholds are those of the sources, never moved.
"""

from collections.abc import Callable

import numpy as np
import ruptures
from numpy.typing import NDArray
from scipy import linalg, stats

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Method = Callable[[Floats], Flags]

GAUSSIAN_LENGTH = 2.0
GAUSSIAN_NOISE = 0.1
GAUSSIAN_LEAST = 4
PROPHET_LEAST = 5
PROPHET_WIDTH = 0.8
PELT_LEAST = 4


def z_score_with_suspect(series: Floats) -> Flags:
    """Flag what is more than 3 standard deviations from the mean of all points, itself included.

    The usual rule of data-observability tools. Among n points it cannot exceed (n - 1) / √n, hence
    never 3 below eleven points (Shiffler, *The American Statistician* 42, 1988, 79-80).
    """
    newest = series[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.abs(newest - _mean(series)) / _deviation(series) > 3


def z_score_without_suspect(series: Floats) -> Flags:
    """Flag what is more than 3 standard deviations from the mean of the points before it.

    Shewhart's control limits (*Economic Control of Quality of Manufactured Product*, 1931), learnt
    on the past; two points of it at least.
    """
    past, newest = series[:, :-1], series[:, -1]
    with np.errstate(invalid="ignore"):
        return np.abs(newest - _mean(past)) > 3 * _deviation(past)


def european_mad(series: Floats) -> Flags:
    """Flag what is outside the median of the 5 previous points ± 2 median absolute deviations.

    Rule VNO of *Main types of validation rules for ESS data* (Eurostat, 2018), with its defaults;
    five points at least.
    """
    past, newest = series[:, -6:-1], series[:, -1]
    if past.shape[1] < 5:
        return np.zeros(len(series), dtype=bool)
    median = np.median(past, axis=1)
    spread = np.median(np.abs(past - median[:, None]), axis=1)
    with np.errstate(invalid="ignore"):
        return np.abs(newest - median) > 2 * spread


def fixed_percentage(percentage: float) -> Method:
    """Flag what moved by more than a percentage from the point before.

    The default of relative checks in data-quality suites (5 %), and the bounds that statistical
    offices commonly set (20 %, 50 %): hands-on ratio edits (de Waal, Pannekoek and Scholtus,
    *Handbook of Statistical Data Editing and Imputation*, 2011, § 2.3).
    """

    def flags(series: Floats) -> Flags:
        if series.shape[1] < 2:
            return np.zeros(len(series), dtype=bool)
        before, newest = series[:, -2], series[:, -1]
        with np.errstate(invalid="ignore"):
            return np.abs(newest - before) > percentage / 100 * np.abs(before)

    return flags


def trend_interval(series: Floats) -> Flags:
    """Flag what is outside the interval of a linear trend, five points at least.

    What Prophet does with yearly points: a trend, no season, an interval of 80 % (its default
    ``interval_width``; Taylor and Letham, *The American Statistician* 72, 2018, 37-45), and the
    minimum history that checks built on it ask for. Here by least squares, with Student's law.
    """
    return _each(series, PROPHET_LEAST, _outside_trend)


def gaussian_process(series: Floats) -> Flags:
    """Flag what is outside 3 standard deviations of a Gaussian process, four points at least.

    Rasmussen and Williams (*Gaussian Processes for Machine Learning*, 2006, algorithm 2.1), on the
    standardised past: squared exponential covariance of variance 1 and length two periods, noise of
    variance 0.1.
    """
    return _each(series, GAUSSIAN_LEAST, _outside_process)


def pelt(series: Floats) -> Flags:
    """Flag what begins a new segment, by PELT on the mean, four points at least.

    Killick, Fearnhead and Eckley (*JASA* 107, 2012, 1590-1598) as in ``ruptures`` (Truong, Oudre
    and Vayatis, *Signal Processing* 167, 2020), penalty 2 σ² ln n, σ from first differences.
    """
    return _each(series, PELT_LEAST - 1, _starts_segment)


def _outside_trend(past: Floats, newest: float) -> bool:
    times = np.arange(len(past), dtype=np.float64)
    fit = stats.linregress(times, past)
    free = len(past) - 2
    residuals = past - fit.intercept - fit.slope * times
    error = np.sqrt(np.sum(residuals**2) / free)
    leverage = (
        1 + 1 / len(past) + (len(past) - times.mean()) ** 2 / np.sum((times - times.mean()) ** 2)
    )
    width = stats.t.ppf(0.5 + PROPHET_WIDTH / 2, free) * error * np.sqrt(leverage)
    return bool(abs(newest - fit.intercept - fit.slope * len(past)) > width)


def _outside_process(past: Floats, newest: float) -> bool:
    centre, scale = past.mean(), past.std() or 1.0
    times = np.arange(len(past) + 1, dtype=np.float64)
    covariance = np.exp(-((times[:, None] - times) ** 2) / (2 * GAUSSIAN_LENGTH**2))
    known = linalg.cho_factor(covariance[:-1, :-1] + GAUSSIAN_NOISE * np.eye(len(past)))
    weights = linalg.cho_solve(known, covariance[:-1, -1])
    expected = centre + scale * float(weights @ ((past - centre) / scale))
    variance = 1 + GAUSSIAN_NOISE - float(weights @ covariance[:-1, -1])
    return bool(abs(newest - expected) > 3 * scale * np.sqrt(variance))


def _starts_segment(past: Floats, newest: float) -> bool:
    signal = np.append(past, newest)
    noise = np.var(np.diff(past)) / 2
    if noise == 0:
        return bool(newest != past[-1])
    penalty = 2 * noise * np.log(len(signal))
    ends = ruptures.Pelt(model="l2", min_size=1, jump=1).fit(signal).predict(pen=penalty)
    return len(ends) > 1 and ends[-2] == len(past)


def _each(series: Floats, least: int, judge: Callable[[Floats, float], bool]) -> Flags:
    flags = np.zeros(len(series), dtype=bool)
    for row, values in enumerate(series):
        past = values[:-1][np.isfinite(values[:-1])]
        if np.isfinite(values[-1]) and len(past) >= least:
            flags[row] = judge(past, float(values[-1]))
    return flags


def _mean(series: Floats) -> Floats:
    known = np.isfinite(series)
    return np.where(known, series, 0).sum(axis=1) / np.where(
        known.any(axis=1), known.sum(axis=1), np.nan
    )


def _deviation(series: Floats) -> Floats:
    """Return sample standard deviations; NaN below two points."""
    known = np.isfinite(series)
    squares = np.where(known, (series - _mean(series)[:, None]) ** 2, 0).sum(axis=1)
    free = known.sum(axis=1) - 1
    return np.sqrt(squares / np.where(free > 0, free, np.nan))


METHODS: dict[str, Method] = {
    "z, suspect in": z_score_with_suspect,
    "z, suspect out": z_score_without_suspect,
    "MAD (ESS)": european_mad,
    "± 5 %": fixed_percentage(5),
    "± 20 %": fixed_percentage(20),
    "± 50 %": fixed_percentage(50),
    "trend (Prophet)": trend_interval,
    "Gaussian process": gaussian_process,
    "PELT (ruptures)": pelt,
}
