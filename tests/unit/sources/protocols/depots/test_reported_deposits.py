"""Files after faults that people of this trade reported: read as seen, or refused with why."""

import pytest

from sources.errors import ExtractRefused
from sources.protocols.depots.reading import read_deposit
from sources.registry import source
from tests.conftest import PROJECT

REPORTS = PROJECT / "tests" / "data" / "reports"
PCRH, DASHBOARD = "dreets_pcrh_2024", "france_travail_tableau_de_bord"
FIGURES = ["264", "109", "38", "46", "149", "606", "2", "0", "0", "0", "2", "4"]


@pytest.mark.parametrize(
    ("file", "source_id", "column", "read"),
    [
        ("01-first-sheet-hidden.xlsx", PCRH, "nombre", FIGURES),
        ("05-utf16-tab.csv", PCRH, "nombre", FIGURES),
        ("06-cr-only.csv", PCRH, "nombre", FIGURES),
        ("12-ods-million-rows.ods", PCRH, "nombre", FIGURES),
        ("19-backslash-in-zip.xlsx", PCRH, "nombre", FIGURES),
        ("20-float-residue.xlsx", PCRH, "nombre", FIGURES),
        (
            "22-dates-1904.xlsx",
            "france_travail_tableau_de_bord",
            "date_lecture",
            ["2025-04-15", "2025-05-15"],
        ),
        ("40-integers-with-decimals.csv", PCRH, "nombre", FIGURES),
        ("42-empty-rows.csv", PCRH, "nombre", FIGURES),
        (
            "49-float-dust.xlsx",
            "cariforef_indicateurs",
            "valeur",
            ["0.0000000000582076609134674", "66.9"],
        ),
        ("51-chart-sheet-first.xlsx", PCRH, "nombre", FIGURES),
    ],
)
def test_what_is_seen_is_read(file: str, source_id: str, column: str, read: list[str]) -> None:
    deposit = read_deposit(source(source_id).contract, REPORTS / file)
    assert not deposit.flaws
    assert [row[column] for row in deposit.rows] == read


@pytest.mark.parametrize(
    ("file", "reasons"),
    [
        ("08-macroman.csv", ["Windows-1252"]),
        ("31-data-split-over-two-sheets.xlsx", ["« Loire-Atlantique et Vendée »", "« Autres »"]),
        ("32-xlsb-named-xlsx.xlsx", ["classeur binaire (.xlsb)"]),
        ("41-trailing-separator.csv", ["8 cellule(s) au lieu de 7"]),
        ("53-pipe.csv", ["la barre verticale"]),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_cause(file: str, reasons: list[str]) -> None:
    with pytest.raises(ExtractRefused) as refused:
        read_deposit(source(PCRH).contract, REPORTS / file)
    for reason in reasons:
        assert reason in refused.value.message


@pytest.mark.parametrize(
    ("file", "source_id", "cells"),
    [
        ("35-shown-in-thousands.xlsx", PCRH, {2: ("264000", "264"), 13: ("4000", "4")}),
        (
            "35b-shown-in-thousands-region.xlsx",
            "region_indicateurs",
            {26: ("4959000", "4 959"), 27: ("4807000", "4 807")},
        ),
    ],
)
def test_a_cell_shown_in_thousands_is_refused_at_its_place(
    file: str, source_id: str, cells: dict[int, tuple[str, str]]
) -> None:
    flaws = {
        int(flaw.where.rpartition("cellule ")[2][1:]): flaw.what
        for flaw in read_deposit(source(source_id).contract, REPORTS / file).flaws
    }
    for row, (held, shown) in cells.items():
        assert f"contient {held} et montre « {shown} »" in flaws[row]


def test_titles_encoded_twice_are_refused_one_by_one() -> None:
    flaws = read_deposit(source(PCRH).contract, REPORTS / "43-utf8-twice.csv").flaws
    assert "elle semble remplacée par « AnnÃ©e »" in flaws[0].what


def test_apostrophes_are_left_to_the_rule_on_types() -> None:
    contract = source("cariforef_indicateurs").contract
    deposit = read_deposit(contract, REPORTS / "47-apostrophe-thousands.csv")
    assert deposit.rows[0]["valeur"] == "233'424"
