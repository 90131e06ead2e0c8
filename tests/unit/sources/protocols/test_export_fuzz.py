"""Exports cut, doubled, mixed, scrambled: a whole table or a refusal, never less silently."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from sources.errors import ExtractRefused
from sources.protocols.opendatasoft import exports

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
TITLES = ("session", "libellé", "acc_tot")
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)
LINE_ENDS = st.sampled_from(["\n", "\r\n"])

Rows = list[tuple[str, ...]]


def written(rows: Rows, end: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([TITLES, *rows])
    return text.getvalue().encode()


def read(content: bytes, expected: int | None) -> Rows | None:
    """Return the rows read, or None when the export is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        try:
            table = exports.read(path, ";", expected)
        except ExtractRefused:
            return None
    return [tuple(cell or "" for cell in row.values()) for row in table.to_pylist()]


@given(rows=ROWS, end=LINE_ENDS)
@example(rows=[("", "", "")], end="\n")
@example(rows=[("a\nb", 'dit "oui"', ";")], end="\r\n")
def test_a_whole_export_is_read_as_written_or_refused(rows: Rows, end: str) -> None:
    found = read(written(rows, end), len(rows))
    assert found is None or found == rows


@given(rows=ROWS, end=LINE_ENDS, share=st.floats(0, 1))
def test_a_cut_export_never_passes_for_a_whole_one(rows: Rows, end: str, share: float) -> None:
    content = written(rows, end)
    cut = content[: int(len(content) * share)]
    found = read(cut, len(rows))
    assert found is None or found == rows


@given(rows=ROWS, end=LINE_ENDS)
def test_a_doubled_export_is_refused(rows: Rows, end: str) -> None:
    assert read(written(rows, end) * 2, len(rows)) is None


@given(rows=ROWS, other=ROWS, place=st.integers(0, 400), end=LINE_ENDS)
def test_two_exports_mixed_are_read_with_the_number_announced_or_refused(
    rows: Rows, other: Rows, place: int, end: str
) -> None:
    content = written(rows, end)
    mixed = content[:place] + written(other, end) + content[place:]
    found = read(mixed, len(rows))
    assert found is None or len(found) == len(rows)


@given(content=st.binary(max_size=300), expected=st.none() | st.integers(0, 5))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes, expected: int | None) -> None:
    found = read(content, expected)
    assert found is None or expected is None or len(found) == expected
