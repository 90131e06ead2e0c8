"""What a steward sees in Dagster after a night: the indicator, its values, its failing checks."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pictures import picture
from tests.conftest import PROJECT
from tests.serving import free_port, serving

pytestmark = pytest.mark.slow


PATIENCE = 300_000
"""Milliseconds: a bound on a page that never comes, far above what a busy machine takes."""


@pytest.fixture(scope="module")
def dagster_address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "orchestration.commands.guarded_pages"]
    with serving(
        [*command, "--workspace", "workspace.yaml", "--host", "127.0.0.1", "--port", str(port)],
        f"{address}/server_info",
        cwd=PROJECT,
        environment={
            **os.environ,
            "VIGIE_HOME": str(demo_home),
            "DAGSTER_HOME": str(demo_home / "dagster"),
        },
        log=tmp_path_factory.mktemp("pages") / "pages.log",
    ):
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1600, "height": 1000})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


def test_the_indicator_page_shows_its_definition_and_last_values(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/assets/indicators/1A4_pcrh_te")
    expect(page.get_by_text("transition écologique").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Loire-Atlantique (DEP-44)").first).to_be_visible(timeout=PATIENCE)


def test_the_checks_of_the_held_indicator_failed(dagster_address: str, page: Page) -> None:
    checks = f"{dagster_address}/assets/indicators/1A4_pcrh_te?view=checks"
    page.goto(f"{checks}&checkDetail=niveau_sans_saut")
    for check in ("niveau_sans_saut", "recueil_inchange", "chiffres_coherents"):
        expect(page.get_by_text(check, exact=True).first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Failed", exact=True)).to_have_count(3, timeout=PATIENCE)
    expect(page.get_by_text("43 en 2023, 4 en 2024").first).to_be_visible(timeout=PATIENCE)


def test_a_failing_check_shows_its_cells_and_its_plot(dagster_address: str, page: Page) -> None:
    page.goto(
        f"{dagster_address}/assets/indicators/1A4_pcrh_te?view=checks&checkDetail=niveau_sans_saut"
    )
    expect(page.get_by_text("26 PCRH (2023)").first).to_be_visible(timeout=PATIENCE)
    # Dispatched, for Dagster's invitation to its community may come in front of the pointer.
    page.get_by_text("[Show Markdown]").first.dispatch_event("click")
    plot = page.get_by_role("img", name="2023 puis 2024")
    expect(plot).to_be_visible(timeout=PATIENCE)
    assert plot.evaluate("image => image.naturalWidth") > 0


def test_a_check_that_had_nothing_to_look_at_is_no_success(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/assets/indicators/2A5_metiers_connus_par_eleve?view=checks")
    expect(page.get_by_text("Not evaluated", exact=True).first).to_be_visible(timeout=PATIENCE)
    page.goto(f"{dagster_address}/assets/quality/verdicts?view=checks")
    expect(page.get_by_text("première période connue").first).to_be_visible(timeout=PATIENCE)


def test_the_graph_groups_the_line_from_sources_to_publication(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/asset-groups")
    for group in ("sources", "fiche_1a", "publication"):
        expect(page.get_by_text(group, exact=True).first).to_be_visible(timeout=PATIENCE)
    picture(page, "graph.png")


def test_the_indicator_page_names_its_owner_its_tags_and_when_it_is_stale(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/assets/indicators/1A4_pcrh_te")
    for told in ("fiche: 1.A", "producer: dreets", "Fails if more than"):
        expect(page.get_by_text(told).first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Row count").first).to_be_visible(timeout=PATIENCE)


def test_the_page_of_an_extract_shows_the_columns_of_its_contract(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/assets/extract/dreets_pcrh_2024")
    expect(page.get_by_text("code_departement", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("« Code département »").first).to_be_visible(timeout=PATIENCE)


def test_a_steward_finds_a_decision_to_fill_in_with_its_words_in_french(
    dagster_address: str, page: Page
) -> None:
    page.goto(f"{dagster_address}/locations/vigie/jobs/decision")
    expect(page.get_by_text("Signer une décision sur un constat").first).to_be_visible(
        timeout=PATIENCE
    )
    page.goto(f"{dagster_address}/locations/vigie/jobs/decision/playground")
    # The page has another one, where assets are searched.
    form = page.locator(".CodeMirror").filter(has_text="signer")
    for told in ("constat: ''", "decision: maintien", "auteur: Prénom Nom", 'motif: "À remplacer'):
        expect(form).to_contain_text(told, timeout=PATIENCE)
    expect(page.get_by_text("No errors")).to_be_visible(timeout=PATIENCE)
