"""The pages of the indicators are those of the demo's night and of the definitions as they are."""

from pathlib import Path

import duckdb
import pytest

from orchestration.commands.cli import PAGES
from orchestration.dbt.project import read_manifest
from orchestration.indicator_pages.compose_pages import compose_pages
from orchestration.indicator_pages.render_pages import render_pages
from orchestration.settings.folders import DBT_PROJECT, Folders
from orchestration.station.warehouse import read_names

MODELS = DBT_PROJECT / "models" / "indicators"


@pytest.fixture(scope="module")
def rendered(demo_home: Path) -> dict[str, str]:
    folders = Folders(demo_home)
    pages = compose_pages(folders, read_manifest(folders))
    return render_pages(pages, read_names(folders.warehouse))


def test_the_pages_that_are_committed_are_up_to_date(rendered: dict[str, str]) -> None:
    committed = {path.name: path.read_text("utf-8") for path in PAGES.iterdir()}
    stale = {name for name in committed | rendered if committed.get(name) != rendered.get(name)}
    assert not stale, "run « make pages »"


def test_every_indicator_has_its_page_and_its_chart(rendered: dict[str, str]) -> None:
    pages = {name.removesuffix(".md") for name in rendered if name.endswith(".md")} - {"README"}
    assert pages == {model.stem for model in MODELS.rglob("*.sql")}
    assert {name.removesuffix(".svg") for name in rendered if name.endswith(".svg")} == pages
    assert all(f"({name}.md)" in rendered["README.md"] for name in pages)


def test_a_page_tells_what_the_report_says_of_its_indicator(rendered: dict[str, str]) -> None:
    text = rendered["1A4_pcrh_te.md"].replace("\xa0", " ")
    assert "| Maine-et-Loire | 26 PCRH | *absent* **(retenu)** |" in text
    assert "limiter le nombre de thèmes" in text
    assert "[Nombre de PCRH, tous thèmes](1C1_pcrh.md)" in text


def test_a_page_names_the_lists_of_others_that_went_into_its_numbers(
    rendered: dict[str, str],
) -> None:
    """Whoever computes the rates of committees again needs the communes of each."""
    text = rendered["1C2_taux_emploi_15_64.md"]
    assert (
        "comité local pour l’emploi, table non datée (France Travail ; Licence Ouverte 2.0)" in text
    )
    assert (
        "(Insee ; Licence Ouverte 2.0)" in text.partition("Communes fusionnées")[2].split("\n")[0]
    )
    assert "Communes fusionnées" not in rendered["2A3_part_filles_voeux.md"]


def test_an_indicator_of_which_nothing_came_has_its_page_as_the_others(station: Path) -> None:
    """In a region where no partner deposited yet: neither pages nor desk showed any indicator."""
    folders = Folders(station)
    with duckdb.connect(str(folders.warehouse)) as connection:
        connection.execute("delete from marts.fct_observation where indicator like '1A%'")
    pages = compose_pages(folders, read_manifest(folders))
    rendered = render_pages(pages, read_names(folders.warehouse))
    assert "Maine-et-Loire" not in rendered["1A4_pcrh_te.md"]
    assert "Maine-et-Loire" in rendered["1C1_pcrh.md"]
