"""The pages that explain each value, opened from the report in Chromium, on a desk and a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from orchestration.explain.explanation_pages import render_page
from tests.unit.orchestration.explain.cells import held_count, hostile, rate
from tests.unit.orchestration.explain.test_pages import DEFINITION

pytestmark = pytest.mark.slow


WIDTHS = [1200, 390]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_alone_silent_and_fits(chromium: Browser, tmp_path: Path, width: int) -> None:
    told = (held_count(), hostile(), rate(30))
    path = tmp_path / "1A4_pcrh_te.html"
    path.write_text(render_page(DEFINITION, told, ("m.sql", "select 1"), is_live=False))
    said: list[str] = []
    requested: list[str] = []
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(path.as_uri())
    for summary in page.locator("details > summary").all():
        summary.click()
    assert said == []
    assert requested == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_held_value_leads_to_its_line_and_back(
    chromium: Browser, demo_home: Path, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto((demo_home / "reports" / "current" / "index.html").as_uri())
    finding = page.locator("article", has_text="1A4_pcrh_te").first
    finding.get_by_role("link", name="Loire-Atlantique").click()
    told = page.locator(":target")
    expect(told).to_be_visible()
    expect(told).to_contain_text("dreets_pcrh_2024")
    row = told.locator("table tbody tr")
    assert row.all_inner_texts()[0].split()[:4] == ["7", "2024", "44", "Loire-Atlantique"]
    expect(page.locator("details[open] summary")).to_contain_text("retenue, jamais publiée")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    told.get_by_role("link").first.click()
    assert "index.html#constat-" in page.url
    page.close()
