"""The chains of numbers of one order of magnitude."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expectations.statistics.orders_of_magnitude import any_of_chain, chains

NUMBERS = st.lists(st.floats(0.1, 1e7), min_size=1, max_size=12)


def test_a_power_of_ten_breaks_a_chain_and_less_does_not() -> None:
    assert chains([43, 430], [0, 0]).tolist() == [0, 1]
    assert chains([429, 43], [0, 0]).tolist() == [0, 0]
    assert chains([43, 250, 2000, 430_000], [0] * 4).tolist() == [0, 0, 0, 1]
    assert chains([43, 44], [0, 1]).tolist() == [0, 1]


def test_a_chain_of_nothing_is_empty() -> None:
    chain = chains([], [])
    assert any_of_chain(chain, np.zeros(0, dtype=bool)).tolist() == []


@given(NUMBERS, st.data())
def test_to_trust_what_is_already_linked_links_nothing_else(
    numbers: list[float], data: st.DataObject
) -> None:
    chain = chains(numbers, np.zeros(len(numbers)))
    flags = st.lists(st.booleans(), min_size=len(numbers), max_size=len(numbers))
    linked = any_of_chain(chain, np.array(data.draw(flags), dtype=bool))
    assert (any_of_chain(chain, linked) == linked).all()
