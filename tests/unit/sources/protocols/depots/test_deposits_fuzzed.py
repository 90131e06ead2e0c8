"""Deposits cut, doubled, noisy, mixed: a whole table or a refusal, never a crash, never a lost row.

A deposit is refused whole: the rows that came in are those that are landed, or none is.
"""

import csv
import io
import math
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from sources.client import Extract
from sources.errors import ExtractRefused
from sources.protocols.depots.client import DepotClient
from sources.registry import source
from sources.replay.deposits import FOLDER

RECORDED = sorted(
    path
    for path in FOLDER.iterdir()
    if path.suffix in {".csv", ".xlsx"} and source(path.stem).contract.protocol == "depot"
)
TEXTS = [path for path in RECORDED if path.suffix == ".csv"]
DECLARED = source("region_indicateurs")
TITLES = [column.header[0] for column in DECLARED.contract.columns.values()]

Rows = list[dict[str, str | None]]


def read(source_id: str, content: bytes) -> Rows | None:
    """Read a deposit as the night does; None when it is refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blob"
        path.write_bytes(content)
        extract = Extract("x", (path,), len(content), {"file": "depot"})
        try:
            rows: Rows = DepotClient().read(source(source_id), extract).to_pylist()
        except ExtractRefused:
            return None
        return rows


def records(content: bytes) -> int:
    """Count the records of a CSV file that hold something, with another reader than the project's.

    Raises:
        UnicodeDecodeError: It is not UTF-8.
    """
    text = content.decode("utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return sum(any(map(str.strip, row)) for row in rows[1:])


@cache
def as_recorded(path: Path) -> Rows:
    """The rows of a recorded deposit."""
    rows = read(path.stem, path.read_bytes())
    assert rows, path.name
    return rows


def test_every_recorded_deposit_is_read_whole() -> None:
    found = {path.name: len(as_recorded(path)) for path in RECORDED}
    written = {path.name: records(path.read_bytes()) for path in TEXTS}
    assert {name: found[name] for name in written} == written


@given(data=st.data())
def test_a_deposit_cut_or_noisy_is_whole_or_refused(data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(RECORDED))
    content = recorded.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    noise = data.draw(st.binary(max_size=8))
    length = data.draw(st.sampled_from([0, len(noise), len(content)]))
    damaged = content[:start] + noise + content[start + length :]
    rows = read(recorded.stem, damaged)
    if rows is not None and recorded in TEXTS:
        try:
            assert len(rows) == records(damaged)
        except UnicodeDecodeError:
            assert len(rows) <= damaged.count(b"\n") + 1


@given(recorded=st.sampled_from(RECORDED), seed=st.integers(0, 1 << 16), flips=st.integers(1, 20))
def test_a_deposit_with_flipped_bits_is_read_or_refused(
    recorded: Path, seed: int, flips: int
) -> None:
    content, chance = bytearray(recorded.read_bytes()), Random(seed)  # noqa: S311 no secret
    for _ in range(flips):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    read(recorded.stem, bytes(content))


@given(data=st.data())
def test_mixed_and_doubled_rows_are_all_there(data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(TEXTS))
    text = recorded.read_text("utf-8-sig")
    delimiter = max(";,", key=text.partition("\n")[0].count)
    titles, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    chosen = data.draw(st.lists(st.sampled_from(rows), max_size=40))
    order = data.draw(st.permutations(range(len(titles))))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([[row[place] for place in order] for row in [titles, *chosen]])
    before = {tuple(row.values()) for row in as_recorded(recorded)}
    after = read(recorded.stem, out.getvalue().encode())
    assert after is not None
    assert len(after) == len(chosen)
    assert {tuple(row.values()) for row in after} <= before


@given(first=st.sampled_from(RECORDED), second=st.sampled_from(RECORDED))
def test_two_deposits_in_one_file_are_read_or_refused(first: Path, second: Path) -> None:
    rows = read(first.stem, first.read_bytes() + second.read_bytes())
    if rows is not None and first in TEXTS:
        assert len(rows) > len(as_recorded(first))


CELLS = (
    st.none()
    | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.booleans()
    | st.dates(min_value=date(1900, 3, 1))  # spreadsheets show dashes for the days before
    | st.sampled_from(["#N/A", "=1+1", "s.s", "nd", "12,5 %", "1 234", "<5", "'=x", "\t"])
)


@given(rows=st.lists(st.lists(CELLS, min_size=len(TITLES), max_size=len(TITLES)), max_size=8))
def test_a_workbook_of_anything_keeps_its_rows_and_invents_no_number(
    rows: list[list[object]],
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(TITLES)
    for number, row in enumerate(rows, start=2):
        for place, cell in enumerate(row, start=1):
            sheet.cell(number, place).value = cell  # type: ignore[assignment]
    content = io.BytesIO()
    book.save(content)
    held = [row for row in rows if any(cell is not None and str(cell).strip() for cell in row)]
    landed = read(DECLARED.id, content.getvalue())
    formulas = any(isinstance(cell, str) and cell.startswith("=") for row in rows for cell in row)
    errors = any(cell == "#N/A" for row in rows for cell in row)
    if landed is None:
        assert formulas or errors or not held
        return
    assert len(landed) == len(held)
    for row, given_row in zip(landed, held, strict=True):
        written = given_row[TITLES.index("Valeur")]
        if isinstance(written, int | float) and not isinstance(written, bool):
            assert math.isclose(float(str(row["valeur"])), written)
        if written in {None, "", "nd", "\t"}:
            assert row["valeur"] is None
