"""The words somebody types name one cell, or the message lists what exists."""

import pytest

from expectations.verdicts.table import Cell
from orchestration.explain.find import UnknownCellError, find_cell

NAMES = {"REG-52": "Pays de la Loire", "DEP-44": "Loire-Atlantique"}
CELLS = [
    Cell("1A4_pcrh_te", "REG-52", "2024", "_T", "_T"),
    Cell("1A4_pcrh_te", "DEP-44", "2024", "_T", "_T"),
    Cell("1A4_pcrh_te", "REG-52", "2023", "_T", "_T"),
    Cell("2A3_part_filles_voeux", "REG-52", "2019", "_T", "_T"),
    Cell("2A3_part_filles_voeux", "REG-52", "2019", "famille_formation", "BTSA"),
    Cell("4B1_taux", "REG-52", "2024", "ministere", "men"),
    Cell("4B1_taux", "REG-52", "2024", "ministere", "masa"),
    Cell("2A5_metiers", "REG-52", "2024", "niveau", "college"),
    Cell("9Z9_deux", "REG-52", "2024", "sexe", "autre"),
    Cell("9Z9_deux", "REG-52", "2024", "age", "autre"),
]


def _find(*words: str, breakdown: str | None = None, category: str | None = None) -> Cell:
    indicator, period, area = words
    return find_cell(
        CELLS,
        NAMES,
        indicator=indicator,
        time_period=period,
        ref_area=area,
        breakdown=breakdown,
        category=category,
    )


def test_the_total_is_meant_unless_told() -> None:
    assert _find("1A4_pcrh_te", "2024", "DEP-44") == CELLS[1]
    assert _find("2A3_part_filles_voeux", "2019", "REG-52") == CELLS[3]


def test_a_category_is_found_by_its_code() -> None:
    assert _find("2A3_part_filles_voeux", "2019", "REG-52", category="BTSA") == CELLS[4]


def test_the_only_category_needs_no_name() -> None:
    assert _find("2A5_metiers", "2024", "REG-52") == CELLS[7]


def test_a_category_of_two_breakdowns_needs_its_breakdown() -> None:
    with pytest.raises(UnknownCellError, match="--ventilation sexe"):
        _find("9Z9_deux", "2024", "REG-52", category="autre")
    assert _find("9Z9_deux", "2024", "REG-52", breakdown="age", category="autre") == CELLS[9]


@pytest.mark.parametrize(
    ("words", "category", "told"),
    [
        (("1A4_pcrh", "2024", "REG-52"), None, "Vouliez-vous dire «\xa01A4_pcrh_te\xa0» ?"),
        (("1A4_pcrh_te", "2020", "REG-52"), None, "Il y a : 2023, 2024."),
        (("1A4_pcrh_te", "2024", "DEP-75"), None, "DEP-44 (Loire-Atlantique), REG-52 (Pays de la"),
        (("1A4_pcrh_te", "2023", "DEP-44"), None, "Il y a : REG-52 (Pays de la Loire)."),
        (("4B1_taux", "2024", "REG-52"), None, "--ventilation ministere --categorie 'men'"),
        (("4B1_taux", "2024", "REG-52"), "mesr", "La catégorie «\xa0mesr\xa0» n'existe pas"),
    ],
)
def test_what_exists_is_listed(words: tuple[str, ...], category: str | None, told: str) -> None:
    with pytest.raises(UnknownCellError) as error:
        _find(*words, category=category)
    assert told in str(error.value)
