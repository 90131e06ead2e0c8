"""How long a portal is left alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.wire.patience import Pace, asked_wait, backoff
from tests.unit.sources.wire.stopped_clock import StoppedClock

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "Thu, 26 Nov 2026 12:01:00 GMT"}, 60.0),
        ({"retry-after": "Thu, 26 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "bientôt"}, None),
        ({"x-ratelimit-reset": "2026-11-27 00:00:00+00:00"}, 12 * 3600.0),
        ({"x-ratelimit-reset": "2026-11-26 13:00:00", "x-ratelimit-remaining": "0"}, 3600.0),
        ({"x-ratelimit-reset": "2026-11-26 13:00:00", "x-ratelimit-remaining": "9"}, None),
        ({"x-ratelimit-reset": "1767225600"}, None),
    ],
)
def test_it_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset"]), st.text()))
def test_whatever_a_portal_says_is_a_wait_or_nothing(headers: dict[str, str]) -> None:
    wait = asked_wait(headers, NOW)
    assert wait is None or wait >= 0


@given(st.integers(1, 1000))
def test_waits_double_with_some_chance_in_them(attempt: int) -> None:
    step = 2.0 ** min(attempt - 1, 16)
    assert step <= backoff(attempt, 1.0) < 2 * step


def test_a_pace_lets_no_more_calls_through_in_any_window() -> None:
    clock, made = StoppedClock(), []
    pace = Pace(3, seconds=60, clock=clock)
    for _ in range(8):
        pace.take()
        made.append(clock.now)
    assert made == [0, 0, 0, 60, 60, 60, 120, 120]
