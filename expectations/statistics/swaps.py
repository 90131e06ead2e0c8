r"""Were categories exchanged, re-labelled, merged or split between two periods?

A panel is a table of areas × categories, for instance departments × sizes of firms. Counts are
over-dispersed, of variance :math:`\mu + \phi\mu^2` with :math:`\phi = s^2 / 2`, so that the log
ratio of two large ones has the spread :math:`s` of ordinary growth. Anscombe (*Biometrika* 35,
1948, 246-254) makes them nearly normal, of variance 1 whatever their size:

.. math:: z(y) = \frac{2}{\sqrt\phi} \operatorname{arsinh} \sqrt{\phi\,(y + 3/8)}.

**Labels.** That column *a* now carries label *b* is compared with its carrying its own, over the
areas known for both: with :math:`x = z_1^a - (z_0^a + z_0^b) / 2` and
:math:`\delta = z_0^a - z_0^b`, the log-likelihood ratio is the sum of :math:`-B\,x\,\delta / v`.
It has two parts: the level (means over areas), where :math:`v = (1 + B) / n + 2`, the 2 being the
ordinary growth of a whole category; and the profile (what departs from the means), where
:math:`v = 1 + B`. The factor :math:`B = \max(0, 1 - \text{noise} / \text{observed})` of James and
Stein (*4th Berkeley Symposium* 1, 1961, 361-379) shrinks :math:`\delta` to what is more than noise:
categories that could be confused give 0, never an alarm. The assignment of the largest sum is found
by ``scipy.optimize.linear_sum_assignment``; each of its cycles (an exchange is one of length 2) is
an answer of its own, less what is gained by letting each category break (below) instead, and less
the logarithm of the number of exchanges that were possible.

**Mergers.** A category that vanished from all areas, and another that now has both numbers, area by
area: the log-likelihood ratio over that other going its own way (growth; once in 20 a break of any
size, alike in all areas or not; a level of its own when it is new), over the next best heir, and
less the logarithm of the number of possible heirs.

Minimum history: two periods. One area is enough only for categories of very different sizes. Do not
use it on categories that have an order and slide along it (ages of a cohort), where each takes the
place of the next for good reason.

Not here: which codes were declared to change (COV, DFC) and what is an alarm: for ``rules``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from expectations.statistics.grouped import Batch, Floats, Ints, Tables, batches

LEVEL_VARIANCE = 2.0  # of a whole category's ordinary growth, in units of z: that of one cell
BREAK_SPREAD = np.log(10.0) / 1.96
LOG_BREAK_ODDS = np.log(1.0 / 20.0)
CONVINCING = 7.0  # a likelihood ratio of 1 000: labels do not move of themselves
SUGGESTIVE = 3.0  # 20: the vanished category is a fact, only where it went is asked


@dataclass(frozen=True)
class Labels:
    """Categories whose values now stand under another label, one row each.

    Attributes:
        panels: Code of the panel.
        categories: The label.
        carries: The label whose values it now seems to carry.
        margins: Log-likelihood ratio of the whole cycle, less the logarithm of the alternatives.
        lengths: How many labels the cycle has; 2 is an exchange.
    """

    panels: Ints
    categories: Ints
    carries: Ints
    margins: Floats
    lengths: Ints


@dataclass(frozen=True)
class Mergers:
    """Vanished categories and where they seem to have gone, one row each.

    Attributes:
        panels: Code of the panel.
        vanished: The category that is gone.
        heirs: The category that now has its values besides its own, if it had any.
        margins: Log-likelihood ratio over the best other account, less that of the alternatives.
    """

    panels: Ints
    vanished: Ints
    heirs: Ints
    margins: Floats


def exchanged_labels(
    before: ArrayLike,
    after: ArrayLike,
    tables: Tables,
    spread: float,
    least: float = CONVINCING,
) -> Labels:
    """Return the categories that were exchanged or re-labelled; see the module.

    Args:
        before: Counts of the first period; NaN where missing.
        after: Counts of the second.
        tables: Which panel, area and category each cell is of.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
        least: Smallest margin that is returned.
    """
    empty = [(np.empty(0, dtype=np.int64),) * 5]
    rows = [
        cycle
        for batch, y0, y1 in _batched(before, after, tables)
        for cycle in _cycles(batch, _stable(y0, spread), _stable(y1, spread), spread, least)
    ]
    panel, label, carried, margin, length = map(np.concatenate, zip(*(rows or empty), strict=True))
    return Labels(panel, label, carried, margin.astype(np.float64), length)


def merged_categories(
    before: ArrayLike,
    after: ArrayLike,
    tables: Tables,
    spread: float,
    least: float = SUGGESTIVE,
) -> Mergers:
    """Return where vanished categories went; see the module.

    A split is a merger read backwards: exchange ``before`` and ``after``; ``vanished`` is then
    the new category, ``heirs`` the one that it came out of.

    Args:
        before: Counts of the first period; NaN where missing.
        after: Counts of the second; a category that is missing or 0 everywhere has vanished.
        tables: Which panel, area and category each cell is of.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
        least: Smallest margin that is returned.
    """
    empty = [(np.empty(0, dtype=np.int64),) * 4]
    rows = [
        _mergers(batch, y0, y1, spread, least) for batch, y0, y1 in _batched(before, after, tables)
    ]
    panel, gone, heir, margin = map(np.concatenate, zip(*(rows or empty), strict=True))
    return Mergers(panel, gone, heir, margin.astype(np.float64))


def _batched(
    before: ArrayLike, after: ArrayLike, tables: Tables
) -> Iterator[tuple[Batch, Floats, Floats]]:
    y0, y1 = (np.asarray(y, dtype=np.float64) for y in (before, after))
    for batch in batches(tables, y0.shape):
        yield batch, _counts(batch.of(y0)), _counts(batch.of(y1))


def _counts(values: Floats) -> Floats:
    return np.where(values >= 0, values, np.nan)


def _stable(counts: Floats, spread: float) -> Floats:
    """Return the counts on a scale where each has variance 1, whatever its size."""
    dispersion = spread**2 / 2.0
    stable: Floats = 2.0 / np.sqrt(dispersion) * np.arcsinh(np.sqrt(dispersion * (counts + 0.375)))
    return stable


def _label_gains(z0: Floats, z1: Floats) -> Floats:
    """Return, by panel, the log-likelihood ratio of column a carrying label b over its own.

    All sums over the areas known for both a and b are products of the columns by the mask of what
    is known, so every pair of every panel costs a few matrix products.
    """
    known = np.isfinite(z0 + z1)
    mask = known.astype(np.float64)
    z0, z1 = np.where(known, z0, 0.0), np.where(known, z1, 0.0)

    def product(left: Floats, right: Floats) -> Floats:
        return np.swapaxes(left, 1, 2) @ right

    areas, own, square = product(mask, mask), product(z0, mask), product(z0**2, mask)
    label, label_square = np.swapaxes(own, 1, 2), np.swapaxes(square, 1, 2)
    delta = own - label
    x = product(z1, mask) - (own + label) / 2.0
    x_delta = product(z1 * z0, mask) - product(z1, z0) - (square - label_square) / 2.0
    delta_delta = square + label_square - 2.0 * product(z0, z0)

    n = np.maximum(areas, 1.0)
    profile = _shrunk_gain(
        x_delta - x * delta / n, delta_delta - delta**2 / n, 2.0 * (areas - 1.0), 1.0, 0.0
    )
    level = _shrunk_gain(x * delta / n**2, (delta / n) ** 2, 2.0 / n, 1.0 / n, LEVEL_VARIANCE)
    return np.where(areas > 0, profile + level, -np.inf)


def _shrunk_gain(
    product: Floats, square: Floats, noise: Floats, unit: Floats | float, growth: float
) -> Floats:
    shrinkage = np.where(square > noise, 1.0 - noise / np.where(square > 0, square, 1.0), 0.0)
    gain: Floats = -shrinkage * product / ((1.0 + shrinkage) * unit + growth)
    return gain


def _cycles(
    batch: Batch, z0: Floats, z1: Floats, spread: float, least: float
) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the convincing cycles of the best assignment of each panel."""
    gains, own = _label_gains(z0, z1), _Departures.of(z1 - z0, spread)
    relief = np.maximum(own.broken() - own.ordinary(), 0.0)
    best = np.maximum(gains, 0.0).max(axis=2)
    for g in np.flatnonzero(best.sum(axis=1) >= least):
        count = int((batch.categories[g] >= 0).sum())
        gain = gains[g, :count, :count]
        np.fill_diagonal(gain, 0.0)
        _, carried = optimize.linear_sum_assignment(gain, maximize=True)
        for cycle in _cycles_of(carried):
            margin = gain[cycle, carried[cycle]].sum() - relief[g, cycle].sum()
            margin -= (cycle.size - 1) * np.log(count * (count - 1) / 2)
            if margin >= least:
                ones, names = np.ones(cycle.size, dtype=np.int64), batch.categories[g]
                yield (
                    ones * batch.panels[g],
                    names[cycle],
                    names[carried[cycle]],
                    ones * margin,
                    ones * cycle.size,
                )


def _cycles_of(permutation: Ints) -> Iterator[Ints]:
    seen = permutation == np.arange(permutation.size)
    for start in range(permutation.size):
        label, cycle = start, []
        while not seen[label]:
            seen[label] = True
            cycle.append(label)
            label = permutation[label]
        if cycle:
            yield np.array(cycle)


def _mergers(
    batch: Batch, y0: Floats, y1: Floats, spread: float, least: float
) -> tuple[np.ndarray, ...]:
    there, now = (np.where(np.isfinite(y), y, 0.0) for y in (y0, y1))
    gone = (there.sum(axis=1) > 0) & (now.sum(axis=1) == 0)
    g, k = np.nonzero(gone & (batch.categories >= 0))
    z1, own = _stable(y1[g], spread), there[g]
    with_gone = own + own[np.arange(g.size), :, k][:, :, None]
    alone = _Departures.of(z1 - _stable(own, spread), spread)
    account = np.maximum(alone.ordinary(), alone.broken())
    account = np.where(own.sum(axis=1) > 0, account, alone.new())
    merged = _Departures.of(z1 - _stable(with_gone, spread), spread).ordinary()
    gain = np.where(now[g].sum(axis=1) > 0, merged - account, -np.inf)
    ranked = np.sort(gain, axis=1)
    second = ranked[:, -2] if gain.shape[1] > 1 else np.full(g.size, -np.inf)
    possible = np.maximum(np.isfinite(gain).sum(axis=1), 1)
    margin = ranked[:, -1] - np.maximum(second, 0.0) - np.log(possible)
    kept = margin >= least
    heir = gain.argmax(axis=1)
    names = batch.categories[g]
    rows = np.arange(g.size)
    return batch.panels[g][kept], names[rows, k][kept], names[rows, heir][kept], margin[kept]


@dataclass(frozen=True)
class _Departures:
    """Departures of categories from what was expected of them, and what they are likely to be."""

    level: Floats
    profile: Floats
    areas: Floats
    free: float

    @classmethod
    def of(cls, departure: Floats, spread: float) -> "_Departures":
        areas = np.maximum(np.isfinite(departure).sum(axis=1), 1).astype(np.float64)
        departure = np.where(np.isfinite(departure), departure, 0.0)
        level = departure.sum(axis=1) / areas
        profile = (departure**2).sum(axis=1) - areas * level**2
        return cls(level, profile, areas, 2.0 * (BREAK_SPREAD / spread) ** 2)

    def ordinary(self) -> Floats:
        """Return the log-likelihood of ordinary growth, but for what all accounts share."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        likelihood: Floats = -(self.level**2) / (2.0 * variance) - self.profile / 4.0
        return likelihood

    def broken(self) -> Floats:
        """Return that of a break of any size, alike in all areas or not; its odds included."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        misfit = self.level**2 / (2.0 * (variance + self.free))
        likelihood: Floats = LOG_BREAK_ODDS - misfit + self.new()
        return likelihood

    def new(self) -> Floats:
        """Return that of a category which was not there: any level is as good as another."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        shaped = self.profile / (4.0 + 2.0 * self.free)
        shaped += (self.areas - 1.0) * np.log1p(self.free / 2.0) / 2.0
        shape = np.minimum(self.profile / 4.0, shaped)
        likelihood: Floats = -np.log1p(self.free / variance) / 2.0 - shape
        return likelihood
