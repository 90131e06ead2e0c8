"""The contract of an extract, checked by Great Expectations for real."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from expectations.extracts import check_extract

COLUMNS = {"annee": "year", "departement": "text", "nombre": "integer", "taux": "decimal"}


@pytest.fixture
def extract() -> pd.DataFrame:
    table = pa.table(
        {
            "annee": ["2023", "2023", "2023"],
            "departement": ["44", "49", "85"],
            "nombre": ["7", "26", None],
            "taux": ["1,5", "-3", None],
            "commentaire": pa.array([None, None, None], pa.string()),
        }
    )
    return table.to_pandas()


def reasons(extract: pd.DataFrame, **other: Any) -> list[str]:  # noqa: ANN401 any clause
    contract = {
        "columns": COLUMNS,
        "mandatory": ["annee", "departement"],
        "key": ["annee", "departement"],
        "rows_at_least": 1,
        "rows_at_most": 10,
        "decimal_mark": ",",
    }
    return [text.replace("\xa0", " ") for text in check_extract(extract, **{**contract, **other})]


def test_a_sound_extract_is_let_in(extract: pd.DataFrame) -> None:
    assert reasons(extract) == []


def test_a_missing_column_is_named(extract: pd.DataFrame) -> None:
    assert reasons(extract.drop(columns=["nombre"])) == ["Colonne(s) absente(s) : « nombre »."]


def test_a_repeated_column_is_named(extract: pd.DataFrame) -> None:
    twice = pd.concat([extract, extract[["nombre"]]], axis=1)
    assert reasons(twice) == ["Colonne(s) en plusieurs exemplaires : « nombre »."]


def test_an_empty_mandatory_cell_is_named(extract: pd.DataFrame) -> None:
    assert reasons(extract, mandatory=["nombre"]) == [
        "Colonne « nombre » : 1 ligne(s) sans valeur, ligne(s) 3."
    ]


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("nombre", "s.s", "un entier"),
        ("nombre", "26.0", "un entier"),
        ("nombre", "26\n", "un entier"),
        ("nombre", "٢٦", "un entier"),
        ("taux", "57 ;5%", "un nombre décimal"),
        ("taux", "57.5", "un nombre décimal"),
        ("annee", "23", "une année à quatre chiffres"),
        ("annee", "02023", "une année à quatre chiffres"),
    ],
)
def test_a_value_of_another_type_is_shown_with_its_line(
    extract: pd.DataFrame, column: str, value: str, kind: str
) -> None:
    extract.loc[1, column] = value
    (reason,) = reasons(extract)
    assert reason.startswith(f"Colonne « {column} » : 1 valeur(s) qui ne sont pas {kind} : « ")
    assert reason.endswith(", ligne(s) 2.")


def test_only_the_first_failures_are_shown_and_cut_short(extract: pd.DataFrame) -> None:
    many = pd.concat([extract] * 3, ignore_index=True).assign(nombre="x" * 1000)
    (reason,) = reasons(many, key=[])
    assert "9 valeur(s)" in reason
    assert reason.endswith("ligne(s) 1, 2, 3….")
    assert len(reason) < 300


def test_every_row_of_a_repeated_key_is_counted(extract: pd.DataFrame) -> None:
    extract.loc[2, "departement"] = "44"
    assert reasons(extract) == [
        "Clé « annee », « departement » : 2 ligne(s) de même clé, "
        "« 2023 / 44 », « 2023 / 44 », ligne(s) 1, 3."
    ]


def test_a_key_may_be_partly_empty_but_not_twice(extract: pd.DataFrame) -> None:
    extract.loc[1, "departement"] = None
    assert reasons(extract, mandatory=[]) == []
    extract.loc[2, "departement"] = None
    assert "« 2023 / vide »" in reasons(extract, mandatory=[])[0]


def test_a_key_of_one_column(extract: pd.DataFrame) -> None:
    assert reasons(extract, key=["departement"]) == []
    assert reasons(extract, key=["annee"])[0].startswith("Clé « annee » : 3 ligne(s)")


def test_too_few_and_too_many_rows(extract: pd.DataFrame) -> None:
    assert reasons(extract, rows_at_least=4, rows_at_most=None) == [
        "3 ligne(s) ; attendu : au moins 4."
    ]
    assert reasons(extract, rows_at_most=2) == ["3 ligne(s) ; attendu : entre 1 et 2."]
    assert reasons(extract.head(0)) == ["0 ligne(s) ; attendu : entre 1 et 10."]


def test_all_reasons_come_at_once(extract: pd.DataFrame) -> None:
    extract.loc[0, "annee"] = None
    extract.loc[1, "nombre"] = "nd"
    assert len(reasons(extract.drop(columns="taux"), rows_at_least=5)) == 4


def test_a_type_that_does_not_exist_is_refused(extract: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="date"):
        reasons(extract, columns={"annee": "date"})
