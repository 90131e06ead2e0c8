"""The methods of others, on worked examples."""

import numpy as np
import pytest

from tests.benchmarks.breaks import baselines

NAN = np.nan
STEADY = [100.0, 101.0, 99.0, 100.0, 102.0, 100.0]


PUBLISHED = {method.score: min(method.published.values()) for method in baselines.METHODS.values()}


def flags(score: baselines.Score, *series: list[float], above: float | None = None) -> list[bool]:
    scores = score(np.array(series, dtype=np.float64))
    return [bool(flag) for flag in scores > (PUBLISHED[score] if above is None else above)]


def test_a_suspect_in_its_own_baseline_is_never_seen_below_eleven_points() -> None:
    ten = [*[100.0] * 9, 1e9]
    eleven = [*[100.0, 101.0] * 5, 1e9]
    assert flags(baselines.z_score_with_suspect, ten) == [False]
    assert flags(baselines.z_score_with_suspect, eleven) == [True]


def test_a_suspect_out_of_its_baseline_is_seen() -> None:
    found = flags(baselines.z_score_without_suspect, [*STEADY, 110.0], [*STEADY, 101.0])
    assert found == [True, False]


def test_two_points_say_nothing_to_a_z_score() -> None:
    assert flags(baselines.z_score_with_suspect, [43.0, 4.0]) == [False]
    assert flags(baselines.z_score_without_suspect, [43.0, 4.0]) == [False]


def test_the_european_default_wants_five_points_before() -> None:
    assert flags(baselines.european_mad, [*STEADY[:5], 103.0], [*STEADY[:5], 101.0]) == [
        True,
        False,
    ]
    assert flags(baselines.european_mad, [100.0, 101.0, 99.0, 100.0, 1e9]) == [False]


def test_a_percentage_looks_at_the_point_before() -> None:
    assert flags(baselines.percentage, [7.0, 6.0], [100.0, 104.0]) == [True, False]
    assert flags(baselines.percentage, [43.0, 4.0], [7.0, 6.0], above=50) == [True, False]


@pytest.mark.parametrize(
    "method", [baselines.trend_interval, baselines.gaussian_process, baselines.pelt]
)
def test_a_jump_after_a_long_calm_is_seen(method: baselines.Score) -> None:
    assert flags(method, [*STEADY, 200.0], [*STEADY, 100.5]) == [True, False]


def test_the_trend_is_followed() -> None:
    growing = [100.0, 111.0, 119.0, 131.0, 140.0, 149.0]
    assert flags(baselines.trend_interval, [*growing, 160.0], [*growing, 100.0]) == [False, True]


@pytest.mark.parametrize(
    ("method", "least"), [(baselines.trend_interval, 5), (baselines.gaussian_process, 4)]
)
def test_a_short_history_is_not_judged(method: baselines.Score, least: int) -> None:
    assert flags(method, [*STEADY[: least - 1], 1e9]) == [False]
    assert flags(method, [*STEADY[:least], 1e9]) == [True]


@pytest.mark.parametrize("method", PUBLISHED)
def test_a_value_that_is_gone_is_never_flagged(method: baselines.Score) -> None:
    assert flags(method, [*STEADY, NAN]) == [False]


def test_a_ratio_edit_looks_at_what_moves_otherwise_than_the_table() -> None:
    growing = [[100.0 + place, 110.0 + place * 1.02] for place in range(9)]
    found = flags(baselines.ratio_edit, *growing, [100.0, 60.0], above=8)
    assert found == [False] * 9 + [True]


def test_a_ratio_edit_is_stricter_with_large_numbers() -> None:
    table = [[50.0, 50.0 + (place % 5 - 2)] for place in range(20)]
    small, large = baselines.ratio_edit(
        np.array([*table, [50.0, 60.0], [5000.0, 6000.0]], dtype=np.float64)
    )[-2:]
    assert large > 5 * small


def test_a_ratio_edit_says_nothing_of_zeros() -> None:
    assert np.isnan(baselines.ratio_edit(np.array([[0.0, 5.0], [5.0, 0.0]]))).all()
