"""What cannot be seen in a deposit is not read, and is told; a mark of secrecy is known."""

from pathlib import Path

from sources.contract import MASKED
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import source
from tests.conftest import PROJECT

REPORTS = PROJECT / "tests" / "data" / "reports"
PCRH = source("dreets_pcrh_2024").contract
TITLES = "Année;Code département;Département;Thème;Nombre de PCRH;Mode de collecte;Commentaire"


def reported(name: str) -> Deposit:
    return read_deposit(PCRH, REPORTS / name)


def deposit(folder: Path, row: str) -> Deposit:
    path = folder / "depot.csv"
    path.write_text(f"{TITLES}\n{row}\n", "utf-8")
    return read_deposit(PCRH, path)


def test_decomposed_titles_are_the_titles() -> None:
    read = reported("07-nfd.csv")
    assert not read.flaws
    assert read.rows[4]["departement"] == "Vendée"
    assert not read.grid.remarks


def test_unseen_spaces_in_codes_are_taken_away_and_named() -> None:
    read = reported("14-invisible-space-in-codes.csv")
    assert not read.flaws
    assert [row["code_departement"] for row in read.rows[:3]] == ["44", "49", "53"]
    (remark,) = read.grid.remarks
    assert "« Code département », U+00A0 et U+200B (ligne 2, colonne" in remark
    assert "et 3 autre(s)" in remark


def test_marks_are_known_whatever_their_spaces_and_case() -> None:
    numbers = [row["nombre"] for row in reported("29-na-nc-ns.csv").rows]
    assert numbers[:6] == ["264", None, MASKED, MASKED, MASKED, "606"]


def test_a_note_under_the_table_is_refused_at_its_cell() -> None:
    (flaw,) = reported("17-footnote-and-total.xlsx").flaws
    assert "cellule A15" in flaw.where
    assert "« (1) données provisoires »" in flaw.what


def test_prose_and_grouped_digits_keep_their_spaces_without_a_word(tmp_path: Path) -> None:
    read = deposit(tmp_path, "2024;44;Loire-Atlantique;tous;1\u202f264;nationale;vu\u00a0: oui")
    assert read.rows[0]["nombre"] == "1264"
    assert not read.grid.remarks


def test_a_cell_of_unseen_characters_only_is_empty(tmp_path: Path) -> None:
    read = deposit(tmp_path, "2024;44;Loire-Atlantique;tous;\u200b\u00a0;nationale;")
    assert read.rows[0]["nombre"] is None
    assert not deposit(tmp_path, ";\u200b;;\u00a0;;;").rows


def test_a_year_followed_by_an_unseen_space_is_that_year(tmp_path: Path) -> None:
    read = deposit(tmp_path, "2024\u00a0;44;Loire-Atlantique;tous;1;nationale;")
    assert not read.flaws
    assert "« Année », U+00A0" in read.grid.remarks[0]
