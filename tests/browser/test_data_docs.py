"""Great Expectations' pages of a night: linked from the report, alone, with the rows that fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow


class Visit:
    """A page without scripts, and all that it and its links asked for."""

    def __init__(self, chromium: Browser, report: Path) -> None:
        self.requested: list[str] = []
        self.page: Page = chromium.new_page(java_script_enabled=False)
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.goto(report.as_uri())


@pytest.fixture
def visit(chromium: Browser, demo_home: Path) -> Iterator[Visit]:
    visit = Visit(chromium, (demo_home / "reports" / "current").resolve() / "index.html")
    yield visit
    visit.page.close()


def test_the_report_leads_to_a_failing_row_and_nothing_is_asked_from_outside(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Ce que chaque contrôle a répondu").click()
    visit.page.get_by_role("link", name="Fiche 1.A").click()
    rule = visit.page.get_by_role("row").filter(has_text="expect_no_reporting_break").first
    expect(rule).to_contain_text("Échec")
    expect(rule.get_by_role("cell", name="43 en 2023, 4 en 2024").last).to_be_visible()
    assert {url.partition(":")[0] for url in visit.requested} == {"file"}


def test_every_page_opens_and_asks_for_nothing_outside(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Ce que chaque contrôle a répondu").click()
    index = visit.page.url
    links = visit.page.get_by_role("main").get_by_role("link").all()
    addresses = [str(link.get_attribute("href")) for link in links]
    for beginning in ("fiche_", "fct_", "source_"):
        assert any(address.startswith(beginning) for address in addresses), beginning
    for address in addresses:
        visit.page.goto(index)
        visit.page.goto(visit.page.url.replace("index.html", address))
        expect(visit.page.get_by_role("columnheader", name="Ce qui est attendu")).to_be_visible()
    assert {url.partition(":")[0] for url in visit.requested} == {"file"}


def test_the_page_of_a_source_says_what_its_extract_was_asked(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Ce que chaque contrôle a répondu").click()
    visit.page.locator("a[href='source_dreets_pcrh_2024.html']").click()
    expect(visit.page.get_by_text("expect_").first).to_be_visible()
    expect(visit.page.get_by_text("Enregistrements jugés").first).to_be_visible()


def test_the_pages_lead_back_to_the_report(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Ce que chaque contrôle a répondu").click()
    visit.page.get_by_role("link", name="Le dernier rapport de qualité").click()
    expect(visit.page.get_by_role("heading", name="Rapport de qualité")).to_be_visible()
