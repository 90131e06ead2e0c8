"""The steward's guide, followed click by click in the desk, as a steward and as a partner.

What is done, written and read is what the guide says (``guide_steps``), in the order it says it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from orchestration.commands.stations import DEMO_AS_OF
from orchestration.reporting.addresses import kept_address
from orchestration.reporting.mail import build_mail
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.register import Register
from orchestration.station.releases_in_force import current_release
from tests.browser.guide_steps import GuideStep, steps_of
from tests.browser.pictures import picture
from tests.conftest import PROJECT, run_vigie
from tests.serving import free_port, serving
from tests.told_nights import told_night

pytestmark = pytest.mark.slow

PATIENCE = 300_000
"""Milliseconds: a bound on a page that never comes, far above what a busy machine takes."""
SCREENS: tuple[tuple[int, Literal["dark", "light"]], ...] = ((390, "dark"), (1280, "light"))
FOUNDING = "43 en 2023, 4 en 2024"
DEPOSIT = "dreets_pcrh_2024"
READ_IT = """
import sys, dagster as dg
from orchestration.definitions import build_definitions
from orchestration.settings.settings import Settings
job = build_definitions(Settings()).resolve_job_def("deposit")
only = [dg.AssetKey(["extract", sys.argv[1]])] if sys.argv[1:] else None
with dg.DagsterInstance.get() as instance:
    sys.exit(not job.execute_in_process(instance=instance, asset_selection=only).success)
"""
"""The job that the daemon launches when a deposit has come, as far as its receipt or to its end."""


def environment_of(home: Path) -> dict[str, str]:
    """What the services of a station are given."""
    replay = {"VIGIE_AS_OF": DEMO_AS_OF, "VIGIE_REPLAY": "http://127.0.0.1:1"}
    dagster = str(home / "dagster")
    return {**os.environ, **replay, "VIGIE_HOME": str(home), "DAGSTER_HOME": dagster}


@contextlib.contextmanager
def desk_of(home: Path) -> Iterator[str]:
    """Serve the desk of a station, as its services do."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with serving(
        [sys.executable, "-m", "orchestration.commands.desk_service", str(port)],
        address,
        cwd=PROJECT,
        environment=environment_of(home),
        log=home.parent / "desk.log",
    ):
        yield address


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's station, which a steward follows the guide on."""
    home = tmp_path_factory.mktemp("guide") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[str]:
    """The desk of that station."""
    with desk_of(home) as address:
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


def mail_of(home: Path, desk: str) -> Path:
    """The mail of the night as it is shown to a reader, its links leading to the desk."""
    settings = Settings(home=home, region="52", as_of=DEMO_AS_OF, url=desk)
    night = told_night(settings)
    body = build_mail(night, settings.mail_from, settings.mail_to).get_body(("html",))
    assert body is not None
    shown = home.parent / "courriel.html"
    shown.write_text(body.get_content(), "utf-8")
    return shown


def nothing_is_cut(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def follow(page: Page, step: GuideStep) -> None:
    """Do in a page what a step of the guide says."""
    match step.deed:
        case "click":
            link = page.get_by_role("link", name=step.target)
            link.or_(page.get_by_role("button", name=step.target)).click()
        case "check":
            page.get_by_role("radio", name=step.target).check()
        case "fill":
            page.get_by_label(step.target).first.fill(step.text)
        case "read":
            expect(page.get_by_text(step.target).first).to_be_visible(timeout=PATIENCE)
        case _:
            picture(page, step.target)


def published_of(home: Path) -> dict[str, Any]:
    """What the release in force says of the PCRH with an ecological part, in the region in 2024."""
    release = current_release(Folders(home).releases)
    assert release is not None
    rows = release.observations().set_index(["indicator", "time_period", "ref_area"])
    (published,) = rows.loc[[("1A4_pcrh_te", "2024", "REG-52")]].to_dict("records")
    return {str(name): value for name, value in published.items()}


def test_the_pictures_of_the_readme_are_of_these_pages(desk: str, page: Page) -> None:
    page.set_viewport_size({"width": 1180, "height": 1000})
    page.goto(desk)
    expect(page.get_by_role("heading", name="À décider")).to_be_visible()
    picture(page, "bureau.png")
    page.set_viewport_size({"width": 1000, "height": 1200})
    page.get_by_role("link", name="Rapport").click()
    expect(page.get_by_text(FOUNDING).first).to_be_visible()
    picture(page, "report.png")
    page.locator("article", has_text="1A4_pcrh_te").get_by_role(
        "link", name="Loire-Atlantique"
    ).click()
    expect(page.locator(":target")).to_contain_text(DEPOSIT)
    picture(page, "explain.png")


def test_a_break_is_published_from_the_mail_as_the_guide_says(
    desk: str, page: Page, home: Path
) -> None:
    steps = steps_of("En cinq minutes")
    assert {step.deed for step in steps} == {"click", "check", "fill", "read", "picture"}
    page.goto(mail_of(home, desk).as_uri())
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
    assert Register(home).decisions() == []

    page.goto((home.parent / "courriel.html").as_uri())
    for step in steps:
        follow(page, step)
    expect(page.get_by_role("link", name=FOUNDING)).to_have_count(0)
    written = {step.target: step.text for step in steps if step.deed == "fill"}
    (signed,) = Register(home).decisions()
    assert (signed.author, signed.motive) == (written["Votre nom"], written["Motif"])
    published = published_of(home)
    assert (published["obs_status"], published["obs_value"]) == ("B", 4)


def test_a_partner_goes_from_the_template_to_the_corrected_deposit_as_the_guide_says(
    page: Page, station: Path
) -> None:
    """On a station of his own: where the break was published, the correction is a revision."""
    made = run_vigie(station, "depots", "modele", "1A4")
    assert made.returncode == 0, made.stderr
    with desk_of(station) as desk:
        deposit_twice(desk, page, station)


def deposit_twice(desk: str, page: Page, home: Path) -> None:
    """Deposit the template that was filled wrongly, then as it must be, and see it published."""
    page.goto(desk)
    template, *steps = steps_of("Un partenaire")
    assert {step.deed for step in steps} == {"fill", "read", "picture"}
    workbook = downloaded(page, template, home.parent)
    is_written, n_receipts = False, len(receipts(home))
    for step in steps:
        if step.deed == "fill":
            write(workbook, step)
            is_written = True
            continue
        if is_written:
            shutil.copy(workbook, home / "inbox" / workbook.name)
            # What is refused changes nothing: its receipt alone is made, as the whole job would.
            read_deposit(home, *([DEPOSIT] if len(receipts(home)) == n_receipts else []))
            page.goto(kept_address(desk, home, receipts(home)[-1]))
            is_written = False
        follow(page, step)

    page.goto(desk)
    expect(page.get_by_role("link", name=FOUNDING)).to_have_count(0)
    published = published_of(home)
    written = {step.target: step.text for step in steps if step.deed == "fill"}
    assert (published["publication"], published["obs_value"]) == ("published", int(written["E10"]))
    release = current_release(Folders(home).releases)
    assert release is not None
    assert release.manifest["indicators"]["1A4_pcrh_te"]["held"] == 0


def downloaded(page: Page, step: GuideStep, folder: Path) -> Path:
    """Download what a step of the guide gives the address of."""
    with page.expect_download() as downloading:
        page.evaluate(f"location.assign('{step.target}')")
    place = folder / downloading.value.suggested_filename
    downloading.value.save_as(place)
    return place


def read_deposit(home: Path, *only: str) -> None:
    """Read what is in the inbox, as the daemon does."""
    command = [sys.executable, "-c", READ_IT, *only]
    subprocess.run(command, env=environment_of(home), cwd=PROJECT, check=True)


def receipts(home: Path) -> list[Path]:
    return sorted((home / "accuses" / DEPOSIT).glob("*.html"))


def write(workbook: Path, step: GuideStep) -> None:
    """Write in a cell of a workbook, of the sheet of the deposit unless another is named."""
    sheet, _, cell = step.target.rpartition(" ")
    opened = load_workbook(workbook)
    text = step.text
    opened[sheet or "Dépôt"][cell] = int(text) if text.isdigit() else text
    opened.save(workbook)
