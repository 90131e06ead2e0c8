"""``vigie depots``, as a user runs it, on a station where nothing was ever received."""

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sources.protocols.depots.collection import OWN_SHEETS
from tests.conftest import LONGEST_COMMAND, VIGIE, demo_environment, run_vigie
from tests.json_shapes import document_of


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station where nothing was received, but for the dbt project, which is parsed already."""
    home = tmp_path_factory.mktemp("station")
    shutil.copytree(demo_home / "dbt", home / "dbt")
    return home


@pytest.mark.slow
def test_a_template_is_written_for_each_deposit_of_an_indicator(home: Path) -> None:
    done = run_vigie(home, "depots", "modele", "2B5", "--json")
    assert done.returncode == 0, done.stderr
    told = document_of("depots modele", done.stdout)
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
    done = run_vigie(home, "depots", "modele", asked)
    assert done.returncode == 1
    assert said in done.stderr.replace("\N{NO-BREAK SPACE}", " ")


def test_the_expected_deposits_are_listed(home: Path) -> None:
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "DREETS-PCRH-2024 (1).xlsx").touch()
    done = run_vigie(home, "depots", "liste")
    assert done.returncode == 0, done.stderr
    assert "dreets_pcrh_2024.xlsx" in done.stdout
    assert "aucune nuit encore" in done.stdout
    told = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "et pas lu : « DREETS-PCRH-2024 (1).xlsx »" in told
    assert "il semble vouloir dire « dreets_pcrh_2024.xlsx »" in told


def test_an_address_for_a_partner_who_deposits_nothing_is_told_in_french(home: Path) -> None:
    partners = {"VIGIE_PARTNERS": '{"dreetz": "pole@exemple.fr"}'}
    done = subprocess.run(
        [str(VIGIE), "depots", "liste"],
        env=demo_environment(home) | partners,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    assert done.returncode == 1
    assert "VIGIE_PARTNERS nomme « dreetz »" in done.stderr
    assert "dreets" in done.stderr
    assert (done.stdout, "exemple.fr" in done.stderr) == ("", False)
