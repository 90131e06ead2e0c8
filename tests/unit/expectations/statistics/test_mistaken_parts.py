"""Which parts of a sum that does not hold may be the wrong ones."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expectations.statistics.counts import spread_of
from expectations.statistics.mistaken_parts import Ends, may_be_mistaken

SPREAD = spread_of(1.5)
COUNTS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=8)


def mistaken(
    before: Sequence[float], after: Sequence[float], total: float, total_before: float | None = None
) -> list[bool]:
    ends = Ends(np.array(before, dtype=float), np.array(after, dtype=float))
    whole_before = float(np.nansum(ends.before)) if total_before is None else total_before
    return may_be_mistaken(
        ends,
        np.zeros(len(before), dtype=np.int64),
        Ends(np.array([whole_before]), np.array([float(total)])),
        np.array([total - np.nansum(ends.after)]),
        np.array([SPREAD]),
    ).tolist()


def test_the_one_that_lost_what_the_total_still_has_is_the_wrong_one() -> None:
    assert mistaken([800, 500, 300, 900], [810, 0, 310, 890], 2_510) == [False, True, False, False]


def test_the_one_that_has_too_much_is_the_wrong_one() -> None:
    assert mistaken([80, 50, 30, 90], [81, 5_000, 31, 89], 251) == [False, True, False, False]


def test_a_total_that_left_its_past_is_wrong_and_none_of_its_parts_is() -> None:
    assert not any(mistaken([800, 500, 300, 900], [810, 510, 310, 890], 25_200))


def test_what_could_be_any_of_them_is_any_of_them() -> None:
    assert all(mistaken([800, 500, 300, 900], [810, 510, 310, 890], 2_523))


def test_a_part_without_a_past_and_a_sum_of_two_stay_in_doubt() -> None:
    assert mistaken([800, np.nan, 300, 900], [810, 20, 0, 890], 2_020)[1]
    assert all(mistaken([800, 500], [810, 0], 1_310))


@given(COUNTS, st.integers(0, 20_000))
def test_other_sums_change_nothing_nor_does_the_order(
    counts: list[tuple[int, int]], total: int
) -> None:
    before, after = (list(end) for end in zip(*counts, strict=True))
    alone = mistaken(before, after, total)
    assert mistaken(before[::-1], after[::-1], total) == alone[::-1]
    twice = Ends(np.tile(before, 2).astype(float), np.tile(after, 2).astype(float))
    gaps = np.array([total - sum(after), 1.0])
    both = may_be_mistaken(
        twice,
        np.repeat([0, 1], len(before)),
        Ends(np.full(2, float(sum(before))), np.array([total, sum(after) + 1.0])),
        gaps.astype(float),
        np.full(2, SPREAD),
    )
    assert both[: len(before)].tolist() == alone
