"""What the others of one period say of each number: its category, its area, its table.

Here: the cross-section of one period, tables of areas × categories. Not here: the panel of one
category (``panels``), what an area does (``area_moves``), what the past says (``panel_past``), the
model that they are parts of (``innovations``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.agreement import agreeing, gains
from expectations.statistics.area_moves import AreaMoves, area_moves
from expectations.statistics.dispersion import LOG_MEDIAN_VARIANCE
from expectations.statistics.grouped import Floats, renumbered, sums
from expectations.statistics.leave_one_out import medians_of_others, sums_of_others
from expectations.statistics.own_spreads import ODD, WORTH_OF_SQUARE
from expectations.statistics.panel_past import PanelPast
from expectations.statistics.panel_places import PlacesOfPeriod
from expectations.statistics.panels import Panel, PriorSpreads, ordinary_variances, panel_of
from expectations.statistics.scales import BREAK_SPREAD

PRIOR_DOUBT = 0.5
"""Variance of the logarithm of a variance that is read from no member."""


@dataclass(frozen=True)
class Neighbours:
    """What the others of one period say of each pair.

    Attributes:
        growth: Movement that they make one expect.
        panel: That of its category, what areas do in common left out.
        area: What its area does in common.
        of_table: Variance of an ordinary movement in each table.
        doubt: Variance of the logarithm of that of the panel of each pair.
        movement: Common movement of each table.
        movement_p_value: How likely it is, where a crisis is ordinary.
        movement_past_p_value: The same, by what the table itself did before.
    """

    growth: Floats
    panel: Panel
    area: AreaMoves
    of_table: Floats
    doubt: Floats
    movement: Floats
    movement_p_value: Floats
    movement_past_p_value: Floats


def neighbours(
    moves: Floats, noise: Floats, places: PlacesOfPeriod, past: PanelPast, prior: PriorSpreads
) -> Neighbours:
    """Return what categories and areas do in common, and what is ordinary around it.

    Args:
        moves: Movement of each pair, its own habit taken off.
        noise: Variance of the noise of each.
        places: Where they stand.
        past: What tables did before.
        prior: What is ordinary where a panel is silent.
    """
    tables, columns = places.tables, places.columns
    usual = past.of_table[places.names_of_tables][tables]
    weights = usual / (usual + noise)
    of_whole, movement = medians_of_others(moves, weights, tables, 0.0)
    of_whole = _of_circles(moves, weights, places, of_whole)
    still = np.bincount(columns, of_whole) / np.bincount(columns)
    growth, _ = medians_of_others(moves, weights, columns, still)
    variance, _, of_table, error = ordinary_variances(moves - growth, noise, usual, tables, usual)
    of_common = past.of_common[places.names_of_tables]
    of_crisis = np.maximum(of_common, prior.common**2)
    p_value = 2 * special.ndtr(-np.abs(movement) / np.sqrt(of_crisis + error))
    freedom = past.movements[places.names_of_tables]
    past_p_value = 2 * special.stdtr(freedom, -np.abs(movement) / np.sqrt(of_common + error))
    area = area_moves(moves - growth, variance + noise, places, past, prior.of_areas)
    several = places.have_several_columns
    usual = np.where(several[tables], variance, usual)
    own = PriorSpreads(np.sqrt(usual), prior.common)
    panel = panel_of(moves - area.expected, noise, columns, own, still)
    of_one = np.bincount(tables, panel.variance) / np.bincount(tables)
    weights = panel.variance / (panel.variance + noise)
    worth, _ = sums_of_others(weights**2, columns)
    doubt = 1 / (1 / PRIOR_DOUBT + WORTH_OF_SQUARE * worth / LOG_MEDIAN_VARIANCE)
    growth = _excused(moves - area.expected, panel, still[columns]) + area.expected
    of_table = np.where(several, of_table, of_one)
    return Neighbours(growth, panel, area, of_table, doubt, movement, p_value, past_p_value)


def go_with_table(
    moves: Floats, movement: Floats, variances: Floats, places: PlacesOfPeriod
) -> NDArray[np.bool_]:
    """Tell which pairs moved as their table did, of a category that did.

    Args:
        moves: Movement of each pair.
        movement: That of its table.
        variances: That of the pair, counting noise included.
        places: Where they stand.
    """
    as_much = moves * np.sign(movement) >= np.abs(movement) / 2
    said = gains(moves, movement, variances, BREAK_SPREAD**2)
    goes_along = as_much | agreeing(said, places.tables)
    table_of_column = np.zeros(int(places.columns.max(initial=-1)) + 1, dtype=np.int64)
    table_of_column[places.columns] = places.tables
    agrees = agreeing(
        sums(np.nan_to_num(said), places.columns, table_of_column.size), table_of_column
    )
    # Where no category does, the table was tested all the same.
    agrees |= (np.bincount(table_of_column, agrees) == 0)[table_of_column]
    with_category: NDArray[np.bool_] = goes_along & agrees[places.columns]
    return with_category


def _of_circles(moves: Floats, weights: Floats, places: PlacesOfPeriod, of_whole: Floats) -> Floats:
    """Return what the others of its table do, for each pair; of its circle, without siblings."""
    of_whole = of_whole.copy()
    for rank, codes in enumerate(places.circles):
        lone = places.circle == rank
        has_lone = np.bincount(codes[lone], minlength=int(codes.max(initial=-1)) + 1) > 0
        beside = np.flatnonzero(has_lone[codes])
        if beside.size:
            _, groups = renumbered(codes[beside])
            medians, _ = medians_of_others(moves[beside], weights[beside], groups, 0.0)
            of_whole[beside[lone[beside]]] = medians[lone[beside]]
    return of_whole


def _excused(moves: Floats, panel: Panel, still: Floats) -> Floats:
    """Return what is expected of each pair: where most of a category left its table, either.

    Who did as the rest of the table is at no fault, nor is who did as the rest of the category.
    """
    has_left = np.abs(panel.growth - still) > ODD * panel.spread
    as_table = has_left & (np.abs(moves - still) < np.abs(moves - panel.growth))
    return np.where(as_table, still, panel.growth)
