"""Definitions read from dbt's manifest."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.cells.indicator_definition import DefinitionError, load_definitions

INDICATORS = Path(__file__).parents[4] / "dbt_project" / "models" / "indicators"
FIRST = {"kind": "definition", "version": "pcrh-1"}
CHANGE = {"kind": "definition", "version": "pcrh-2", "from": "2024", "reason": "autre chose"}

DECLARED = {
    "fiche": "1.A",
    "label": "Nombre de PCRH",
    "counts": "les missions",
    "unit_measure": "pcrh",
    "value_kind": "count",
    "producer": "DREETS",
    "contact": "la DREETS",
    "cadence": "annual",
    "origin": "declared",
    "period_kind": "year",
    "expected_lag_months": 5,
    "reference_period": "l'année civile",
    "comparability": [FIRST],
    "breakdowns": [{"by": "ref_area", "of": "REG", "parts": "DEP"}],
}


def manifest(**models: object) -> dict[str, Any]:
    nodes = {
        f"model.vigie.{name}": {"name": name, "resource_type": "model", "config": {"meta": meta}}
        for name, meta in models.items()
    }
    test = {"name": "not_null", "resource_type": "test", "config": {"meta": {"vigie": DECLARED}}}
    return {"nodes": {**nodes, "test.vigie.not_null": test}}


def test_reads_every_model_that_has_a_definition() -> None:
    definitions = load_definitions(manifest(a={"vigie": DECLARED}, stg_b={}))
    assert list(definitions) == ["a"]
    assert definitions["a"].id == "a"
    assert definitions["a"].breakdowns[0].parts == "DEP"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (0.0, float("inf"))),
        ({"maximum": 10}, (0.0, 10.0)),
        ({"value_kind": "rate", "unit_measure": "pct"}, (0.0, 100.0)),
        ({"minimum": -5, "value_kind": "rate"}, (-5.0, 100.0)),
    ],
)
def test_the_range_is_the_kinds_unless_told(
    told: dict[str, Any], expected: tuple[float, float]
) -> None:
    definitions = load_definitions(manifest(a={"vigie": {**DECLARED, **told}}))
    assert definitions["a"].range == expected


@pytest.mark.parametrize(
    "fault",
    [
        {"unit_measure": "points"},
        {"unknown": 1},
        {"label": None},
        {"breakdowns": [{"by": "category", "of": "REG", "parts": "taille"}]},
    ],
)
def test_refuses_a_faulty_definition_and_names_the_model(fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Définition de a"):
        load_definitions(manifest(a={"vigie": {**DECLARED, **fault}}))


def test_a_unit_that_is_in_no_list_is_refused_with_the_list_to_complete() -> None:
    """Its list is the seed, where its French name is; there is no other."""
    fault = {"unit_measure": "contrat"}
    with pytest.raises(
        DefinitionError, match=r": l'unité « contrat » n'est pas dans .*seeds/units\.csv"
    ):
        load_definitions(manifest(a={"vigie": {**DECLARED, **fault}}))


def test_refuses_a_whole_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="« 1C9 »"):
        load_definitions(manifest(a={"vigie": {**DECLARED, "part_of": "1C9"}}))


def test_a_category_may_be_in_another_unit_and_is_then_of_its_own_kind() -> None:
    told = {**DECLARED, "other_units": {"moins_11": "pct", "visiteurs": "visiteur"}}
    definition = load_definitions(manifest(a={"vigie": told}))["a"]
    seen = {
        category: (definition.unit_of(category), definition.kind_of(category))
        for category in ("_T", "moins_11", "visiteurs")
    }
    assert seen == {
        "_T": ("pcrh", "count"),
        "moins_11": ("pct", "rate"),
        "visiteurs": ("visiteur", "count"),
    }
    assert definition.range_of("moins_11") == (0.0, 100.0)
    assert definition.range_of("visiteurs") == definition.range_of("_T") == (0.0, float("inf"))


def written() -> dict[str, dict[str, Any]]:
    """Every definition as it is written, without dbt."""
    return {
        model["name"]: model["config"]["meta"]["vigie"]
        for path in sorted(INDICATORS.rglob("*.yml"))
        for model in yaml.safe_load(path.read_text("utf-8"))["models"]
    }


def test_every_indicator_is_defined_as_the_schema_asks() -> None:
    models = {path.stem for path in INDICATORS.rglob("*.sql")}
    definitions = load_definitions(manifest(**{n: {"vigie": v} for n, v in written().items()}))
    assert definitions.keys() == models


def test_only_what_is_computed_from_open_data_does_not_read_a_deposit() -> None:
    open_data = {name for name, told in written().items() if told["origin"] == "open_data"}
    declared = {
        path.stem for path in INDICATORS.rglob("*.sql") if "declared_" in path.read_text("utf-8")
    }
    assert open_data
    assert not open_data & declared


def test_both_indicators_made_of_one_deposit_are_due_at_once() -> None:
    due = {
        (written()[name]["period_kind"], written()[name]["expected_lag_months"])
        for name in ("1A4_pcrh_te", "1C1_pcrh")
    }
    assert len(due) == 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"origin": "file"}, "origin"),
        ({"period_kind": "semester"}, "period_kind"),
        ({"expected_lag_months": -1}, "expected_lag_months"),
        ({"reference_period": " "}, "reference_period"),
        ({"comparability": []}, "il manque la « definition »"),
        ({"comparability": [CHANGE]}, "il manque la « definition »"),
        ({"comparability": [FIRST, {**CHANGE, "reason": None}]}, "sans dire pourquoi"),
        ({"comparability": [CHANGE, FIRST]}, "ne se suivent pas"),
        ({"comparability": [FIRST, CHANGE, CHANGE]}, "ne se suivent pas"),
        ({"comparability": [FIRST, {**CHANGE, "from": "2023-2024"}]}, "n'est pas une année"),
        ({"not_applicable": [{"reason": "sans objet"}]}, "territoire, ventilation ou catégorie"),
        ({"not_applicable": [{"category": "m' or 1=1"}]}, "category"),
        ({"target": {"value": 6}}, "source"),
        ({"printed_differences": [{"table": "fiche", "time_period": "2023"}]}, "reason"),
    ],
)
def test_refuses_what_would_be_misread(fault: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        load_definitions(manifest(a={"vigie": {**DECLARED, **fault}}))


def test_a_version_is_in_force_from_its_period_on() -> None:
    told = {**DECLARED, "comparability": [FIRST, CHANGE]}
    definition = load_definitions(manifest(a={"vigie": told}))["a"]
    versions = [
        definition.version_in_force("definition", year) for year in ("2022", "2024", "2025")
    ]
    assert versions == ["pcrh-1", "pcrh-2", "pcrh-2"]
    assert definition.version_in_force("perimeter", "2024") is None
