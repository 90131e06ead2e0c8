"""What depends on a source is all that is below it in dbt's graph, and has a result of its own."""

from typing import Any

import pytest

from orchestration.dbt.descendants import reached_from

CHILDREN = {
    "source.vigie.landed.a": ["model.vigie.stg_a", "test.vigie.not_null_a"],
    "source.vigie.landed.b": ["model.vigie.stg_b"],
    "model.vigie.stg_a": ["model.vigie.rows", "unit_test.vigie.stg_a.one"],
    "model.vigie.stg_b": ["model.vigie.mart"],
    "model.vigie.rows": ["model.vigie.mart"],
    "model.vigie.mart": ["snapshot.vigie.vintages", "exposure.vigie.release"],
    "snapshot.vigie.vintages": [],
    "test.vigie.not_null_a": [],
    "unit_test.vigie.stg_a.one": [],
    "exposure.vigie.release": [],
}
WAYS = {"model.vigie.rows": "ephemeral"}
MANIFEST: dict[str, Any] = {
    "sources": {f"source.vigie.landed.{name}": {"name": name} for name in "ab"},
    "nodes": {
        node: {"config": {"materialized": WAYS.get(node, "table")}}
        for node in CHILDREN
        if node.startswith(("model.", "test.", "snapshot."))
    },
    "child_map": CHILDREN,
}
BELOW_BOTH = {"model.vigie.mart", "snapshot.vigie.vintages"}
BELOW_A = {"model.vigie.stg_a", "test.vigie.not_null_a", *BELOW_BOTH}
BELOW_B = {"model.vigie.stg_b", *BELOW_BOTH}


@pytest.mark.parametrize(
    ("changed", "reached"),
    [(set(), set()), ({"a"}, BELOW_A), ({"b"}, BELOW_B), ({"a", "b"}, BELOW_A | BELOW_B)],
)
def test_what_is_below_a_source_depends_on_it(changed: set[str], reached: set[str]) -> None:
    assert reached_from(MANIFEST, changed) == reached


def test_what_dbt_does_not_know_may_reach_anything() -> None:
    assert reached_from(MANIFEST, {"a", "parcoursup_2018"}) is None
