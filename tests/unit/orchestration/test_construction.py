"""A failed test reaches the indicators below the table it looked at, and no other."""

from typing import Any

import pytest

from orchestration.construction import failed_checks


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
    },
    "exposures": {"exposure.vigie.publication": {"depends_on": {"nodes": ["fct"]}}},
    "sources": {},
    "parent_map": {
        "code_unknown": ["stg_pcrh"],
        "rows_lost": ["1C2"],
        "on_the_mart": ["fct"],
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
    return {"unique_id": unique_id, "status": status, "failures": 2, "message": "Got 2 results"}


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
    (check,) = failed_checks([_result(failing)], MANIFEST)
    assert check.indicators == indicators
    assert check.message == message


def test_what_passed_or_was_skipped_is_no_failure() -> None:
    results = [_result("code_unknown", "pass"), _result("1A4", "skipped")]
    assert failed_checks(results, MANIFEST) == []
