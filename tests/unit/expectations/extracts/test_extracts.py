"""The contract of an extract, checked by Great Expectations for real."""

from typing import Any

import pyarrow as pa
import pytest

from expectations.extracts.contract_rules import contract_rules
from expectations.extracts.distinct import Records
from expectations.extracts.rule_verdict import reasons_to_refuse
from expectations.validations.extracts.judge import judge

COLUMNS = {"annee": "year", "departement": "text", "nombre": "integer", "taux": "decimal"}
EXTRACT = {
    "annee": ["2023", "2023", "2023"],
    "departement": ["44", "49", "85"],
    "nombre": ["7", "26", None],
    "taux": ["1,5", "-3", None],
    "commentaire": [None, None, None],
}


def reasons(changes: dict[str, Any] | None = None, **clauses: Any) -> list[str]:  # noqa: ANN401
    """Return the reasons to refuse the extract with some columns and some clauses changed."""
    columns = {name: values for name, values in {**EXTRACT, **(changes or {})}.items() if values}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    contract = {
        "columns": COLUMNS,
        "mandatory": ["annee", "departement"],
        "key": ["annee", "departement"],
        "rows_at_least": 1,
        "rows_at_most": 10,
        "decimal_mark": ",",
    }
    judgements = judge(Records(table), contract_rules(**{**contract, **clauses}), "52")
    told = reasons_to_refuse([judgement.verdict for judgement in judgements])
    return [text.replace("\xa0", " ") for text in told]


def test_a_sound_extract_is_let_in() -> None:
    assert reasons() == []


def test_a_missing_column_is_named() -> None:
    (reason,) = reasons({"nombre": None})
    assert reason.endswith("Règle FLF, 1 cas en écart : colonne absente « nombre ».")


def test_an_empty_mandatory_cell_is_named() -> None:
    assert reasons(mandatory=["nombre"]) == [
        "Les colonnes obligatoires sont remplies. Règle FDM, 1 cas en écart : "
        "ligne 3 (nombre vide)."
    ]


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("nombre", "s.s", "un nombre entier"),
        ("nombre", "26.0", "un nombre entier"),
        ("nombre", "26\n", "un nombre entier"),
        ("nombre", "٢٦", "un nombre entier"),
        ("taux", "57 ;5%", "un nombre décimal"),
        ("taux", "1,5,2", "un nombre décimal"),
        ("annee", "23", "une année à quatre chiffres"),
        ("annee", "02023", "une année à quatre chiffres"),
    ],
)
def test_a_value_of_another_type_is_shown_with_its_line(column: str, value: str, kind: str) -> None:
    (reason,) = reasons({column: [EXTRACT[column][0], value, EXTRACT[column][2]]})
    assert reason.startswith(f"Chaque valeur est {kind}. Règle FDT, 1 cas en écart : ligne 2 (")


@pytest.mark.parametrize(("mark", "value"), [(",", "57.5"), (".", "57,5")])
def test_the_other_decimal_mark_is_told_as_such(mark: str, value: str) -> None:
    (reason,) = reasons({"taux": [value, None, None]}, decimal_mark=mark)
    assert "Règle DES, 1 cas en écart : ligne 1" in reason
    assert reasons({"taux": [value, None, None]}, decimal_mark=".,") == []


def test_only_the_first_failures_are_shown_and_cut_short() -> None:
    many = {name: values * 3 for name, values in EXTRACT.items()}
    (reason,) = reasons({**many, "nombre": ["x" * 1000] * 9}, key=[])
    assert "9 cas en écart : ligne 1 (" in reason
    assert reason.endswith(" ; ….")
    assert len(reason) < 300


def test_what_is_shown_of_a_value_is_printable() -> None:
    (reason,) = reasons({"nombre": ["\x1b[31m\u202e1", None, None]})
    assert "« [U+001B][31m[U+202E]1 »" in reason
    (reason,) = reasons({"nombre": ["1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}", None, None]})
    assert "« 1\N{NARROW NO-BREAK SPACE}234[U+00A0] »" in reason


def test_every_row_of_a_repeated_key_is_counted() -> None:
    assert reasons({"departement": ["44", "49", "44"]}) == [
        "Aucune clé n'est en double (annee, departement). Règle RWD, 2 cas en écart : "
        "ligne 1 (annee « 2023 », departement « 44 ») ; "
        "ligne 3 (annee « 2023 », departement « 44 »)."
    ]


def test_a_key_may_be_partly_empty_but_not_twice() -> None:
    assert reasons({"departement": ["44", None, "85"]}, mandatory=[]) == []
    twice = reasons({"departement": ["44", None, None]}, mandatory=[])
    assert "departement vide" in twice[0]


def test_a_key_of_one_column() -> None:
    assert reasons(key=["departement"]) == []
    assert "3 cas en écart" in reasons(key=["annee"])[0]


def test_too_few_and_too_many_rows() -> None:
    (few,) = reasons(rows_at_least=4, rows_at_most=None)
    counted = "lignes « 3 », numéros de ligne « 1, 2, 3 »"
    assert few.endswith(f"au moins 4. Règle RNR, 1 cas en écart : {counted}.")
    (many,) = reasons(rows_at_most=2)
    assert "entre 1 et 2" in many


def test_all_reasons_come_at_once() -> None:
    changes = {"annee": [None, "2023", "2023"], "nombre": ["nd", None, None], "taux": None}
    assert len(reasons(changes, rows_at_least=5)) == 4


def test_an_extract_without_rows_is_refused_for_that_only() -> None:
    table = pa.table({name: pa.array([], pa.string()) for name in EXTRACT})
    rules = contract_rules(
        columns=COLUMNS,
        mandatory=["annee"],
        key=["annee"],
        rows_at_least=1,
        rows_at_most=None,
        decimal_mark=",",
    )
    told = reasons_to_refuse([one.verdict for one in judge(Records(table), rules, "52")])
    assert [reason.partition(" Règle ")[2][:3] for reason in told] == ["RNR"]


def test_a_type_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match="date"):
        reasons(columns={"annee": "date"})
