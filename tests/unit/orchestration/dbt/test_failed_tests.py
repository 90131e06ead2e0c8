"""A failed test reaches the indicators below the table it looked at, and no other."""

from typing import Any

import pytest

from expectations.findings.unbuilt import Whereabouts
from orchestration.dbt.failed_tests import failed_checks


def _model(layer: str, name: str) -> dict[str, Any]:
    return {"name": name, "resource_type": "model", "fqn": ["vigie", layer, name]}


def _test(name: str, kind: str | None = None, description: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": "test",
        "fqn": ["vigie", name],
        "description": description,
        "test_metadata": {"name": kind} if kind else None,
        "column_name": "theme",
    }


MANIFEST = {
    "nodes": {
        "stg_pcrh": _model("staging", "stg_pcrh"),
        "stg_census": _model("staging", "stg_census"),
        "1A4": _model("indicators", "1A4"),
        "1C1": _model("indicators", "1C1"),
        "1C2": _model("indicators", "1C2"),
        "fct": _model("marts", "fct"),
        "wide": _model("marts", "wide"),
        "code_unknown": _test("code_unknown", kind="relationships"),
        "rows_lost": _test("rows_lost", description="Des lignes se perdent."),
        "on_the_mart": _test("on_the_mart", kind="unique_combination"),
        "line_set_aside": _test("line_set_aside"),
        "keys": {**_test("keys", kind="sound_keys"), "column_name": None},
        "values": {**_test("values", kind="reads_every_value"), "column_name": None},
    },
    "exposures": {"exposure.vigie.publication": {"depends_on": {"nodes": ["fct"]}}},
    "sources": {},
    "parent_map": {
        "code_unknown": ["stg_pcrh"],
        "rows_lost": ["1C2"],
        "on_the_mart": ["fct"],
        "line_set_aside": ["stg_pcrh"],
        "keys": ["stg_pcrh"],
        "values": ["stg_pcrh"],
        "stg_pcrh": [],
        "wide": ["fct"],
    },
    "child_map": {
        "stg_pcrh": ["1A4", "1C1", "code_unknown"],
        "stg_census": ["1C2"],
        "1A4": ["fct"],
        "1C1": ["fct"],
        "1C2": ["fct", "rows_lost"],
        "fct": ["on_the_mart", "wide"],
    },
}


def _result(unique_id: str, status: str = "fail") -> dict[str, Any]:
    return {
        "unique_id": unique_id,
        "status": status,
        "failures": 2,
        "message": "Got 2 results",
        "compiled_code": "select",
    }


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _no_rows(_query: str) -> list[dict[str, Any]]:
    return []


@pytest.mark.parametrize(
    ("failing", "indicators", "message"),
    [
        ("code_unknown", ("1A4", "1C1"), "La colonne « theme » contient un code inconnu. (2 cas)"),
        ("rows_lost", ("1C2",), "Des lignes se perdent. (2 cas)"),
        ("on_the_mart", ("1A4", "1C1", "1C2"), "Plusieurs lignes ont la même clé. (2 cas)"),
        ("stg_pcrh", ("1A4", "1C1"), "Got 2 results"),
        ("wide", (), "Got 2 results"),
    ],
)
def test_what_a_failure_reaches(failing: str, indicators: tuple[str, ...], message: str) -> None:
    (check,) = failed_checks([_result(failing)], MANIFEST, _no_rows)
    assert check.indicators == indicators
    assert check.message == message


def test_the_codes_found_are_named_and_numbers_are_not() -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        assert query == "select"
        return [{"theme": "numérique", "n": 2}, {"theme": "a\n\nb", "n": 1}]

    (check,) = failed_checks([_result("code_unknown")], MANIFEST, rows)
    assert plain(check.message) == (
        "La colonne « theme » contient un code inconnu. (2 cas : « a b », « numérique »)"
    )
    assert check.indicators == ("1A4", "1C1")


def test_a_failure_names_each_column_with_its_lines_and_what_is_written() -> None:
    rows = [
        {"column_name": "taux", "line": 1012, "written": "n. c."},
        {"column_name": "nombre", "line": 4, "written": "douze"},
        {"column_name": "nombre", "line": 3, "written": "onze"},
    ]
    checks = failed_checks([_result("values")], MANIFEST, lambda _: rows)
    assert [plain(check.message) for check in checks] == [
        "La colonne « taux » contient une valeur illisible. "
        "(1 cas : « n. c. » ligne 1 012, titres non comptés)",
        "La colonne « nombre » contient une valeur illisible. "
        "(2 cas : « onze » ligne 3, « douze » ligne 4, titres non comptés)",
    ]
    assert {check.indicators for check in checks} == {("1A4", "1C1")}


def test_an_empty_key_and_a_repeated_one_are_two_things() -> None:
    rows = [
        {"kind": "empty", "column_name": "code", "line": 2, "written": None},
        {"kind": "repeated", "column_name": "code, theme", "line": 7, "written": "44 / tous"},
    ]
    checks = failed_checks([_result("keys")], MANIFEST, lambda _: rows)
    assert [plain(check.message) for check in checks] == [
        "La colonne « code » a une cellule vide. (1 cas : ligne 2, titres non comptés)",
        "Plusieurs lignes ont la même clé, « code, theme ». "
        "(1 cas : « 44 / tous » ligne 7, titres non comptés)",
    ]


def test_a_failure_on_a_mart_reaches_each_indicator_that_its_rows_name() -> None:
    rows = [{"indicator": name, "code": code} for name, code in (("1C2", "x"), ("1A4", "y"))]
    checks = failed_checks([_result("on_the_mart", "warn")], MANIFEST, lambda _: rows)
    assert [check.indicators for check in checks] == [("1A4",), ("1C2",)]
    assert ["y" in check.message for check in checks] == [True, False]
    assert ["1 cas" in check.message for check in checks] == [True, True]


def test_a_warning_reaches_the_indicators_that_its_rows_name_and_no_other() -> None:
    rows = [{"indicator": "1A4", "code": "x"}]
    (check,) = failed_checks([_result("code_unknown", "warn")], MANIFEST, lambda _: rows)
    assert check.indicators == ("1A4",)
    (check,) = failed_checks([_result("code_unknown")], MANIFEST, lambda _: rows)
    assert check.indicators == ("1A4", "1C1")


@pytest.mark.parametrize("unnamed", ["9Z9", None])
def test_a_failure_on_a_mart_reaches_all_when_a_row_names_none(unnamed: str | None) -> None:
    rows = [{"indicator": "1C2"}, {"indicator": unnamed}]
    (check,) = failed_checks([_result("on_the_mart")], MANIFEST, lambda _: rows)
    assert check.indicators == ("1A4", "1C1", "1C2")


def test_a_line_set_aside_is_told_with_what_to_ask() -> None:
    line = {
        "indicator": "1A4",
        "source_id": "region_indicateurs",
        "line": 12,
        "flaw": "territoire",
        "written": "99",
        "likely_code": None,
        "legible_period": "2024",
        "legible_area": None,
    }
    (check,) = failed_checks([_result("line_set_aside", "warn")], MANIFEST, lambda _: [line])
    assert check.indicators == ("1A4",)
    assert check.message.startswith("La ligne 12, titres non comptés, du dépôt")
    assert check.title == "une ligne du dépôt est mise à part, territoire inconnu"
    assert "« 99 »" in plain(check.question)
    assert check.whereabouts == (Whereabouts("2024", None),)


def test_a_check_is_about_the_table_that_it_says() -> None:
    told = {"meta": {"dagster": {"ref": {"name": "1C2"}}}}
    nodes = {**MANIFEST["nodes"], "rows_lost": {**MANIFEST["nodes"]["rows_lost"], "config": told}}
    parents = {**MANIFEST["parent_map"], "rows_lost": ["1C2", "stg_census"]}
    manifest = {**MANIFEST, "nodes": nodes, "parent_map": parents}
    (check,) = failed_checks([_result("rows_lost")], manifest, _no_rows)
    assert check.model == "1C2"


def test_the_query_of_what_could_not_run_is_not_run_again() -> None:
    def never(_query: str) -> list[dict[str, Any]]:
        raise AssertionError

    (check,) = failed_checks([_result("stg_pcrh", "error")], MANIFEST, never)
    assert check.message == "Got 2 results"
    assert check.indicators == ("1A4", "1C1")


def test_what_passed_or_was_skipped_is_no_failure() -> None:
    results = [_result("code_unknown", "pass"), _result("1A4", "skipped")]
    assert failed_checks(results, MANIFEST, _no_rows) == []
