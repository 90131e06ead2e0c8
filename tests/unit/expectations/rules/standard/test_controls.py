"""Each control, on records that deserve it and on records that do not; by Great Expectations."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.extracts.distinct import Records
from expectations.extracts.filters import places_of
from expectations.extracts.rule_verdict import RuleVerdict
from expectations.suites.sources.record_entries import RecordCondition, RecordRule
from expectations.validations.extracts.judge import RuleJudgement, judge

Columns = dict[str, list[str | None]]


def records(columns: Columns) -> Records:
    """Return records from the text of their columns."""
    return Records(pa.table({name: pa.array(it, pa.string()) for name, it in columns.items()}))


def judged(columns: Columns, control: dict[str, Any], **told: Any) -> RuleJudgement:  # noqa: ANN401
    """Return what comes of one control."""
    rule = {"code": "VCO", "nom": "essai", "explication": "Ce qui doit être vrai de ces lignes."}
    asked = RecordRule.model_validate(
        {**rule, "question": "Pourquoi ?", "controle": control, **told}, by_alias=True
    )
    (judgement,) = judge(records(columns), [asked], "52")
    return judgement


PCRH: Columns = {
    "dep": ["44", "49", "53", "72", "85", "total"],
    "nom": ["Loire-Atlantique", "Maine-et-Loire", "Mayenne", "Sarthe", "Vendée", None],
    "nombre": ["264", "109", "38", "46", "149", "606"],
    "part": ["43,6", "18", "6,3", "7,6", "24,6", "100"],
    "femmes": ["120", "50", "20", "20", "70", "280"],
    "hommes": ["144", "59", "18", "26", "79", "326"],
    "mode": ["nationale"] * 6,
}

CONTROLS = {
    "pattern": {"quoi": "motif", "colonnes": ["dep"], "expression": "[0-9]{2}|total"},
    "length": {"quoi": "longueur", "colonnes": ["dep"], "au_plus": 5},
    "codes": {"quoi": "codes", "colonnes": ["mode"], "parmi": ["nationale"]},
    "list": {"quoi": "codes", "colonnes": ["mode"], "nomenclature": "modes_de_collecte"},
    "bounds": {"quoi": "bornes", "colonnes": ["part"], "au_moins": 0, "au_plus": 100},
    "filled": {"quoi": "rempli", "colonnes": ["dep", "nombre"]},
    "key": {"quoi": "cle", "colonnes": ["dep", "mode"]},
    "pairs": {
        "quoi": "couples",
        "colonnes": ["dep", "nom"],
        "nomenclature": "departements_et_noms",
    },
    "compared": {"quoi": "comparaison", "colonnes": ["femmes"], "operateur": "<=", "que": "nombre"},
    "sum": {"quoi": "somme", "total": "nombre", "de": ["femmes", "hommes"]},
    "quotient": {
        "quoi": "rapport",
        "taux": "part",
        "numerateur": "nombre",
        "denominateur": "tous",
        "ecart_admis": 0.06,
    },
    "aggregate": {
        "quoi": "total_des_lignes",
        "valeur": "nombre",
        "selon": ["mode"],
        "colonne": "dep",
        "total": "total",
    },
}


@pytest.mark.parametrize(
    ("control", "column", "row", "value"),
    [
        ("pattern", "dep", 1, "4a"),
        ("pattern", "dep", 1, "490"),
        ("length", "dep", 0, "Loire-Atlantique"),
        ("codes", "mode", 2, "régionale"),
        ("list", "mode", 2, "orale"),
        ("bounds", "part", 3, "-0,1"),
        ("bounds", "part", 3, "100,1"),
        ("filled", "nombre", 4, None),
        ("pairs", "nom", 0, "Vendée"),
        ("compared", "femmes", 0, "265"),
        ("sum", "hommes", 1, "60"),
        ("quotient", "part", 2, "8,3"),
    ],
)
def test_a_record_that_deserves_it_is_named_and_no_other(
    control: str, column: str, row: int, value: str | None
) -> None:
    columns = {**PCRH, "tous": ["606"] * 6}
    assert judged(columns, CONTROLS[control]).verdict.outcome == "pass"
    wrong = [*columns[column][:row], value, *columns[column][row + 1 :]]
    judgement = judged({**columns, column: wrong}, CONTROLS[control])
    assert judgement.verdict.outcome == "fail"
    assert judgement.lines.tolist() == [row + 1]
    assert (column, value) in judgement.verdict.records[0].values


def test_every_record_of_a_repeated_key_is_named() -> None:
    assert judged(PCRH, CONTROLS["key"]).verdict.outcome == "pass"
    twice = {**PCRH, "dep": ["44", "49", "44", "72", "49", "44"]}
    judgement = judged(twice, CONTROLS["key"])
    assert judgement.lines.tolist() == [1, 2, 3, 5, 6]
    assert judgement.verdict.failing == 5


def test_a_total_that_is_not_the_sum_of_its_details_is_named() -> None:
    assert judged(PCRH, CONTROLS["aggregate"]).verdict.outcome == "pass"
    wrong = judged(
        {**PCRH, "nombre": ["264", "109", "38", "46", "149", "600"]}, CONTROLS["aggregate"]
    )
    assert wrong.lines.tolist() == [6]
    listed = {**CONTROLS["aggregate"], "de": ["44", "49"]}
    assert judged({**PCRH, "nombre": ["1", "2", "9", "9", "9", "3"]}, listed).lines.tolist() == []


def held(verdict: RuleVerdict) -> list[str]:
    """What the records that fail hold, with ordinary spaces."""
    return [record.held.replace("\u00a0", " ") for record in verdict.records]


RATES: Columns = {
    "i": ["a", "a", "b", "b", "c", "c", "d", "e", "e", "f", "f"],
    "t": ["0,125", "0,131", "0", "1", "0,9", "9", "0,5", "-0,5", "0,5", None, "0,5"],
}


def test_rates_that_are_all_between_zero_and_one_are_asked_about() -> None:
    control = {"quoi": "pas_des_rapports", "colonnes": ["t"], "selon": ["i"]}
    verdict = judged(RATES, control).verdict
    assert verdict.failing == 1
    assert held(verdict) == ["i « a », colonne « t », valeurs « de 0,125 à 0,131 »"]
    alone = {"quoi": "pas_des_rapports", "colonnes": ["t", "u"]}
    columns: Columns = {"t": ["0,52", "0,53"], "u": ["52", "53"]}
    assert held(judged(columns, alone).verdict) == ["colonne « t », valeurs « de 0,52 à 0,53 »"]
    assert judged({"t": ["52", "0,53"], "u": [None, None]}, alone).verdict.outcome == "pass"


def test_an_empty_column_is_asked_for() -> None:
    control = {"quoi": "vide", "colonnes": ["nom"]}
    assert judged(PCRH, control).verdict.failing == 5
    assert judged({**PCRH, "nom": [None] * 6}, control).verdict.outcome == "pass"


@pytest.mark.parametrize(
    ("operator", "lines"),
    [("<", [1, 2]), ("<=", [1]), ("=", [1, 3]), (">=", [3]), (">", [2, 3])],
)
def test_each_comparison_says_what_it_says(operator: str, lines: list[int]) -> None:
    control = {"quoi": "comparaison", "colonnes": ["a"], "operateur": operator, "que": "b"}
    columns: Columns = {"a": ["2", "1,0", "0", None, "5"], "b": ["1", "1", "1", "1", None]}
    assert judged(columns, control).lines.tolist() == lines


@pytest.mark.parametrize(("operator", "lines"), [("!=", [1, 4]), ("=", [2, 3, 5])])
def test_codes_are_compared_letter_by_letter_and_numbers_as_numbers(
    operator: str, lines: list[int]
) -> None:
    control = {"quoi": "comparaison", "colonnes": ["a"], "operateur": operator, "que": "b"}
    columns: Columns = {
        "a": ["FR", "FR", "01", "1,0", "É", None],
        "b": ["FR", "ES", "x", "1", "é", "ES"],
    }
    judgement = judged(columns, control)
    assert judgement.lines.tolist() == lines
    first = lines[0] - 1
    named = (("a", columns["a"][first]), ("b", columns["b"][first]))
    assert judgement.verdict.records[0].values == named


def test_several_columns_are_compared_with_the_same_one() -> None:
    control = {"quoi": "comparaison", "colonnes": ["a", "b"], "operateur": "<=", "que": "c"}
    judgement = judged({"a": ["1", "9"], "b": ["8", "1"], "c": ["2", "2"]}, control)
    assert [record.values for record in judgement.verdict.records] == [
        (("b", "8"), ("c", "2")),
        (("a", "9"), ("c", "2")),
    ]


def test_a_code_with_two_names_is_told_once_with_its_numbers_of_records() -> None:
    control = {"quoi": "une_seule_valeur", "colonne": "nom", "selon": ["dep"]}
    columns: Columns = {"dep": ["44", "44", "44", "49"], "nom": ["LA", "LA", "Vendée", "ML"]}
    verdict = judged(columns, control).verdict
    assert [record.values for record in verdict.records] == [
        (("dep", "44"), ("nom", "LA"), ("lignes", "2"), ("numéros de ligne", "1, 2")),
        (("dep", "44"), ("nom", "Vendée"), ("lignes", "1"), ("numéros de ligne", "3")),
    ]
    assert judged({**columns, "nom": ["LA", None, "LA", "ML"]}, control).verdict.outcome == "pass"


def test_a_file_with_two_values_is_told() -> None:
    control = {"quoi": "une_seule_valeur", "colonne": "session"}
    assert judged({"session": ["2018", "2018"]}, control).verdict.outcome == "pass"
    assert judged({"session": ["2018", "2019"]}, control).verdict.failing == 2


def test_rows_are_counted_in_the_file_and_by_group() -> None:
    columns: Columns = {"dep": ["44", "44", "49"]}
    whole = {"quoi": "lignes", "au_moins": 3, "au_plus": 3}
    assert judged(columns, whole).verdict.outcome == "pass"
    assert judged(columns, {**whole, "au_plus": 4, "au_moins": 4}).verdict.failing == 1
    by_department = judged(columns, {"quoi": "lignes", "selon": ["dep"], "au_moins": 2})
    (record,) = by_department.verdict.records
    assert record.values == (("dep", "49"), ("lignes", "1"), ("numéros de ligne", "3"))
    assert by_department.lines.tolist() == [3]


def test_expected_records_that_are_not_there_are_told() -> None:
    control = {
        "quoi": "attendus",
        "colonne": "dep",
        "selon": ["theme"],
        "parmi": ["total"],
        "nomenclature": "departements_de_la_region",
    }
    departments = ["44", "49", "53", "72", "85", "total"]
    whole: Columns = {"theme": ["tous"] * 6, "dep": [*departments]}
    assert judged(whole, control).verdict.outcome == "pass"
    part: Columns = {"theme": [*["tous"] * 6, "te"], "dep": [*departments, "total"]}
    missing = [record.values[1] for record in judged(part, control).verdict.records]
    assert missing == [("dep", dep) for dep in departments[:-1]]


ABSENT = "absent du groupe de lignes"


@pytest.mark.parametrize(
    ("presence", "told", "lines"),
    [
        ("au_moins", [f"dep « 49 », lignes « 0 », {ABSENT} « 1, 2, 3 »"], [1, 2, 3]),
        ("seulement", ["dep « 50 », lignes « 2 », numéros de ligne « 2, 3 »"], [2, 3]),
        (
            "exactement",
            [
                "dep « 50 », lignes « 2 », numéros de ligne « 2, 3 »",
                f"dep « 49 », lignes « 0 », {ABSENT} « 1, 2, 3 »",
            ],
            [1, 2, 3],
        ),
    ],
)
def test_records_may_be_expected_at_least_only_or_exactly(
    presence: str, told: list[str], lines: list[int]
) -> None:
    control = {"quoi": "attendus", "colonne": "dep", "parmi": ["44", "49"], "presence": presence}
    judgement = judged({"dep": ["44", "50", "50"]}, control)
    assert held(judgement.verdict) == told
    assert sorted(set(judgement.lines.tolist())) == lines
    exact = judged({"dep": ["44", "49"]}, control)
    assert exact.verdict.outcome == "pass"


def test_a_file_of_another_number_of_records_names_them() -> None:
    judgement = judged({"dep": ["44", "49", "53"]}, {"quoi": "lignes", "au_moins": 4})
    assert judgement.lines.tolist() == [1, 2, 3]
    assert held(judgement.verdict) == ["lignes « 3 », numéros de ligne « 1, 2, 3 »"]


@pytest.mark.parametrize(("total", "outcome"), [("201", "pass"), ("204", "fail")])
@pytest.mark.parametrize("kind", ["sum", "aggregate"])
def test_a_gap_may_be_admitted_as_a_share_of_the_total(kind: str, total: str, outcome: str) -> None:
    admitted = {**CONTROLS[kind], "ecart_relatif_admis": 0.01}
    columns: Columns = {
        "sum": {"nombre": [total], "femmes": ["90"], "hommes": ["110"]},
        "aggregate": {"nombre": ["90", "110", total], "dep": ["44", "49", "total"]},
    }[kind]
    table = {"mode": ["nationale"] * len(columns["nombre"]), **columns}
    assert judged(table, admitted).verdict.outcome == outcome
    assert judged(table, CONTROLS[kind]).verdict.outcome == "fail"


def test_an_excused_value_is_not_judged() -> None:
    control = CONTROLS["pattern"]
    columns = {**PCRH, "dep": ["identifiant obsolète", *PCRH["dep"][1:]]}
    assert judged(columns, control).lines.tolist() == [1]
    assert judged(columns, control, sauf=["identifiant obsolète"]).verdict.outcome == "pass"
    columns = {**PCRH, "dep": ["total", "49", "53", "72", "85", "44"], "nom": ["Total", *"abcde"]}
    judgement = judged(columns, CONTROLS["pairs"], sauf=["total"])
    assert judgement.lines.tolist() == [2, 3, 4, 5, 6]


def test_a_rule_is_about_the_records_of_its_condition() -> None:
    bounds = {"quoi": "bornes", "colonnes": ["valeur"], "au_plus": 100}
    columns: Columns = {"unite": ["pct", "pcrh", "pct"], "valeur": ["99", "606", "101"]}
    only = [{"colonne": "unite", "est": "pct"}]
    judgement = judged(columns, bounds, seulement_si=only)
    assert judgement.lines.tolist() == [3]
    assert judgement.verdict.evaluated == 2


def test_a_rule_that_is_about_nobody_is_not_evaluated() -> None:
    only = [{"colonne": "dep", "est": "29"}]
    verdict = judged(PCRH, CONTROLS["bounds"], seulement_si=only).verdict
    assert (verdict.outcome, verdict.reason) == (
        "not_evaluated",
        "Aucun enregistrement n'est concerné.",
    )
    absent = judged({"dep": ["44"]}, CONTROLS["bounds"]).verdict
    assert absent.outcome == "not_evaluated"
    assert "part" in absent.reason


def test_more_records_than_are_shown_are_all_counted() -> None:
    judgement = judged({"part": ["101"] * 1_000}, CONTROLS["bounds"])
    assert judgement.lines.tolist() == list(range(1, 1_001))
    assert (judgement.verdict.failing, len(judgement.verdict.records)) == (1_000, 100)


@pytest.mark.parametrize(
    ("operator", "kept"),
    [
        ({"est": "44"}, [0]),
        ({"n_est_pas": "44"}, [1, 2, 3]),
        ({"parmi": ["44", "49"]}, [0, 1]),
        ({"hors": ["44", "49"]}, [2, 3]),
        ({"rempli": True}, [0, 1, 3]),
        ({"rempli": False}, [2]),
        ({"au_moins": 49}, [1]),
        ({"au_plus": 44}, [0]),
    ],
)
def test_each_condition_keeps_what_it_says(operator: dict[str, Any], kept: list[int]) -> None:
    condition = RecordCondition.model_validate({"colonne": "dep", **operator})
    columns: Columns = {"dep": ["44", "49", None, "total"]}
    assert places_of(records(columns), [condition]).tolist() == kept


CELLS = st.lists(
    st.tuples(*[st.sampled_from([None, "", "1", "2", "1,0", "é"])] * 2), min_size=1, max_size=30
)


@given(CELLS)
def test_a_combination_leads_back_to_its_records(rows: list[tuple[str | None, ...]]) -> None:
    """The distinct combinations, and the records behind each, are those that pandas finds."""
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    known = Records(pa.Table.from_pandas(frame, preserve_index=False))
    view = known.combinations(["a", "b"], known.everyone)
    groups = frame.groupby(["a", "b"], dropna=False, sort=False).indices
    assert len(view.table) == len(groups)
    for row in range(len(view.table)):
        places, _ = view.records_behind(np.array([row]))
        assert places.tolist() == sorted(groups[tuple(view.table.loc[row])])


@given(CELLS)
def test_repeated_keys_are_those_of_pandas(rows: list[tuple[str | None, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    known = Records(pa.Table.from_pandas(frame, preserve_index=False))
    keys = known.keys(["a", "b"], known.everyone).table["_cle"]
    assert keys.duplicated(keep=False).tolist() == frame.duplicated(keep=False).tolist()


@given(CELLS)
def test_a_value_leads_back_to_its_records(rows: list[tuple[str | None, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    known = Records(pa.Table.from_pandas(frame, preserve_index=False))
    view = known.values(["a", "b"], known.everyone)
    places, behind = view.records_behind(np.arange(len(view.table)))
    assert len(places) == 2 * len(frame)
    for place, row in zip(places, behind, strict=True):
        column, value = view.table.loc[row]
        assert known.text(column, place) == (None if pd.isna(value) else value)
