"""``vigie depots``, as a user runs it, on a station where nothing was ever received."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from orchestration.commands.replies import console
from sources.protocols.depots.collection import OWN_SHEETS
from tests.conftest import call_vigie, read_vigie
from tests.json_shapes import document_of


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station where nothing was received, but for the dbt project, which is parsed already."""
    home = tmp_path_factory.mktemp("station")
    shutil.copytree(demo_home / "dbt", home / "dbt")
    return home


@pytest.mark.slow
def test_a_template_is_written_for_each_deposit_of_an_indicator(home: Path) -> None:
    told = document_of("depots modele", read_vigie(home, "depots", "modele", "2B5", "--json"))
    written = sorted((home / "modeles").iterdir())
    assert [path.stem for path in written] == [
        "france_travail_indicateurs",
        "france_travail_tableau_de_bord",
    ]
    assert sorted(template["path"] for template in told["templates"]) == [*map(str, written)]
    assert tuple(load_workbook(written[0]).sheetnames) == OWN_SHEETS


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("1A4_prch", "Les plus proches : 1A4_pcrh_te"),
        ("2A3", "n'est pas alimenté par un dépôt"),
    ],
)
def test_what_no_deposit_feeds_is_told_in_french(home: Path, asked: str, said: str) -> None:
    done = call_vigie(home, "depots", "modele", asked)
    assert done.exit_code == 1
    assert said in done.stderr.replace("\N{NO-BREAK SPACE}", " ")


def test_the_expected_deposits_are_listed(home: Path) -> None:
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "DREETS-PCRH-2024 (1).xlsx").touch()
    told = read_vigie(home, "depots", "liste").replace("\N{NO-BREAK SPACE}", " ")
    assert "dreets_pcrh_2024.xlsx" in told
    assert "aucune nuit encore" in told
    assert "et pas lu : « DREETS-PCRH-2024 (1).xlsx »" in told
    assert "il semble vouloir dire « dreets_pcrh_2024.xlsx »" in told


def test_after_a_night_a_deposit_that_was_not_asked_for_is_not_received_yet(
    demo_home: Path,
) -> None:
    told = read_vigie(demo_home, "depots", "liste")
    assert "pas encore reçu" in told
    assert "aucune nuit encore" not in told


def test_an_address_for_a_partner_who_deposits_nothing_is_told_in_french(home: Path) -> None:
    partners = '{"dreetz": "pole@exemple.fr"}'
    with console.capture() as shown:
        done = call_vigie(home, "depots", "liste", VIGIE_PARTNERS=partners)
    assert done.exit_code == 1
    assert "VIGIE_PARTNERS nomme « dreetz »" in done.stderr
    assert "dreets" in done.stderr
    assert (done.stdout + shown.get(), "exemple.fr" in done.stderr) == ("", False)
