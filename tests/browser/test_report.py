"""The page opened from its file in Chromium: alone, silent, readable on a desk and on a phone."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from orchestration.reporting.report import render_page
from orchestration.reporting.reported_night import ReportedNight
from tests.unit.orchestration.reporting.nights import (
    AT,
    FINDING_ID,
    founding_night,
    hostile_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)

pytestmark = pytest.mark.slow


NIGHTS = {
    "founding": founding_night(),
    "troubled": troubled_night(),
    "quiet": quiet_night(),
    "hostile": hostile_night(),
}


class Visit:
    """A page opened from disk, with everything it said and asked for."""

    def __init__(self, browser: Browser, night: ReportedNight, folder: Path, width: int) -> None:
        path = folder / "rapport.html"
        path.write_text(render_page(night))
        self.address = path.as_uri()
        self.said: list[str] = []
        self.requested: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.goto(self.address)

    def measure(self, expression: str) -> object:
        """What an expression is worth in the page."""
        return self.page.evaluate(expression)


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("name", NIGHTS)
def test_the_page_is_alone_silent_and_fits(
    chromium: Browser, tmp_path: Path, name: str, width: int
) -> None:
    visit = Visit(chromium, NIGHTS[name], tmp_path, width)
    assert visit.said == []
    assert visit.requested == [visit.address]
    assert visit.measure("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1200, 390])
def test_the_finding_and_its_plot_are_seen(chromium: Browser, tmp_path: Path, width: int) -> None:
    page = Visit(chromium, founding_night(), tmp_path, width).page
    article = page.locator(f"#constat-{FINDING_ID}")
    assert article.get_by_role("heading", level=3).is_visible()
    plot = article.get_by_role("img", name="PCRH avec un volet").bounding_box()
    assert plot is not None
    assert plot["width"] >= 300
    texts = article.locator("svg text").all_text_contents()
    assert texts.count("absent") == 2
    rows = article.locator("table tbody tr").all_inner_texts()
    assert [" ".join(row.split()) for row in rows] == [
        "Loire-Atlantique 7 2",
        "Maine-et-Loire 26 absent",
        "Sarthe 1 absent",
        "Vendée 9 2",
        "Pays de la Loire 43 4",
    ]


def test_the_table_leads_to_the_finding(chromium: Browser, tmp_path: Path) -> None:
    visit = Visit(chromium, founding_night(), tmp_path, 1200)
    visit.page.get_by_role("link", name="voir le constat").click()
    assert visit.page.url == f"{visit.address}#constat-{FINDING_ID}"
    assert visit.page.locator(f"#constat-{FINDING_ID}").is_visible()


def test_the_plot_follows_the_dark_theme(chromium: Browser, tmp_path: Path) -> None:
    visit = Visit(chromium, founding_night(), tmp_path, 1200)
    colour = "getComputedStyle(document.querySelector('svg text')).fill"
    light = visit.measure(colour)
    visit.page.emulate_media(color_scheme="dark")
    dark = visit.measure(colour)
    assert (light, dark) == ("rgb(29, 29, 31)", "rgb(236, 236, 236)")


def test_a_good_night_is_printed_on_one_page(chromium: Browser, tmp_path: Path) -> None:
    page = Visit(chromium, quiet_night(), tmp_path, 1200).page
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1


def test_the_list_of_findings_opens_what_is_folded(chromium: Browser, tmp_path: Path) -> None:
    old = replace(pcrh_finding(), since=AT - timedelta(days=7))
    page = Visit(chromium, replace(founding_night(), findings=(old,)), tmp_path, 390).page
    card = page.locator(f"#constat-{FINDING_ID}")
    assert not card.is_visible()
    page.get_by_role("region", name="En bref").get_by_role("link", name="PCRH avec un").click()
    expect(card).to_be_visible()
