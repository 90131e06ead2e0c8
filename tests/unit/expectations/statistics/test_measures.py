"""What the past, the siblings and the area of a count make of its newest number, in one model."""

import numpy as np
import pytest
from numpy.typing import NDArray

from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.innovations import Innovations
from expectations.statistics.measures import (
    innovations_of_bare_rates,
    innovations_of_counts,
    innovations_of_rates,
)
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads
from expectations.statistics.rates import Rates

Floats = NDArray[np.float64]
PRIOR = PriorSpreads(own=spread_of(2.0), common=spread_of(1.35), of_areas=spread_of(1.17))
OF_RATES = PriorSpreads(own=spread_of(1.5), common=spread_of(1.2), of_areas=spread_of(1.17))
LENGTHS = (2, 3, 5, 8, 12, 20)


def innovations_of(
    counts: Floats, restart: int | None = None, steps: float = 1.0
) -> tuple[Innovations, Floats]:
    """Return what is said of counts given as (panel ×) area × category × period.

    Returns:
        What was expected of each pair, and how odd each newest number is.
    """
    *panels, areas, categories, periods = counts.shape
    shape = (*(panels or [1]), areas, categories, periods - 1)
    panel, area, category, rank = np.indices(shape).reshape(4, -1)
    place = panel * areas + area
    places = Places(
        series=place * categories + category,
        rank=rank + 1,
        columns=panel * categories + category,
        tables=panel,
        areas=place,
        circles=(),
        circle=np.full(area.size, -1),
        restarts=rank + 1 == (restart or periods + 1),
    )
    before, after = counts[..., :-1].ravel(), counts[..., 1:].ravel()
    expected, p_values = innovations_of_counts(before, after, places, PRIOR, steps)
    return expected, p_values.reshape(*counts.shape[:-1], periods - 1)[..., -1]


def area_p_values(counts: Floats) -> Floats:
    """Return how odd the newest movement of each area is."""
    areas, categories, periods = counts.shape
    expected, _ = innovations_of(counts)
    by_pair = expected.area_p_value.reshape(areas, categories, periods - 1)
    return by_pair[:, 0, -1]


def panel(seed: int, periods: int = 20, level: float = 400.0) -> tuple[Floats, Floats]:
    """Return the expected numbers of 12 areas × 6 categories, and what was counted of them.

    Areas move in common by 4 % a year, categories too, and each series by 5 % of its own.
    """
    rng = np.random.default_rng(seed)
    sizes = level * rng.lognormal(0, 0.5, (12, 6, 1))
    moves = rng.normal(0.02, 0.02, (1, 1, periods)) + rng.normal(0, 0.04, (12, 1, periods))
    moves = moves + rng.normal(0, 0.04, (1, 6, periods)) + rng.normal(0, 0.05, (12, 6, periods))
    means = sizes * np.exp(np.cumsum(moves, axis=2))
    return means, rng.poisson(means).astype(np.float64)


def test_with_two_periods_and_nobody_beside_it_is_the_test_of_two_counts() -> None:
    expected, p_values = innovations_of(np.array([[[43.0, 4.0]]]))
    assert p_values[0, 0] == pytest.approx(break_p_values(43, 4, PRIOR.own), rel=0.01)
    assert np.isnan(expected.area_p_value[0])


def test_a_longer_past_sharpens_and_never_silences() -> None:
    panels = [panel(seed) for seed in range(60)]
    counts = np.array([counted for _, counted in panels])
    counts[:, 3, 2, -1] = np.round([0.6 * means[3, 2, -1] for means, _ in panels])
    power = [np.mean(innovations_of(counts[..., -n:])[1][:, 3, 2] < 0.001) for n in LENGTHS]
    by_chance = 2 / len(panels)
    assert np.diff(power).min() >= -by_chance
    assert power[-1] > power[0] + 0.3


@pytest.mark.parametrize("periods", LENGTHS)
def test_quiet_nights_stay_quiet(periods: int) -> None:
    counts = np.array([panel(seed)[1] for seed in range(12)])[..., -periods:]
    expected, p_values = innovations_of(counts)
    assert np.mean(p_values < 0.01) < 0.015
    assert np.mean(p_values < 0.0001) == 0
    areas = expected.area_p_value.reshape(*p_values.shape, -1)[..., 0, -1]
    assert np.mean(areas < 0.01) < 0.015


@pytest.mark.parametrize("periods", [3, 8, 20])
def test_an_area_at_two_thirds_is_found_where_areas_move_by_a_few_per_cent(periods: int) -> None:
    means, counts = panel(1)
    counts[5, :, -1] = np.round(0.65 * means[5, :, -1])
    p_values = area_p_values(counts[..., -periods:])
    assert p_values[5] < 1e-4
    assert np.delete(p_values, 5).min() > 0.01
    expected, _ = innovations_of(counts[..., -periods:])
    assert expected.is_with_area.reshape(12, 6, -1)[5, :, -1].all()


def test_parts_too_small_to_speak_alone_speak_together() -> None:
    means, counts = panel(2, level=25.0)
    counts[5, :, -1] = np.round(0.5 * means[5, :, -1])
    _, p_values = innovations_of(counts)
    assert p_values[5].min() > 0.001
    assert area_p_values(counts)[5] < 0.001


def test_one_wrong_cell_accuses_neither_its_area_nor_its_neighbours() -> None:
    _, counts = panel(3)
    _, quiet = innovations_of(counts)
    counts[5, 1, -1] *= 1000
    _, p_values = innovations_of(counts)
    assert p_values[5, 1] < 1e-9
    assert area_p_values(counts).min() > 0.01
    others = np.delete(p_values.ravel(), 5 * 6 + 1)
    assert others.min() > min(0.001, quiet.min() / 10)


def test_two_wrong_cells_of_an_area_give_each_other_no_alibi() -> None:
    means, counts = panel(4)
    counts[5, :2, -1] = np.round(0.5 * means[5, :2, -1])
    _, p_values = innovations_of(counts)
    assert p_values[5, :2].max() < 1e-3


def test_a_category_that_left_its_table_accuses_nobody_who_stayed() -> None:
    means, counts = panel(5)
    counts[:8, 2, -1] = np.round(2 * means[:8, 2, -1])
    _, p_values = innovations_of(counts)
    assert p_values[8:, 2].min() > 0.001


def test_what_comes_back_after_a_fault_is_no_second_fault() -> None:
    _, counts = panel(6)
    counts[5, 1, -2] = np.round(0.4 * counts[5, 1, -2])
    _, at_fault = innovations_of(counts[..., :-1])
    _, after = innovations_of(counts)
    assert at_fault[5, 1] < 1e-4
    assert after[5, 1] > 0.01


def test_what_stays_at_its_new_level_is_found_once() -> None:
    _, counts = panel(7)
    counts[5, 1, -2:] = np.round(0.4 * counts[5, 1, -2:])
    _, after = innovations_of(counts)
    assert after[5, 1] > 0.01


def test_an_accepted_break_is_a_new_beginning() -> None:
    _, counts = panel(8)
    counts[..., -2:] = np.round(3 * counts[..., -2:])
    _, p_values = innovations_of(counts, restart=18)
    assert p_values.min() > 0.001


def test_what_a_table_does_every_other_year_is_no_event() -> None:
    _, counts = panel(9, periods=8)
    swinging = counts * np.tile([1.0, 1.5], 4)
    p_values = {
        name: innovations_of(numbers)[0].movement_p_value.reshape(12, 6, -1)[0, 0]
        for name, numbers in {"swinging": swinging, "calm": counts}.items()
    }
    assert p_values["swinging"][0] < 0.02
    assert p_values["swinging"][-1] > 0.05
    counts[..., -1] = np.round(1.5 * counts[..., -1])
    assert innovations_of(counts)[0].movement_p_value.reshape(12, 6, -1)[0, 0, -1] < 0.02
    assert p_values["calm"].min() > 0.5


@pytest.mark.parametrize(("crisis", "odd"), [(0.0, True), (-0.35, False), (0.35, False)])
def test_areas_do_not_answer_a_crisis_alike(crisis: float, *, odd: bool) -> None:
    """What is odd of an area in a calm year is ordinary where all move by a third."""
    rng = np.random.default_rng(12)
    moves = rng.normal(0, 0.01, (20, 1, 15))
    moves[..., -1] += crisis + np.where(np.arange(20) % 10 == 0, 0.08, 0.0)[:, None]
    counts = np.round(2e5 * np.exp(np.cumsum(moves, axis=2)))
    counts[5, 0, -1] *= 2
    _, p_values = innovations_of(counts)
    assert bool(p_values[::10].max() < 1e-4) is odd
    assert p_values[5, 0] < 1e-4
    assert np.delete(p_values, [0, 5, 10]).min() > 0.001


def test_a_lone_series_is_compared_with_a_wider_circle() -> None:
    rng = np.random.default_rng(9)
    regions = rng.poisson(1000 * np.exp(rng.normal(0, 0.02, (13, 12)).cumsum(axis=1)))
    regions[:, -1] = np.round(0.7 * regions[:, -1])
    counts = np.concatenate([regions.sum(axis=0)[None], regions]).astype(np.float64)
    rows = np.repeat(np.arange(14), 11)
    is_country = (rows == 0).astype(np.int64)

    def of_country(circle: int) -> float:
        places = Places(
            series=rows,
            rank=np.tile(np.arange(1, 12), 14),
            columns=is_country,
            tables=is_country,
            areas=rows,
            circles=(np.zeros(rows.size, dtype=np.int64),),
            circle=np.where(is_country == 1, circle, -1),
            restarts=np.zeros(rows.size, dtype=bool),
        )
        before, after = counts[:, :-1].ravel(), counts[:, 1:].ravel()
        return float(innovations_of_counts(before, after, places, PRIOR)[1][10])

    assert of_country(0) > 0.05
    assert of_country(-1) < 0.01


def test_rounding_is_noise() -> None:
    counts = np.array([[[10.0, 10.0]], [[10.0, 10.0]], [[10.0, 0.0]]])
    places = column(3)
    odd = {
        step: innovations_of_counts(counts[:, 0, 0], counts[:, 0, 1], places, PRIOR, step)[1][2]
        for step in (1.0, 10.0)
    }
    assert odd[1.0] < 0.01 < odd[10.0]


def column(size: int) -> Places:
    """Return where so many pairs of two periods stand, all of one category."""
    rows, nothing = np.arange(size), np.zeros(size, dtype=np.int64)
    return Places(rows, nothing + 1, nothing, nothing, rows, (), nothing - 1, nothing > 0)


def test_in_a_panel_of_rates_only_the_odd_one_stands_out() -> None:
    draws = np.random.default_rng(20240930)
    out_of = draws.integers(200, 5_000, 40)
    before = draws.binomial(out_of, 0.6)
    after = draws.binomial(out_of, 0.5)
    after[7] = out_of[7] // 10
    expected, p_values = innovations_of_rates(
        Rates(before, out_of), Rates(after, out_of), column(40), OF_RATES
    )
    assert p_values[7] < 1e-12
    assert np.delete(p_values, 7).min() > 0.001
    assert expected.movement[0] == pytest.approx(np.log(0.5 / 0.5 / (0.6 / 0.4)), abs=0.1)


def test_a_bare_rate_is_judged_by_its_panel() -> None:
    draws = np.random.default_rng(20240930)
    before = draws.uniform(5, 15, 60).round(1)
    after = (before * 0.9 + draws.normal(0, 0.2, 60)).round(1)
    after[11] = before[11] * 2
    _, p_values = innovations_of_bare_rates(before, after, column(60), OF_RATES, 0.1)
    assert p_values[11] < 1e-9
    assert np.delete(p_values, 11).min() > 0.001


def test_rounding_alone_is_no_finding() -> None:
    true = np.random.default_rng(20240930).uniform(1, 99, 500)
    before, after = true.round(), (true + 0.2).round()
    _, p_values = innovations_of_bare_rates(before, after, column(500), OF_RATES, 1.0)
    assert p_values.min() > 0.01


def test_what_comes_from_nothing_by_rounding_promises_no_growth() -> None:
    counts = np.full((12, 1, 4), 200.0)
    counts[0, 0] = 0.0, 10.0, 20.0, 20.0
    assert innovations_of(counts, steps=10.0)[1].min() > 0.2


def test_an_area_that_falls_to_nothing_is_no_less_likely_than_counting_makes_it() -> None:
    counts = np.full((12, 4, 2), 30.0)
    counts[3] = 10.0, 0.0
    three_parts_of_ten = 2 * 0.5**30
    assert three_parts_of_ten < area_p_values(counts)[3] < 1e-6


def test_rates_of_rounded_numbers_have_the_noise_of_both() -> None:
    before, after = Rates([10, 10, 10, 10], [20] * 4), Rates([10, 10, 10, 0], [20] * 4)
    odd = {
        step: innovations_of_rates(before, after, column(4), OF_RATES, step)[1][3]
        for step in (1.0, 10.0)
    }
    assert odd[1.0] < 0.01
    assert odd[10.0] > 0.05
