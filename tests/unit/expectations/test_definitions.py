"""Definitions read from dbt's manifest."""

from typing import Any

import pytest

from expectations.definitions import load_definitions

DECLARED = {
    "fiche": "1.A",
    "label": "Nombre de PCRH",
    "counts": "les missions",
    "unit_measure": "pcrh",
    "value_kind": "count",
    "producer": "DREETS",
    "contact": "la DREETS",
    "cadence": "annual",
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


def test_reads_meta_beside_config_as_older_manifests_have_it() -> None:
    node = {"name": "a", "resource_type": "model", "config": {}, "meta": {"vigie": DECLARED}}
    assert list(load_definitions({"nodes": {"model.vigie.a": node}})) == ["a"]


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
