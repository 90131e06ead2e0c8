"""What a portal asks us to wait, as portals really write it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.patience import growing_delay, opens_at

NOW = datetime(2026, 8, 11, 22, tzinfo=UTC)
MIDNIGHT = datetime(2026, 8, 12, tzinfo=UTC)
RESET = "2026-08-12 00:00:00+00:00"


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "7200"},
        {"retry-after": "Wed, 12 Aug 2026 00:00:00 GMT"},
        {"x-ratelimit-reset": RESET},
        {"x-ratelimit-reset": str(int(MIDNIGHT.timestamp()))},
        {
            "x-ratelimit-remaining": "9",
            "x-ratelimit-reset": "2026-09-01 00:00:00+00:00",
            "x-ratelimit-dataset-remaining": "0",
            "x-ratelimit-dataset-reset": RESET,
        },
    ],
)
def test_a_wait_is_read_as_portals_write_it(headers: dict[str, str]) -> None:
    assert opens_at(429, headers, NOW) == MIDNIGHT


def test_the_reset_written_on_every_answer_only_counts_for_a_429() -> None:
    assert opens_at(503, {"x-ratelimit-reset": RESET}, NOW) is None


@given(st.text(), st.text())
def test_nothing_a_portal_writes_breaks_the_reading(after: str, reset: str) -> None:
    opening = opens_at(429, {"retry-after": after, "x-ratelimit-reset": reset}, NOW)
    assert opening is None or opening.tzinfo is UTC


@given(st.integers(1, 30))
def test_delays_grow_and_are_bounded(attempt: int) -> None:
    assert 0.5 <= growing_delay(attempt, 1.0, 60.0) <= min(2.0 ** (attempt - 1), 60.0)
