"""What axe finds in the pages of a report: nothing against WCAG 2.2 AA, at any width and theme."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from expectations.verdicts.table import Severity
from orchestration.reporting.report import write_report
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.reported_sources import RemarkLine
from orchestration.reporting.templating import PRINTED_PAGE
from tests.unit.orchestration.reporting.nights import pcrh_finding, quiet_night, troubled_night
from tests.unit.orchestration.reporting.test_printed import NOTE, TWICE
from tests.unit.orchestration.reporting.test_printed import night as printed_night

pytestmark = pytest.mark.slow

ASKED = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OPENED = "for (const fold of document.querySelectorAll('details')) fold.open = true"


def busy_night() -> ReportedNight:
    """A night on which something of everything that a report can tell is told."""
    night = troubled_night()
    old = replace(pcrh_finding(), finding_id="a" * 12, since=night.at - timedelta(days=7))
    known = replace(pcrh_finding(), finding_id="b" * 12, severity="Information")
    remark = RemarkLine(Severity.WARNING, "total", "Une ligne.", "Quel nombre ?", "la DREETS")
    first, *others = night.sources
    return replace(
        night,
        findings=(pcrh_finding(), old, known),
        printed=printed_night(TWICE, NOTE, before=(NOTE,)).printed,
        sources=(
            replace(first, remarks=(remark,), changes=("Une colonne est nouvelle.",)),
            *others,
        ),
        inbox=("Un fichier n'a pas de nom attendu.",),
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(tmp_path_factory.mktemp("reports"), busy_night())


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def found(page: Page, path: Path) -> Iterator[str]:
    """Yield what axe finds in a page, all that it folds opened, at each width and in each theme."""
    page.goto(path.as_uri())
    page.evaluate(OPENED)
    for width, scheme in product((1280, 390), SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page, options=ASKED).response["violations"]:
            for node in violation["nodes"]:
                yield f"{width}, {scheme}, {violation['id']}: {node['html'][:200]}"


def test_a_report_can_be_read_by_everybody(page: Page, report: Path, tmp_path: Path) -> None:
    quiet = write_report(tmp_path, quiet_night())
    for path in (report, report.with_name(PRINTED_PAGE), quiet):
        assert list(found(page, path)) == []


def test_what_cannot_be_read_is_found(page: Page, report: Path) -> None:
    pale = report.with_name("pale.html")
    pale.write_text(report.read_text().replace("--muted: #5b5f66", "--muted: #b0b3b8"))
    assert "1280, light, color-contrast: " in next(found(page, pale))
