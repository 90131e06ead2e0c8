"""The PDF of a report, read as a reader does: whole, tagged, deaf to what labels try to do."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from expectations.french import PARIS
from orchestration.reporting import report_pdf
from orchestration.reporting.plots import describe
from orchestration.reporting.report import write_report
from orchestration.reporting.report_pdf import (
    MOST_CARDS,
    MOST_CELLS,
    MOST_LINES,
    REPORT_PDF,
    render_pdf,
)
from orchestration.reporting.reported_findings import CellLine
from orchestration.reporting.reported_night import ReportedNight
from tests.unit.orchestration.reporting.nights import (
    founding_night,
    hostile_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)


def read(night: ReportedNight) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(night)))


def words(reader: PdfReader) -> str:
    """Its text on one line, hyphens of ends of lines taken away."""
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u2010\n", "").replace("\xad", "").split())


def elements(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  objects of a PDF
    """Yield the elements of its structure, the outer ones first."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        yield node
        yield from elements(node.get("/K", []))


@pytest.fixture(scope="module")
def founding() -> PdfReader:
    return read(founding_night())


def test_a_finding_is_told_whole(founding: PdfReader) -> None:
    text = words(founding)
    finding = pcrh_finding()
    for told in (finding.title, finding.explanation[1], finding.question, finding.addressee):
        assert " ".join(told.split()) in text
    for told in ("Maine-et-Loire 26 absent", "Pays de la Loire 43 4", "Retenu en partie"):
        assert told in text


def test_it_has_a_title_a_language_bookmarks_and_words_for_its_pictures(
    founding: PdfReader,
) -> None:
    root: Any = founding.trailer["/Root"]
    assert founding.metadata
    title = " ".join((founding.metadata.title or "").split())
    assert title == "Rapport de qualité, nuit du 22 novembre 2026"
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    bookmarks = [each["/Title"] for each in founding.outline if not isinstance(each, list)]
    assert bookmarks == ["En bref", "À traiter", "Indicateurs"]
    tags = list(elements(root["/StructTreeRoot"]["/K"]))
    (figure,) = (tag for tag in tags if tag.get("/S") == "/Figure")
    assert " ".join(figure["/Alt"].split()) == " ".join(describe(pcrh_finding()).split())
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= {tag.get("/S") for tag in tags}


def test_the_same_night_gives_the_same_bytes_whatever_the_clock() -> None:
    night = founding_night()
    content = render_pdf(night)
    assert content == render_pdf(replace(night, at=night.at.astimezone(PARIS)))
    assert content != render_pdf(replace(night, at=night.at + timedelta(days=1)))
    metadata = PdfReader(io.BytesIO(content)).metadata
    assert metadata
    assert metadata.creation_date == night.at


def test_a_good_night_is_one_page() -> None:
    assert len(read(quiet_night()).pages) == 1
    assert "Rien n’est retenu" in words(read(quiet_night()))


def test_texts_from_outside_are_texts() -> None:
    commands = '#panic("x") \\ *gras* = Titre $x$ @ref <label> // fin ]) "'
    finding = replace(pcrh_finding(), title=commands, question=commands)
    text = words(read(replace(founding_night(), findings=(finding,))))
    assert text.count(" ".join(commands.split())) >= 3
    assert "<script>" in words(read(hostile_night()))


def test_a_script_that_no_font_has_is_no_reason_to_have_no_pdf() -> None:
    finding = replace(pcrh_finding(), question="汉字 ?", cells=())
    assert "Question à poser" in words(read(replace(founding_night(), findings=(finding,))))


def test_what_the_report_before_told_is_one_line_with_its_age() -> None:
    night = founding_night()
    finding = replace(pcrh_finding(), since=night.at - timedelta(days=7))
    text = words(read(replace(night, findings=(finding,))))
    assert "15 novembre 2026" in text
    said = "1 constat n’a pas bougé depuis le rapport précédent : voir la page de celui-ci."
    assert said in text, "the report before may not detail it either"
    assert finding.question not in text


def test_what_is_new_to_know_is_told_however_much_was_told_before() -> None:
    night = quiet_night()
    new = replace(pcrh_finding(), severity="Information", title="Voici du nouveau", cells=())
    old = replace(new, title="Déjà dit", since=night.at - timedelta(days=7))
    told = words(read(replace(night, findings=(*(old,) * MOST_LINES, new))))
    assert "À savoir Ces constats n’ont rien retenu" in told
    assert "Voici du nouveau" in told
    assert f"{MOST_LINES} constats déjà dits n’ont pas bougé" in told
    alone = words(read(replace(night, findings=(old,))))
    assert alone.index("À savoir") < alone.index("1 constat déjà dit n’a pas bougé")


def test_it_stays_bounded() -> None:
    many = tuple(
        replace(pcrh_finding(), finding_id=f"{rank:012x}", cells=(), explanation=())
        for rank in range(MOST_CARDS + 9)
    )
    cells = tuple(CellLine(f"Zone {rank}", 1, 2) for rank in range(MOST_CELLS + 7))
    wide = replace(pcrh_finding(), cells=cells, severity="Error")
    text = words(read(replace(founding_night(), findings=(*many, wide))))
    assert text.count("Référence : ") == MOST_CARDS
    assert len(re.findall(r"Zone \d+ 1 2", text)) == MOST_CELLS
    assert "Et 7 autres valeurs, sur la page du rapport." in text
    assert "Et 10 autres constats, sur la page du rapport." in text


def test_it_is_beside_the_page_which_leads_to_it(tmp_path: Path) -> None:
    page = write_report(tmp_path, troubled_night())
    assert (page.parent / REPORT_PDF).read_bytes() == render_pdf(troubled_night())
    assert f'href="{REPORT_PDF}"' in page.read_text()


def test_a_report_that_cannot_be_set_has_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_report(tmp_path, founding_night())
    monkeypatch.setattr(report_pdf, "render_source", lambda *_: "#panic()")
    page = write_report(tmp_path, founding_night())
    assert not (page.parent / REPORT_PDF).exists()
    assert REPORT_PDF not in page.read_text()
    assert founding_night().release_id in caplog.text
