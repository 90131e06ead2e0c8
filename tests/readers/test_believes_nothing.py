"""The reader on the demo's station: every number that it tells is found again."""

from pathlib import Path

from tests.conftest import PROJECT
from tests.readers.believes_nothing import (
    READERS,
    contradictions,
    discrepancies,
    faults_of_language,
)
from tests.readers.claims.claim_check import COUNTED
from tests.readers.claims.numbers_of_no_cell import EXPLAINED
from tests.readers.indicator_documents import of_indicator_pages
from tests.readers.station_truth import read_truth

PAGES = PROJECT / "docs" / "indicateurs"


def test_every_number_that_the_demo_tells_is_found(demo_home: Path) -> None:
    assert list(map(str, discrepancies(demo_home))) == []
    assert set(COUNTED) <= set(EXPLAINED)


def test_what_the_demo_tells_is_in_french(demo_home: Path) -> None:
    assert list(map(str, faults_of_language(demo_home))) == []


def test_a_tampered_report_of_the_demo_is_told(station: Path) -> None:
    report = station / "reports" / "current" / "index.html"
    told = report.read_text("utf-8")
    title = "Pays de la Loire, 43 en 2023, 4 en 2024"
    assert title in told
    tampered = title.replace("43", "34")
    report.write_text(told.replace(title, tampered, 1), "utf-8")
    found = {line.number for line in discrepancies(station, ("report",))}
    (unknown,) = (each for each in found if each.endswith(tampered))
    assert found - {unknown} == {"34"}


def test_every_outlet_of_the_demo_is_read(demo_home: Path) -> None:
    truth = read_truth(demo_home)
    truth.cells.clear()
    outlets = ("report", "mail", "findings", "dagster")
    silent = [name for name in outlets if not any(READERS[name](truth))]
    assert silent == []


def test_the_release_of_the_demo_adds_up(demo_home: Path) -> None:
    assert list(map(str, contradictions(demo_home))) == []


def test_every_number_of_the_committed_pages_is_found(demo_home: Path) -> None:
    pages = {path.name: path.read_text("utf-8") for path in PAGES.glob("[0-9]*.md")}
    assert list(map(str, of_indicator_pages(pages, read_truth(demo_home)))) == []
