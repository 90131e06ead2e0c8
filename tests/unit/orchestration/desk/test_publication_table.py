"""The release in force, as a spreadsheet set to French opens it."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from expectations.cells.observations import KEY
from orchestration.desk.publication_table import publication_table
from orchestration.station.publishing import publish

KEYS = [
    ("4B1_taux", "DEP-44", "2024", "_T", "_T"),
    ("4B1_taux", "DEP-49", "2025-04", "_T", "_T"),
]
ROWS = pd.DataFrame(KEYS, columns=KEY).assign(
    obs_value=[5.3, None],
    unit_measure="pct",
    obs_status=["A", "L"],
    publication=["published", "held"],
    comment=["=1+1", None],
    caveat=None,
    decision=None,
    decided_by=None,
    motive=None,
    extract_id=["a", None],
)
NEVER_OUT = dict(zip(KEY, ("4B1_taux", "DEP-53", "2024", "_T", "_T"), strict=True))
MANIFEST = {
    "held": [{**NEVER_OUT, "finding_id": "0"}],
    "codes": {
        "indicator": {"4B1_taux": "Taux de transformation"},
        "ref_area": {"DEP-44": "Loire-Atlantique"},
        "unit_measure": {"pct": "%"},
        "obs_status": {"A": "valeur", "L": "absent"},
    },
    "sources": {"a": {"label": "Un dépôt", "licence": "Licence Ouverte 2.0"}},
}


@pytest.fixture
def table(tmp_path: Path) -> str:
    return publication_table(publish(tmp_path, "a", ROWS, MANIFEST))


def lines(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(table.removeprefix("\ufeff").splitlines(), delimiter=";"))


def test_it_opens_by_a_double_click_with_names_and_decimal_commas(table: str) -> None:
    assert table.startswith("\ufeffindicateur;libellé;")
    first, second, _ = lines(table)
    assert first == {
        "indicateur": "4B1_taux",
        "libellé": "Taux de transformation",
        "code du territoire": "DEP-44",
        "territoire": "Loire-Atlantique",
        "période": "2024",
        "ventilation": "_T",
        "catégorie": "_T",
        "valeur": "5,3",
        "unité": "%",
        "statut": "valeur",
        "publication": "publié",
        "note": "'=1+1",
        "à savoir": "",
        "décision": "",
        "par": "",
        "motif": "",
        "source": "Un dépôt",
        "licence": "Licence Ouverte 2.0",
    }
    told = [second[name] for name in ("période", "valeur", "statut", "publication", "licence")]
    assert told == ["avril 2025", "", "absent", "retenu", ""]


def test_what_was_never_published_is_seen_to_be_missing(table: str) -> None:
    *_, last = lines(table)
    assert (last["code du territoire"], last["valeur"]) == ("DEP-53", "")
    assert last["publication"] == "retenu, jamais publié"


def test_a_release_of_before_has_codes_where_nothing_names_them(tmp_path: Path) -> None:
    table = publication_table(publish(tmp_path, "a", ROWS, {"held": []}))
    assert [line["libellé"] for line in lines(table)] == ["4B1_taux"] * 2
