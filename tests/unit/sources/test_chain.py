"""A chain of sealed records: whole, it says nothing; whatever is done to it, it says where."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sources.storage.chain import GENESIS, SealedRow, Value, altered, missing, seal

VALUES: st.SearchStrategy[Value] = st.one_of(st.none(), st.text(max_size=5), st.integers())
RECORDS = st.lists(st.lists(VALUES, min_size=1, max_size=3).map(tuple), min_size=1, max_size=6)


def chain(records: Sequence[tuple[Value, ...]]) -> list[SealedRow]:
    former, rows = GENESIS, []
    for rank, values in enumerate(records, start=1):
        own = seal(former, rank, values)
        rows.append(SealedRow(rank, values, former, own))
        former = own
    return rows


@given(RECORDS, st.data())
def test_a_record_that_says_something_else_is_told_and_no_other(
    records: list[tuple[Value, ...]], data: st.DataObject
) -> None:
    rows = chain(records)
    assert altered(rows) == frozenset()
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = data.draw(
        st.lists(VALUES, max_size=3).map(tuple).filter(lambda values: values != records[place])
    )
    rows[place] = replace(rows[place], values=changed)
    assert altered(rows) == {place + 1}
    if place + 1 < len(rows):
        row = rows[place]
        rows[place] = replace(row, sha256=seal(row.former, row.rank, row.values))
        assert altered(rows) == {place + 1}


@given(RECORDS, st.data())
def test_a_record_that_is_gone_is_missing_and_no_other_is_blamed(
    records: list[tuple[Value, ...]], data: st.DataObject
) -> None:
    rows = chain(records)
    assert missing(rows, len(rows)) == ()
    place = data.draw(st.integers(0, len(rows) - 1))
    del rows[place]
    assert altered(rows) == frozenset()
    assert missing(rows, len(records)) == (place + 1,)


@given(RECORDS)
def test_two_records_that_are_exchanged_are_told(records: list[tuple[Value, ...]]) -> None:
    rows = chain([("first",), *records, ("last",)])
    first, last = rows[0], rows[-1]
    rows[0], rows[-1] = replace(last, rank=first.rank), replace(first, rank=last.rank)
    assert {first.rank, last.rank} <= altered(rows)
