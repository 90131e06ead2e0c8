"""A steward's morning, click by click: from the list to the break that is published."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.commands.stations import DEMO_AS_OF
from orchestration.settings import Folders
from orchestration.station.register import Register
from orchestration.station.release import current_release
from tests.conftest import PROJECT
from tests.serving import free_port, serving

pytestmark = pytest.mark.slow

PATIENCE = 300_000
"""Milliseconds: a bound on a page that never comes, far above what a busy machine takes."""
SCREENS: tuple[tuple[int, Literal["dark", "light"]], ...] = ((390, "dark"), (1280, "light"))
FOUNDING = "43 en 2023, 4 en 2024"
MOTIVE = "Recueil devenu national en 2024 : une mission ne nomme plus qu'un thème."


@pytest.fixture
def desk(station: Path, tmp_path: Path) -> Iterator[str]:
    """The desk of a station of its own, as the station's services serve it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with serving(
        [sys.executable, "-m", "orchestration.commands.desk_service", str(port)],
        address,
        cwd=PROJECT,
        environment={
            **os.environ,
            "VIGIE_HOME": str(station),
            "VIGIE_AS_OF": DEMO_AS_OF,
            "VIGIE_REPLAY": "http://127.0.0.1:1",
        },
        log=tmp_path / "desk.log",
    ):
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser, in which nothing that the pages hold is refused by their own policy."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    page.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def nothing_is_cut(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_break_is_explained_and_published_from_the_morning_list(
    desk: str, page: Page, station: Path
) -> None:
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(desk)
        assert nothing_is_cut(page)
        page.get_by_role("link", name=FOUNDING).click()
        expect(page.get_by_role("heading", name=FOUNDING)).to_be_visible()
        assert nothing_is_cut(page)

    page.get_by_role("radio", name="Rupture").check()
    page.get_by_label("Motif").fill("trop court")
    page.get_by_label("Votre nom").fill("Anne Lebrun")
    page.get_by_role("button", name="Signer et publier").click()
    expect(page.get_by_role("alert")).to_contain_text("Une décision est motivée")
    assert Register(station).decisions() == []

    page.get_by_label("Motif").fill(MOTIVE)
    page.get_by_role("button", name="Signer et publier").click()
    expect(page.get_by_role("heading", name="La décision est publiée")).to_be_visible(
        timeout=PATIENCE
    )
    page.get_by_role("link", name="Retour à la liste du matin").click()
    expect(page.get_by_role("link", name=FOUNDING)).to_have_count(0)
    expect(page.get_by_text("rupture, par Anne Lebrun")).to_be_visible()

    (signed,) = Register(station).decisions()
    assert (signed.author, signed.motive) == ("Anne Lebrun", MOTIVE)
    release = current_release(Folders(station).releases)
    assert release is not None
    rows = release.observations().set_index(["indicator", "time_period", "ref_area"])
    (published,) = rows.loc[[("1A4_pcrh_te", "2024", "REG-52")]].to_dict("records")
    assert (published["obs_status"], published["obs_value"]) == ("B", 4)
