r"""What an area does in all its categories at once, beside the other areas.

Here: how much of it a member may count on, and how odd it is. Not here: the common movement of a
category over the areas (``panels``), what a series did before (``innovations``).

With :math:`r_{ac}` the movement of category *c* of area *a* beside those of the same category
elsewhere, of variance :math:`\sigma_{ac}^2`, the movement of the area is

.. math:: A_a = \sum_c w_{ac}\,\psi(r_{ac}) / \sum_c w_{ac}, \quad w = 1 / \sigma^2,

:math:`\psi` bounding each to 2.5 deviations (Huber, *Annals of Mathematical Statistics* 35, 1964,
73-101). Movements of areas are themselves a panel (``panels``): what areas do in common, of
variance :math:`\tau_A^2`, is read from the other areas, and shrunk to what is known beforehand.

**What a member may count on** is what its area's *other* members did, shrunk by
:math:`\tau_A^2 / (\tau_A^2 + 1 / \sum w)` and never more than :math:`2 \tau_A`: areas that move by
4 % excuse no movement of 35 %, however many of their cells make it.

**How odd the area is**: the same mean less its largest contribution, over its deviation. Small
parts speak together; one part alone never does. Areas of fewer than three parts are not tested.

A part *agrees* with its area when it moved at least half as much, or is within two deviations of
it and could not have been told from it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.grouped import Floats, Integers, sums
from expectations.statistics.panels import PriorSpreads, panel_of

BOUND_OF_PART = 2.5
BOUND_OF_AREA = 2.0
LEAST_PARTS = 3
AGREEING_DEVIATIONS = 2.0


@dataclass(frozen=True)
class AreaMoves:
    """What the area of each member does in common.

    Attributes:
        expected: What each member may count on.
        movement: Movement of its area.
        p_value: How likely that is; NaN where fewer than three parts tell.
        agrees: Whether the member moved as its area did.
        variance: Of what areas do in common, by table.
    """

    expected: Floats
    movement: Floats
    p_value: Floats
    agrees: NDArray[np.bool_]
    variance: Floats


def area_moves(
    residuals: Floats, variances: Floats, areas: Integers, tables: Integers, ordinary: Floats
) -> AreaMoves:
    """Return what each area does in common.

    Args:
        residuals: Movement of each member beside its category elsewhere.
        variances: Variance of each, counting noise included.
        areas: Code of the area of each.
        tables: Code of the table of each.
        ordinary: Variance of what areas do in common, by table, where the areas are silent.
    """
    size = int(areas.max(initial=-1)) + 1
    deviations = np.sqrt(variances)
    bound = BOUND_OF_PART * deviations
    weights, bounded = 1 / variances, np.clip(residuals, -bound, bound)
    weight, sum_of = sums(weights, areas, size), sums(weights * bounded, areas, size)
    parts = np.bincount(areas, minlength=size)
    first = np.zeros(size, dtype=np.int64)
    first[areas] = tables
    movement, error = sum_of / weight, 1 / weight
    panel = panel_of(movement, error, first, PriorSpreads(np.sqrt(ordinary)[first], 1.0))
    usual = panel.spread**2
    least = _without_the_largest(weights * bounded, areas, sum_of) / weight
    z = (least - np.where(movement < 0, -panel.growth, panel.growth)) / np.sqrt(usual + error)
    p_value = np.where(parts >= LEAST_PARTS, 2 * special.ndtr(-np.maximum(z, 0.0)), np.nan)
    expected = _counted_on(weights, bounded, areas, weight, sum_of, usual)
    return AreaMoves(
        np.where(parts[areas] > 1, expected, 0.0),
        movement[areas],
        p_value[areas],
        _agrees(residuals, movement[areas], deviations),
        sums(usual, first, ordinary.size)
        / np.maximum(np.bincount(first, minlength=ordinary.size), 1),
    )


def _counted_on(  # noqa: PLR0913, PLR0917 the sums of one mean
    weights: Floats,
    bounded: Floats,
    areas: Integers,
    weight: Floats,
    sum_of: Floats,
    usual: Floats,
) -> Floats:
    """Return the mean of the others of an area, shrunk and bounded."""
    others = np.maximum(weight[areas] - weights, 1e-9)
    mean = (sum_of[areas] - weights * bounded) / others
    shrunk = mean * usual[areas] / (usual[areas] + 1 / others)
    bound = BOUND_OF_AREA * np.sqrt(usual[areas])
    return np.clip(shrunk, -bound, bound)


def _without_the_largest(contributions: Floats, areas: Integers, sum_of: Floats) -> Floats:
    """Return the size of the sum of each area once its largest contribution has been left out."""
    along = np.where(sum_of[areas] < 0, -contributions, contributions)
    largest = np.zeros(sum_of.size)
    np.maximum.at(largest, areas, along)
    least: Floats = np.maximum(np.abs(sum_of) - largest, 0.0)
    return least


def _agrees(residuals: Floats, movement: Floats, deviations: Floats) -> NDArray[np.bool_]:
    as_much = residuals * np.sign(movement) >= np.abs(movement) / 2
    agrees: NDArray[np.bool_] = as_much | (
        np.abs(residuals - movement) <= AGREEING_DEVIATIONS * deviations
    )
    return agrees
