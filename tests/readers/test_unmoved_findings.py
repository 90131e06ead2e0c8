"""What did not move is counted from the files of the last two releases."""

import json
from pathlib import Path

import pytest

from tests.readers.made_up import made_up_truth
from tests.readers.outlets import of_pieces
from tests.readers.rendered_pages import read_html
from tests.readers.test_outlets import PLACE
from tests.readers.unmoved_findings import ages, unmoved

FIRST, LAST = "20261122T020500000000Z", "20261129T020500000000Z"


def leave(home: Path) -> None:
    """Leave two releases of which two findings are the same."""
    for name, findings in ((FIRST, "abc"), (LAST, "abd")):
        folder = home / "reports" / name
        folder.mkdir(parents=True)
        content = [
            {"finding_id": each, "severity": "Information" if each == "b" else "Warning"}
            for each in findings
        ]
        (folder / "findings.json").write_text(json.dumps(content), "utf-8")
    (home / "releases").mkdir()
    (home / "releases" / "in_force.json").write_text(json.dumps([FIRST, LAST]), "utf-8")


def test_what_both_reports_have_did_not_move(tmp_path: Path) -> None:
    leave(tmp_path)
    assert unmoved(tmp_path) == {"held": 1, "known": 1}
    assert ages(tmp_path) == {0, 7}


RIGHT = (
    "<h2>À traiter</h2><p>1 constat que le rapport précédent disait déjà</p>"
    "<p>Avertissement depuis 7 jours, comme avant</p>"
    "<h2>À savoir</h2><p>1 constat déjà dit, qui n'a pas bougé</p>"
    "<h2>Indicateurs</h2><p>1 indicateur inchangé, publié</p>"
)
TAMPERED = [
    ("1 constat que", "2 constats que", "2"),
    ("1 constat déjà dit", "2 constats déjà dits", "2"),
    ("1 indicateur inchangé", "2 indicateurs inchangés", "2"),
    ("7 jours", "8 jours", "8 jours"),
]


@pytest.mark.parametrize(("right", "wrong", "number"), [("", "", ""), *TAMPERED])
def test_a_page_that_folds_more_than_that_is_told(
    tmp_path: Path, right: str, wrong: str, number: str
) -> None:
    leave(tmp_path)
    truth = made_up_truth(tmp_path)
    truth.manifest["indicators"]["1A4_pcrh_te"]["state"] = "unchanged"
    found = of_pieces(PLACE, read_html(RIGHT.replace(right, wrong, 1)), truth)
    assert [line.number for line in found] == ([number] if number else [])
