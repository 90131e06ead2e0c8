"""Verdicts counted by group, against the plain way to count them."""

from collections import Counter

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from expectations.verdicts.table import Outcome, Reason, Severity
from expectations.verdicts.tally import tally

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["BRK", "VAN"]),
        st.sampled_from(list(Outcome)),
        st.sampled_from(list(Severity)),
        st.sampled_from([Reason.FIRST, Reason.NO_VALUE]),
    ),
    min_size=1,
)


@given(ROWS)
def test_it_counts_as_one_would_by_hand(rows: list[tuple[str, ...]]) -> None:
    columns = ["indicator", "rule", "outcome", "severity", "reason"]
    table = pd.DataFrame(rows, columns=columns).astype("str")
    table.loc[table["outcome"] != Outcome.NOT_EVALUATED, "reason"] = None
    counted = tally(table, ["indicator", "rule"])
    assert set(counted) == {(indicator, rule) for indicator, rule, *_ in rows}
    for group, found in counted.items():
        mine = [row[2:] for row in rows if row[:2] == group]
        unknown = Counter(str(why) for outcome, _, why in mine if outcome is Outcome.NOT_EVALUATED)
        failing = [gravity for outcome, gravity, _ in mine if outcome is Outcome.FAIL]
        assert found.reasons == unknown
        assert found.evaluated == len(mine) - unknown.total()
        assert found.not_evaluated == unknown.total()
        every = [gravity for _, gravity, _ in mine]
        assert found.severity is Severity.highest(failing or every)


def test_a_group_of_one_column_is_a_tuple_too() -> None:
    table = pd.DataFrame(
        {"rule": ["BRK"], "outcome": ["pass"], "severity": ["Error"], "reason": [None]}
    )
    assert set(tally(table, ["rule"])) == {("BRK",)}
