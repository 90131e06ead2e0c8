"""Numbers, periods and dates are read as they are written in French."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.french_numerals import Lexicon, read_sentence, shows

LEXICON = Lexicon(units=("PCRH", "%"))
LEXICON.add("A", "Maine-et-Loire", ["DEP-49"])
LEXICON.add("C", "11 à 49 salariés", ["11_49"])


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_any_number_is_read_back(number: object) -> None:
    written = format_decimal(number, format="#,##0.##", locale="fr")
    (token,) = read_sentence(f"({written} PCRH)", LEXICON).tokens
    assert (token.kind, token.unit) == ("V", "PCRH")
    assert shows(token, float(str(number)), 0)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Maine-et-Loire, 26 en 2023", "{A0}, {V1} en {P2}"),
        ("11 à 49 salariés : 31 %", "{C0} : {V1}"),
        ("−56 % de 2022-2023 à avril 2025", "{V0} de {P1} à {P2}"),
        ("le 1er mars 2026 à 3 h 05", "le {D0} à {D1}"),
        ("2025 (1er trimestre)", "{P0}"),
        ("publication 20261128T212651224689Z", "publication {D0}"),
        ("3,1 millions", "{V0}"),
        ("68be1ef0b000, fichier_2024.csv, Y15T64", "68be1ef0b000, fichier_2024.csv, Y15T64"),
    ],
)
def test_what_is_no_number_is_none(text: str, marked: str) -> None:
    assert read_sentence(text, LEXICON).marked == marked


def test_a_sign_and_a_scale_count() -> None:
    values = [token.value for token in read_sentence("−1,5 puis 3,1 millions", LEXICON).tokens]
    assert values == [-1.5, 3_100_000]
