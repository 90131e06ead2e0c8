"""What the others of one period say of each number: its category, its area, its table.

Here: the cross-section of one period, tables of areas × categories. Not here: the panel of one
category (``panels``), what an area does (``area_moves``), what the past says (``panel_past``), the
model that they are parts of (``innovations``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.agreement import agreeing, gains
from expectations.statistics.area_moves import AreaMoves, area_moves
from expectations.statistics.dispersion import LOG_MEDIAN_VARIANCE
from expectations.statistics.grouped import Floats, Integers, renumbered, sums
from expectations.statistics.leave_one_out import heaviest, medians_of_others, sums_of_others
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
        departure: By how much each category, all areas together, moved more than the others of its
            table; NaN where there are none.
        departure_p_value: How likely that is by what the category did before; NaN too where the
            others moved more.
    """

    growth: Floats
    panel: Panel
    area: AreaMoves
    of_table: Floats
    doubt: Floats
    movement: Floats
    movement_p_value: Floats
    movement_past_p_value: Floats
    departure: Floats
    departure_p_value: Floats


@dataclass(frozen=True)
class Noise:
    """The noise of some movements.

    Attributes:
        variance: Variance of each.
        stretch: What gives, for the movements that are expected, by what it is multiplied.
    """

    variance: Floats
    stretch: Callable[[Floats], Floats]


@dataclass(frozen=True)
class _Departures:
    """How each category moved beside the others of its table, all areas together.

    Attributes:
        movement: By how much it moved more than they did; NaN where there are none.
        error: Variance of the error of that.
        are_their_own: Whether it moved more than they did, one way or the other.
    """

    movement: Floats
    error: Floats
    are_their_own: NDArray[np.bool_]


def neighbours(
    moves: Floats, noises: Noise, places: PlacesOfPeriod, past: PanelPast, prior: PriorSpreads
) -> Neighbours:
    """Return what categories and areas do in common, and what is ordinary around it.

    Args:
        moves: Movement of each pair, its own habit taken off.
        noises: The noise of each.
        places: Where they stand.
        past: What tables did before.
        prior: What is ordinary where a panel is silent.
    """
    tables, columns, noise = places.tables, places.columns, noises.variance
    usual = past.of_table[places.names_of_tables][tables]
    weights = usual / (usual + noise)
    of_whole, movement = medians_of_others(moves, weights, tables, 0.0)
    of_whole = _of_circles(moves, weights, places, of_whole)
    still = np.bincount(columns, of_whole) / np.bincount(columns)
    growth, _ = medians_of_others(moves, weights, columns, still)
    variance, _, of_table, error = ordinary_variances(moves - growth, noise, usual, tables, usual)
    stretched = variance + noise * noises.stretch(growth)
    area = area_moves(moves - growth, stretched, places, past, prior.of_areas)
    several = places.have_several_columns
    own = np.sqrt(np.where(several[tables], variance, usual))
    panel = panel_of(moves - area.expected, noise, columns, own, still)
    growth = _excused(moves - area.expected, panel, still[columns]) + area.expected
    of_one = np.bincount(tables, panel.variance) / np.bincount(tables)
    crisis = np.maximum(past.tables.variance[places.names_of_tables], prior.common**2)
    departs = _departures(panel, places)
    odds = past.columns.p_values(places.names_of_columns, departs.movement, departs.error)
    return Neighbours(
        growth=growth,
        panel=panel,
        area=area,
        of_table=np.where(several, of_table, of_one),
        doubt=_doubt(panel.variance / (panel.variance + noise), columns),
        movement=movement,
        movement_p_value=2 * special.ndtr(-np.abs(movement) / np.sqrt(crisis + error)),
        movement_past_p_value=past.tables.p_values(places.names_of_tables, movement, error),
        departure=departs.movement,
        departure_p_value=np.where(departs.are_their_own, odds, np.nan),
    )


def _doubt(weights: Floats, columns: Integers) -> Floats:
    """Return the variance of the logarithm of that of the panel of each pair.

    Args:
        weights: Part of the ordinary in the variance of each.
        columns: Code of its category.
    """
    worth, _ = sums_of_others(weights**2, columns)
    doubt: Floats = 1 / (1 / PRIOR_DOUBT + WORTH_OF_SQUARE * worth / LOG_MEDIAN_VARIANCE)
    return doubt


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
    table_of_column = places.tables_of_columns
    agrees = agreeing(
        sums(np.nan_to_num(said), places.columns, table_of_column.size), table_of_column
    )
    # Where no category does, the table was tested all the same.
    agrees |= (np.bincount(table_of_column, agrees) == 0)[table_of_column]
    with_category: NDArray[np.bool_] = goes_along & agrees[places.columns]
    return with_category


def _of_circles(moves: Floats, weights: Floats, places: PlacesOfPeriod, of_whole: Floats) -> Floats:
    """Return what the others of its table do, for each pair; of its circle, without siblings.

    A region weighs more than any of its departments: it does not say how many of them must agree.
    """
    of_whole = of_whole.copy()
    for rank, codes in enumerate(places.circles):
        lone = places.circle == rank
        has_lone = np.bincount(codes[lone], minlength=int(codes.max(initial=-1)) + 1) > 0
        beside = np.flatnonzero(has_lone[codes])
        if beside.size:
            _, groups = renumbered(codes[beside])
            others = heaviest(np.where(lone, 0.0, weights)[beside], groups)[groups]
            weight = np.where(others > 0, np.minimum(weights[beside], others), weights[beside])
            medians, _ = medians_of_others(moves[beside], weight, groups, 0.0)
            of_whole[beside[lone[beside]]] = medians[lone[beside]]
    return of_whole


def _departures(panel: Panel, places: PlacesOfPeriod) -> _Departures:
    """Return by how much each category moved more than the others of its table."""
    tables, areas = places.tables_of_columns, np.bincount(places.columns)
    movement, error = (
        np.bincount(places.columns, values) / areas for values in (panel.growth, panel.error)
    )
    many = np.bincount(tables)[tables] - 1.0
    many[many == 0] = np.nan
    others, error_of_others = (
        np.bincount(tables, values)[tables] - values for values in (movement, error)
    )
    others /= many
    are_their_own = np.abs(movement) > np.abs(others)
    return _Departures(movement - others, error + error_of_others / many**2, are_their_own)


def _excused(moves: Floats, panel: Panel, still: Floats) -> Floats:
    """Return what is expected of each pair: where most of a category left its table, either.

    Who did as the rest of the table is at no fault, nor is who did as the rest of the category.
    """
    has_left = np.abs(panel.growth - still) > ODD * panel.spread
    as_table = has_left & (np.abs(moves - still) < np.abs(moves - panel.growth))
    return np.where(as_table, still, panel.growth)
