"""The mail of a night as a mail program shows it: nothing is cut, and axe finds nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from orchestration.reporting.awaited import AwaitedAnswer
from orchestration.reporting.mail import build_mail
from tests.browser.test_accessibility import busy_night, found
from tests.unit.orchestration.reporting.nights import AT, FINDING_ID
from tests.unit.orchestration.reporting.test_mail import DECISION

pytestmark = pytest.mark.slow

LONG_WORD = "Anticonstitutionnellement" * 8


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("desk", ["", "https://vigie.exemple.fr"])
def test_a_mail_is_whole_on_a_phone_and_on_a_screen(page: Page, tmp_path: Path, desk: str) -> None:
    night = busy_night()
    late = AwaitedAnswer(FINDING_ID, "1A4_pcrh_te", LONG_WORD, "la DREETS", AT.date(), 3)
    lapsed = replace(DECISION, changes=(LONG_WORD,), is_recalled=True)
    first, *others = night.indicators
    night = replace(
        night,
        desk=desk,
        awaited=(late,),
        indicators=(replace(first, late=("2024",)), *others),
        decided=replace(night.decided, lines=(lapsed, replace(DECISION, is_new=True))),
    )
    body = build_mail(night, "vigie@x.example", "anne@x.example").get_body(("html",))
    assert body is not None
    place = tmp_path / "mail.html"
    place.write_text(body.get_content(), "utf-8")
    assert list(found(page, place)) == []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
