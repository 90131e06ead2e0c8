"""Deposits: which file is taken, and which are refused before they are read."""

import io
import os
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from pydantic import SecretStr

from sources.client import Absent, Credentials, Extract, FetchContext, Fetched, Unchanged
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.depots import guards
from sources.protocols.depots.client import DepotClient
from sources.registry import source
from sources.wire.http import PortalSession

SOURCE = source("dreets_pcrh_2024")
TITLES = [
    "Année",
    "Code département",
    "Département",
    "Thème",
    "Nombre de PCRH",
    "Mode de collecte",
    "Commentaire",
]
ROW = ["2024", "85", "Vendée", "tous", "149", "nationale", ""]
CSV = f"{';'.join(TITLES)}\n{';'.join(ROW)}\n"
ODS = """<office:document-content
  xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="F">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


@pytest.fixture
def context(tmp_path: Path) -> FetchContext:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "scratch").mkdir()
    session = PortalSession({})
    credentials = Credentials(france_travail_client_id=SecretStr(""))
    return FetchContext(
        session, "52", credentials, tmp_path / "inbox", tmp_path / "scratch", last=None
    )


def read(content: bytes, folder: Path, name: str = "dreets_pcrh_2024.csv") -> list[dict[str, str]]:
    path = folder / "blob"
    path.write_bytes(content)
    extract = Extract("x", (path,), len(content), {"file": name})
    rows: list[dict[str, str]] = DepotClient().read(SOURCE, extract).to_pylist()
    return rows


def xlsx(rows: list[list[object]], far: str | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if far:
        sheet[far] = 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(members: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def ods(rows: list[list[str]], repeated: int = 1, after: int = 0) -> bytes:
    cells = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated if rank else 1}">'
        + (f'<table:table-cell table:number-columns-repeated="{after}"/>' if after else "")
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for rank, row in enumerate(rows)
    )
    # LibreOffice ends every sheet with a million repeated empty rows.
    cells += '<table:table-row table:number-rows-repeated="1048000">'
    cells += "<table:table-cell/></table:table-row>"
    return zipped(
        {
            "mimetype": guards.ODS_TYPE,
            "content.xml": ODS.format(rows=cells),
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def sheet(content: bytes) -> dict[str, bytes | str]:
    return {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": content}


LONG_TEXT = Random(43).randbytes(1 << 19).hex()  # noqa: S311 a text, not a secret
# One text of 1 MB, written once and shown in 1 000 cells: reading them all takes 1 GB.
REPEATED_TEXT = zipped(
    {
        **sheet(b"<row r='1'>%s</row>" % (b"<c t='s'><v>0</v></c>" * 1000)),
        "xl/sharedStrings.xml": f"<sst><si><t>{LONG_TEXT}</t></si></sst>",
    }
)
FAR_WITHOUT_REFERENCE = sheet(b"<row r='1048576'>%s</row>" % (b"<c><v>1</v></c>" * 5000))


def test_no_deposit_is_asked_for_by_name(context: FetchContext) -> None:
    absent = DepotClient().fetch(SOURCE, context)
    assert isinstance(absent, Absent)
    assert "dreets_pcrh_2024.xlsx" in absent.message


def test_an_emptied_inbox_changes_nothing_once_a_deposit_was_accepted(
    context: FetchContext,
) -> None:
    accepted = FetchContext(
        context.session,
        context.region,
        context.credentials,
        context.inbox,
        context.scratch,
        last=Extract("x", (), 0, {}),
    )
    assert isinstance(DepotClient().fetch(SOURCE, accepted), Unchanged)


def test_the_newest_deposit_is_taken_and_left_in_place(context: FetchContext) -> None:
    old, new = context.inbox / "dreets_pcrh_2024.csv", context.inbox / "dreets_pcrh_2024.xlsx"
    for path, age in ((new, 1), (old, 100)):
        path.write_bytes(path.suffix.encode())
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    (context.inbox / "dreets_pcrh_2024_bis.csv").write_bytes(b"autre")
    (context.inbox / ".dreets_pcrh_2024.csv.partial").write_bytes(b"en cours")
    fetched = DepotClient().fetch(SOURCE, context)
    assert isinstance(fetched, Fetched)
    assert fetched.url == "inbox/dreets_pcrh_2024.xlsx"
    assert fetched.parts[0].path.read_bytes() == b".xlsx"
    assert new.exists()


def test_a_link_out_of_the_inbox_is_not_followed(context: FetchContext, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (context.inbox / "dreets_pcrh_2024.csv").symlink_to(tmp_path / "secret")
    assert isinstance(DepotClient().fetch(SOURCE, context), Absent)


def test_a_deposit_too_big_is_not_copied(context: FetchContext) -> None:
    with (context.inbox / "dreets_pcrh_2024.csv").open("wb") as file:
        file.truncate(guards.MOST_BYTES + 1)
    with pytest.raises(FetchFailed, match="dépasse 20 Mo"):
        DepotClient().fetch(SOURCE, context)


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode("utf-8-sig"),
        CSV.encode("cp1252"),
        CSV.replace(";", ",").encode(),
        CSV.replace("\n", "\r\n").encode(),
        xlsx([TITLES, [2024, *ROW[1:4], 149, *ROW[5:]]]),
        ods([TITLES, ROW[:6]]),
    ],
    ids=["utf-8", "cp1252", "virgule", "crlf", "xlsx", "ods"],
)
def test_a_deposit_is_read_by_what_it_is(content: bytes, tmp_path: Path) -> None:
    (row,) = read(content, tmp_path)
    assert row["departement"] == "Vendée"
    assert row["annee"] == "2024"
    assert row["nombre"] == "149"
    assert row["commentaire"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 ...", "ni un classeur"),
        (b"<html><body>", "ni un classeur"),
        (b"\x00\x01\x02", "ni un classeur"),
        (b"", "vide"),
        (b"  \n", "vide"),
        (guards.OLD_OFFICE + b"...", "ancien format"),
        (guards.ZIP + b"mal", "abîmé"),
        (zipped({"a": "b"}), "une archive"),
        (zipped({"xl/autre.xml": "<x/>"}), "une archive"),
        (zipped({"xl/workbook.xml": "<x/>", "xl/vbaProject.bin": "x"}), "macros"),
        (zipped({"xl/workbook.xml": "<x/>", "xl/macrosheets/sheet1.xml": "x"}), "macros"),
        (zipped({"mimetype": guards.ODS_TYPE, "Basic/Standard/Module1.xml": "x"}), "macros"),
        (zipped({"xl/workbook.xml": "<x/>", "xl/externalLinks/externalLink1.xml": "x"}), "liens"),
        (zipped({"xl/workbook.xml": "<x/>", "xl/embeddings/oleObject1.bin": "x"}), "incorporés"),
        (zipped(sheet(b"<!DOCTYPE x [<!ENTITY a 'a'>]><worksheet/>")), "entités XML"),
        (
            zipped(
                {
                    "mimetype": guards.ODS_TYPE,
                    "content.xml": "<a xmlns:table='t'><table:table-source/></a>",
                }
            ),
            "liens",
        ),
        (zipped({"xl/workbook.xml": bytes(50 << 20)}), "démesuré"),
        (xlsx([TITLES, ROW], far="XFD1048576"), "s'étend sur 1048576 lignes"),
        (zipped(sheet(b"<row r='1'><c r='&#65;9'/></row>")), "mal formée"),
        (zipped(sheet("<row><c r='A1'/></row>".encode("utf-16"))), "mal formée"),
        (REPEATED_TEXT, "texte démesuré"),
        (zipped(FAR_WITHOUT_REFERENCE), "s'étend sur 1048576 lignes et 5000 colonnes"),
        (ods([TITLES, ROW], repeated=10_000_000), "s'étend sur"),
        (ods([TITLES, ROW], after=2_000_000), "s'étend sur 2 lignes et 2000007 colonnes"),
        (b"\x81\x8d;\xff\n", "Windows-1252"),
        (CSV.replace("2024", "2023").encode(), "pas l'extrait attendu"),
    ],
)
def test_what_is_not_a_safe_sheet_is_refused_by_name(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ExtractRefused, match=reason) as refused:
        read(content, tmp_path)
    assert "« dreets_pcrh_2024.csv »" in refused.value.message


PICTURE = (
    "<xdr:wsDr xmlns:xdr='d' xmlns:a='a'><xdr:from><xdr:col>3</xdr:col><xdr:row>1048575</xdr:row>"
    "</xdr:from><a:srcRect l='1' r='12345'/></xdr:wsDr>"
)


def with_parts(content: bytes, **parts: bytes | str) -> bytes:
    """Add parts to a workbook; two underscores in a name stand for a slash."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**members, **{name.replace("__", "/"): part for name, part in parts.items()}})


NOTES = (
    '<table:table table:name="Notes"><table:table-row>'
    '<table:table-cell office:value-type="string"><text:p>Note</text:p></table:table-cell>'
    '</table:table-row><table:table-row table:number-rows-repeated="1048575"><table:table-cell/>'
    "</table:table-row></table:table>"
)
"""A sheet as LibreOffice writes it, all its empty rows included."""


def with_content(book: bytes, before: str, after: str) -> bytes:
    """Return an ODS workbook in whose content a piece of XML is replaced."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        content = archive.read("content.xml").decode()
    assert before in content
    return with_parts(book, **{"content.xml": content.replace(before, after, 1)})


def test_the_height_of_an_ods_sheet_is_not_that_of_all(tmp_path: Path) -> None:
    book = with_content(ods([TITLES, ROW[:6]]), "<table:table ", f"{NOTES}<table:table ")
    assert read(book, tmp_path)[0]["nombre"] == "149"


def test_a_table_in_a_cell_ends_no_ods_sheet(tmp_path: Path) -> None:
    rows = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell>'
    rows += f"{NOTES}</table:table-cell></table:table-row><table:table-row>"
    rows += '<table:table-cell office:value-type="string"/>' * 5 + "</table:table-row>"
    book = with_content(ods([]), 'table:name="F">', f'table:name="F">{rows}')
    with pytest.raises(ExtractRefused, match="s'étend sur"):
        read(book, tmp_path)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl__drawings__drawing1.xml": PICTURE},
        {"xl__media__image1.svg": "<!DOCTYPE svg PUBLIC 'x' 'y'><svg/>"},
        {"xl__media__image1.png": b"\x89PNG <c <row r='XFD9999999'"},
        {"xl__printerSettings__printerSettings1.bin": "imprimante <c ".encode("utf-16")},
    ],
    ids=["picture", "svg", "png", "printer"],
)
def test_pictures_are_no_cells(parts: dict[str, bytes | str], tmp_path: Path) -> None:
    content = with_parts(xlsx([TITLES, [2024, *ROW[1:4], 149, *ROW[5:]]]), **parts)
    assert read(content, tmp_path)[0]["nombre"] == "149"


def test_a_chart_of_an_ods_workbook_is_no_embedded_object(tmp_path: Path) -> None:
    chart = "<office:chart xmlns:office='o'><chart:chart xmlns:chart='c'/></office:chart>"
    sound = ods([TITLES, ROW[:6]])
    content = with_parts(sound, **{"Object 1__content.xml": chart, "Object 1__styles.xml": "<a/>"})
    assert read(content, tmp_path)[0]["nombre"] == "149"
    with pytest.raises(ExtractRefused, match="incorporés"):
        read(with_parts(sound, **{"Object 1__content.xml": "<office:text/>"}), tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped({"xl/workbook.bin": "x"}), "binaire (.xlsb)"),
        (zipped({"word/document.xml": "<x/>"}), "Word"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "(.odt)"),
        (
            zipped({"mimetype": guards.ODS_TYPE, "META-INF/manifest.xml": "<encryption-data/>"}),
            "mot de passe",
        ),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "page web"),
        (CSV.encode("utf-32"), "UTF-32"),
        (CSV.encode("utf-16-le"), "UTF-16"),
        (CSV.encode("utf-16")[:-1], "UTF-16"),
        (CSV.replace(";", "|").encode(), "barre verticale"),
        (zipped(sheet(b"<row spans='<' r='1048576'><c r='XFD1'/></row>")), "mal formée"),
        (zipped({"xl/workbook.xml": "<x/>", "XL\\workbook.xml": "<y/>"}), "abîmé"),
        (zipped({"xl\\workbook.xml": "<x/>", "xl\\VBAProject.bin": "x"}), "macros"),
    ],
)
def test_what_is_something_else_is_refused_by_its_true_name(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ExtractRefused, match=re.escape(reason)):
        read(content, tmp_path)


def test_a_member_that_is_not_what_its_directory_says_is_refused(tmp_path: Path) -> None:
    lying = bytearray(zipped({"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": "x" * 90}))
    directory = lying.index(b"PK\x01\x02", lying.index(b"PK\x01\x02") + 1)
    lying[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
    with pytest.raises(ExtractRefused, match="abîmé"):
        read(bytes(lying), tmp_path)


@given(content=st.binary(max_size=60))
def test_any_deposit_is_read_or_refused(content: bytes, tmp_path: Path) -> None:
    with suppress(ExtractRefused):
        read(content, tmp_path)


@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    whole = xlsx([TITLES, ROW])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    place = data.draw(st.integers(0, len(members[name]) - 1))
    noise = data.draw(st.binary(max_size=6))
    members[name] = members[name][:place] + noise + members[name][place + len(noise) + 1 :]
    with suppress(ExtractRefused):
        read(zipped(members), tmp_path)
