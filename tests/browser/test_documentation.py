"""The page of the tables, as ``vigie docs`` makes it: in French, alone, linked from the report."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import call_vigie, run_vigie

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def documented(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's station, whose tables are documented."""
    home = tmp_path_factory.mktemp("documented") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    made = run_vigie(home, "docs")
    assert made.returncode == 0, made.stdout + made.stderr
    assert str(home / "docs" / "index.html") in made.stdout
    return home


def opened(chromium: Browser, documented: Path, place: str) -> tuple[Page, list[str]]:
    """A place of the page, and all that it asked for."""
    requested: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{(documented / 'docs' / 'index.html').as_uri()}#!/{place}")
    return page, requested


def test_it_opens_on_a_french_overview_and_asks_for_nothing_outside(
    chromium: Browser, documented: Path
) -> None:
    page, requested = opened(chromium, documented, "overview")
    page.get_by_role("heading", name="Les données de Vigie").wait_for()
    page.wait_for_load_state("networkidle")
    assert {url.partition(":")[0] for url in requested} <= {"file", "data"}


def test_a_station_without_tables_says_so(tmp_path: Path) -> None:
    made = call_vigie(tmp_path, "docs")
    assert made.exit_code == 1
    assert f"Aucune nuit ne s'est déroulée dans {tmp_path}" in made.stderr


def test_a_table_has_its_columns_described(chromium: Browser, documented: Path) -> None:
    page, _ = opened(chromium, documented, "model/model.vigie.evolution")
    page.get_by_text("leur écart, et s’il veut dire quelque chose").first.wait_for()
    assert page.get_by_text("like_for_like_change").first.is_visible()


def test_an_indicator_has_the_columns_of_all_of_them(chromium: Browser, documented: Path) -> None:
    page, _ = opened(chromium, documented, "model/model.vigie.1A4_pcrh_te")
    page.get_by_text("Dimension de ventilation").first.wait_for()


def test_what_leaves_the_warehouse_is_there(chromium: Browser, documented: Path) -> None:
    page, _ = opened(chromium, documented, "exposure/exposure.vigie.publication")
    page.get_by_text("sans les cellules retenues").first.wait_for()
    page.locator("text=fct_observation >> visible=true").first.wait_for()
