r"""What an area does in all its categories at once, beside the other areas.

Here: how much of it a member may count on, and how odd it is. Not here: the common movement of a
category over the areas (``panels``), what a series did before (``innovations``).

With :math:`r_{ac}` the movement of category *c* of area *a* beside those of the same category
elsewhere, of variance :math:`\sigma_{ac}^2`, the movement of the area is

.. math:: A_a = \sum_c w_{ac}\,\psi(r_{ac}) / \sum_c w_{ac}, \quad w = 1 / \sigma^2,

:math:`\psi` bounding each to 2.5 deviations from their weighted median, nearer to nothing if at all
(Huber, *Annals of Mathematical Statistics* 35, 1964, 73-101). Movements of areas are themselves a
panel (``panels``): what areas do in common, of variance :math:`\tau_A^2`, is read from the other
areas, and shrunk to what is known beforehand.

**What a member may count on** is what its area's *other* members did, shrunk by
:math:`\tau_A^2 / (\tau_A^2 + 1 / \sum w)` and never more than :math:`2 \tau_A`: areas that move by
4 % excuse no movement of 35 %, however many of their cells make it.

**How odd the area is**: the same mean less its largest contribution, over its deviation. Small
parts speak together; one part alone never does. Areas are not all equally calm, no more than their
series are: how calm each is is learnt from what it did (``own_spreads``), and the test is averaged
over what remains unknown of it (``dispersion``). An area of one part is not tested, nor areas that
are hardly beside any other.

A part *agrees* with its area when it moved at least half as much, or is within two deviations of
it and could not have been told from it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.dispersion import over_doubt
from expectations.statistics.grouped import Floats, Integers, sums, weighted_medians
from expectations.statistics.panel_past import PanelPast
from expectations.statistics.panel_places import PlacesOfPeriod
from expectations.statistics.panels import panel_of

BOUND_OF_PART = 2.5
BOUND_OF_AREA = 2.0
ALONE = 1e-9
LEAST_AREAS = 3
AGREEING_DEVIATIONS = 2.0


@dataclass(frozen=True)
class AreaMoves:
    """What the area of each member does in common.

    Attributes:
        expected: What each member may count on.
        movement: Movement of its area.
        p_value: How likely that is; NaN where a single part tells, or fewer than three areas.
        agrees: Whether the member moved as its area did.
        tells: Whether it did so taken alone: at least half as far.
        variance: Of what areas do in common, by table.
        seen: By area, how far it moved from the expected, the variance of its ordinary movement,
            of those of its table, and of the noise of its own.
    """

    expected: Floats
    movement: Floats
    p_value: Floats
    agrees: NDArray[np.bool_]
    tells: NDArray[np.bool_]
    variance: Floats
    seen: tuple[Floats, Floats, Floats, Floats]


def area_moves(
    residuals: Floats, variances: Floats, places: PlacesOfPeriod, past: PanelPast, most: float
) -> AreaMoves:
    """Return what each area does in common.

    Args:
        residuals: Movement of each member beside its category elsewhere.
        variances: Variance of each, counting noise included.
        places: Where they stand.
        past: What tables and areas did before.
        most: Standard deviation that is cautious for any area, where nothing at all is known.
    """
    parts = _Parts.of(residuals, variances, places.areas)
    table = np.zeros(parts.weight.size, dtype=np.int64)
    table[places.areas] = places.tables
    movement, noise = parts.moved / parts.weight, 1 / parts.weight
    usual = past.of_areas[places.names_of_tables][table]
    panel = panel_of(movement, noise, table, np.sqrt(usual))
    names, spreads = places.names_of_areas, past.of_each_area
    own = spreads.variances(names, panel.variance, noise)
    ordinary = _Ordinary(panel.growth, own, panel.error, spreads.doubts(names, 0.0), most)
    has_others = panel.members[table] >= LEAST_AREAS
    tables = places.names_of_tables.size
    return AreaMoves(
        parts.counted_on(panel.variance),
        movement[places.areas],
        np.where(has_others, parts.p_values(ordinary), np.nan)[places.areas],
        are_alike(residuals, movement[places.areas], np.sqrt(variances)),
        go_half_as_far(residuals, movement[places.areas]),
        np.bincount(table, panel.variance, tables) / np.bincount(table, minlength=tables),
        (movement - panel.growth, own, panel.variance, noise),
    )


@dataclass(frozen=True)
class _Ordinary:
    """What is ordinary for each area.

    Attributes:
        growth: Movement that the other areas make one expect.
        variance: Variance of an ordinary movement around it.
        error: That of the error of ``growth``.
        doubt: That of the logarithm of ``variance``.
        most: As for ``over_doubt``.
    """

    growth: Floats
    variance: Floats
    error: Floats
    doubt: Floats
    most: float

    def p_values(self, movement: Floats, noise: Floats) -> Floats:
        """Return how likely movements of some noise are, as far as they go upwards."""

        def test(rows: Integers, spread: Floats) -> Floats:
            z = movement[rows] / np.sqrt(spread**2 + noise[rows])
            p_values: Floats = 2 * special.ndtr(-np.maximum(z, 0.0))
            return p_values

        return over_doubt(test, self.variance, self.error, self.doubt, self.most)


@dataclass(frozen=True)
class _Parts:
    """The categories of every area, and what they sum up to.

    Attributes:
        areas: Code of the area of each.
        weights: What each weighs.
        moves: Movement of each, bounded around the median of its area; never more than it is.
        weight: Weight of each area.
        moved: Sum of the movements of its parts, weighted.
    """

    areas: Integers
    weights: Floats
    moves: Floats
    weight: Floats
    moved: Floats

    @classmethod
    def of(cls, residuals: Floats, variances: Floats, areas: Integers) -> "_Parts":
        weights, bound = 1 / variances, BOUND_OF_PART * np.sqrt(variances)
        middle = weighted_medians(residuals, weights, areas)[areas]
        bounded = middle + np.clip(residuals - middle, -bound, bound)
        moves = np.where(np.abs(bounded) < np.abs(residuals), bounded, residuals)
        size = int(areas.max(initial=-1)) + 1
        weight, moved = sums(weights, areas, size), sums(weights * moves, areas, size)
        return cls(areas, weights, moves, weight, moved)

    def counted_on(self, usual: Floats) -> Floats:
        """Return the mean of the others of an area, shrunk and bounded by what areas usually do."""
        others = self.weight[self.areas] - self.weights
        is_alone = others <= ALONE * self.weights
        others = np.where(is_alone, 1.0, others)
        mean = (self.moved[self.areas] - self.weights * self.moves) / others
        usual_here = usual[self.areas]
        shrunk = mean * usual_here / (usual_here + 1 / others)
        bound = BOUND_OF_AREA * np.sqrt(usual_here)
        return np.where(is_alone, 0.0, np.clip(shrunk, -bound, bound))

    def p_values(self, ordinary: _Ordinary) -> Floats:
        """Return how likely each area is to move so, its largest part left out; NaN for one."""
        size = self.weight.size
        along = self.weights * self.moves * np.sign(self.moved)[self.areas]
        largest, weight_of_largest = np.full(size, -np.inf), np.zeros(size)
        np.maximum.at(largest, self.areas, along)
        is_largest = along == largest[self.areas]
        np.maximum.at(weight_of_largest, self.areas[is_largest], self.weights[is_largest])
        several = np.bincount(self.areas, minlength=size) > 1
        weight = np.where(several, self.weight - weight_of_largest, np.nan)
        least = (np.abs(self.moved) - largest) / weight
        return ordinary.p_values(least - ordinary.growth * np.sign(self.moved), 1 / weight)


def are_alike(residuals: Floats, movement: Floats, deviations: Floats) -> NDArray[np.bool_]:
    """Tell which members moved as what they are part of did; see the module.

    Args:
        residuals: Movement of each member.
        movement: Movement of what it is part of.
        deviations: Standard deviation of that of the member, counting noise included.
    """
    cannot_be_told = np.abs(residuals - movement) <= AGREEING_DEVIATIONS * deviations
    agrees: NDArray[np.bool_] = go_half_as_far(residuals, movement) | cannot_be_told
    return agrees


def go_half_as_far(residuals: Floats, movement: Floats) -> NDArray[np.bool_]:
    """Tell which members moved at least half as much as what they are part of."""
    as_much: NDArray[np.bool_] = residuals * np.sign(movement) >= np.abs(movement) / 2
    return as_much
