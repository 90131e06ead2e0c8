"""From bytes to tables of text: every row that came in is read, or the file is refused."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from sources.errors import ExtractRefused
from sources.tables.tabular import (
    cell_text,
    csv_shape,
    read_csv,
    read_json,
    read_sheet,
    rows_table,
    sheet_heads,
)

Written = Callable[[bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: bytes) -> Path:
        path = tmp_path / "f.csv"
        path.write_bytes(content)
        return path

    return write


def test_csv_cells_are_read_as_they_are_written(written: Written) -> None:
    path = written(b'\xef\xbb\xbfcode;nom;taux\n0051; x ;28.06640625\n;"l\'""a""\nb";\n')
    read = read_csv(path, ";")
    assert read.column_names == ["code", "nom", "taux"]
    assert read.to_pydict() == {
        "code": ["0051", None],
        "nom": [" x ", 'l\'"a"\nb'],
        "taux": ["28.06640625", None],
    }


def test_a_title_may_hold_a_line_break_or_be_repeated(written: Written) -> None:
    read = read_csv(written(b'"Taux\n2021";a;a\n1;2;3\n'), ";")
    assert read.column_names == ["Taux\n2021", "a", "a"]
    assert read.num_rows == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a;b\n1;2\n3\n", "n° 2 a 1 cellule"),
        (b"a;b\n1;2;3\n", "n° 1 a 3 cellule"),
        (b'a;b\n1;"2\n', "mal formé"),
        (b"a;b\n1;\xe9\n", "UTF-8"),
        (b"", "ligne de titres"),
        (b"\n;\n", "ligne de titres"),
        (b"a;b\n1;" + b"x" * (2 << 20), "mal formé"),
    ],
)
def test_broken_csv_is_refused(written: Written, content: bytes, reason: str) -> None:
    with pytest.raises(ExtractRefused, match=reason):
        read_csv(written(content), ";")


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,x;y\n", b'a,b\n1,"x";2\n"z;t",3\n', b"a,b\n1;2;3\n"],
    ids=["ragged", "quoted", "both"],
)
def test_a_file_that_another_separator_makes_unreadable_is_said_to_have_it(
    written: Written, content: bytes
) -> None:
    with pytest.raises(
        ExtractRefused, match=r"convenu est le point-virgule ; .* la virgule"
    ) as told:
        read_csv(written(content), ";")
    assert told.value.rule == "FDD"


def test_another_encoding_is_told_as_such(written: Written) -> None:
    with pytest.raises(ExtractRefused, match="n'est pas du texte en UTF-8"):
        read_csv(written("région;zone\nPays de la Loire;0051\n".encode("cp1252")), ";")


LONG = b"z" * (1 << 20)


@pytest.mark.parametrize(
    "late", [b"\n" * (5 << 20) + b"3;4\n", LONG + b";" + LONG + b"\n"], ids=["blank", "long"]
)
def test_what_is_found_wrong_far_in_a_file_refuses_it(written: Written, late: bytes) -> None:
    """Beyond its first buffer DuckDB says it as the system does, which ended the night."""
    with pytest.raises(ExtractRefused, match="mal formé"):
        read_csv(written(b"a;b\n" + b"abcdefgh;12345678\n" * 300_000 + late), ";")


def test_header_only_is_an_empty_table(written: Written) -> None:
    assert csv_shape(written(b"a;b\n"), ";").rows == 0
    assert read_csv(written(b"a;b\n"), ";").num_rows == 0


@given(st.binary(max_size=80) | st.text('a1;"\n\r, é', max_size=60).map(str.encode))
def test_any_bytes_give_all_their_rows_or_a_refusal(written: Written, content: bytes) -> None:
    path = written(content)
    try:
        read = read_csv(path, ";")
    except ExtractRefused:
        return
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read.num_rows == sum(1 for row in rows[1:] if row)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8
)


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n))))
def test_what_is_written_is_what_is_read(written: Written, rows: list[list[str]]) -> None:
    width = len(rows[0]) if rows else 2
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([f"c{i}" for i in range(width)])
    writer.writerows(rows)
    read = read_csv(written(text.getvalue().encode()), ";")
    back = [list(row.values()) for row in read.to_pylist()]
    assert back == [[cell or None for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", None),
        ("0051", "0051"),
        (43.0, "43"),
        (51.5, "51.5"),
        (0.1 + 0.2, "0.3"),
        (263.9999999999999, "264"),
        (5.820766091346741e-11, "0.0000000000582076609134674"),
        (1e22, "10000000000000000000000"),
        (-0.0, "0"),
        (True, "VRAI"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.timedelta(days=1, minutes=5, seconds=7), "24:05:07"),
    ],
)
def test_a_workbook_cell_is_written_as_text(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Données"
    for row in (["Titre"], [], ["code", "n"], ["0051", 43], [None, None], ["53", None]):
        sheet.append(row)
    book.save(tmp_path / "w.xlsx")
    return tmp_path / "w.xlsx"


def test_a_sheet_is_read_from_its_titles_without_its_blank_rows(workbook: Path) -> None:
    read = read_sheet(workbook, "Données", header_row=3)
    assert read.titles == ("code", "n")
    assert read.rows == ((4, ("0051", "43")), (6, ("53", None)))


TRANSITIONAL = b"http://schemas.openxmlformats.org/"
STRICT = {
    TRANSITIONAL + b"spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    TRANSITIONAL + b"officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def as_strict(path: Path) -> Path:
    """Write a workbook again in strict Open XML, as Excel can save it: other namespaces."""
    strict = path.with_name("strict.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(strict, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for old, new in STRICT.items():
                content = content.replace(old, new)
            target.writestr(name, content)
    return strict


def test_a_strict_workbook_is_read_as_any_other(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "jour", "taux", "an"])
    sheet.append(["0051", dt.date(2024, 1, 2), 7.3, 2003])
    book.create_sheet("cachée").sheet_state = "hidden"
    book.save(tmp_path / "w.xlsx")
    strict = as_strict(tmp_path / "w.xlsx")
    with pytest.warns(UserWarning, match="invalid specification"):
        assert load_workbook(strict).sheetnames == []  # what the usual reader sees of it
    read = read_sheet(strict, None, header_row=1)
    assert read.rows == ((2, ("0051", "2024-01-02", "7.3", "2003")),)
    assert [head.is_hidden for head in sheet_heads(strict, rows=1)] == [False, True]
    assert read_sheet(tmp_path / "w.xlsx", None, header_row=1) == read


def test_a_missing_sheet_is_named_with_those_that_are_there(workbook: Path) -> None:
    with pytest.raises(ExtractRefused, match=r"« Feuille » : « Données »"):
        read_sheet(workbook, "Feuille", header_row=1)


def test_a_sheet_without_titles_is_refused(workbook: Path) -> None:
    with pytest.raises(ExtractRefused, match="ligne de titres"):
        read_sheet(workbook, None, header_row=30)


def test_objects_with_different_keys_are_one_table() -> None:
    read = rows_table([{"a": "1"}, {"b": "2", "a": None}])
    assert read.to_pylist() == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


def test_json_numbers_are_kept_as_written(written: Written) -> None:
    assert read_json(written(b"[721.864754806748, 1e3, 5, NaN, true]")) == [
        "721.864754806748",
        "1e3",
        "5",
        None,
        True,
    ]


@pytest.mark.parametrize("content", [b"{", b"[" * 200_000, b"\xff", b""])
def test_json_that_cannot_be_read_is_refused(written: Written, content: bytes) -> None:
    with pytest.raises(ExtractRefused):
        read_json(written(content))
