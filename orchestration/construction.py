"""What dbt's own tests said of the night's build, and which indicators a failure reaches.

A failing test stops what descends from the table it looked at, and nothing else: the rest is built
and goes out. What follows for the indicators reached is in ``expectations.construction``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import networkx

from expectations.construction import FailedCheck
from expectations.french import quoted
from orchestration.reporting.untrusted import cleaned

Rows = Sequence[Mapping[str, Any]]
RowsOf = Callable[[str], Rows]
"""Gives the rows of a query on the warehouse."""

SUCCESS = {"success", "pass", "skipped", "no-op"}
FOUND_ROWS = {"fail", "warn"}
INDICATORS = "indicators"
PUBLICATION = "exposure.vigie.publication"
LONGEST = 300
LONGEST_CODE = 80
SHOWN_ROWS = 3
KINDS = {
    "accepted_values": "La colonne « {} » contient un code inconnu.",
    "not_null": "La colonne « {} » a une cellule vide.",
    "reads_every_value": "La colonne « {} » contient une valeur illisible.",
    "relationships": "La colonne « {} » contient un code inconnu.",
    "unique": "La colonne « {} » a une valeur en double.",
    "unique_combination": "Plusieurs lignes ont la même clé.",
}


def failed_checks(
    results: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any], rows_of: RowsOf
) -> list[FailedCheck]:
    """Return what failed in a build.

    Args:
        results: The ``results`` of dbt's ``run_results.json``.
        manifest: Content of dbt's ``manifest.json``.
        rows_of: Runs the query of a failed test again, for the cases that it found.
    """
    return [
        _failed_check(result, manifest, rows_of)
        for result in results
        if result["status"] not in SUCCESS
    ]


def _failed_check(
    result: Mapping[str, Any], manifest: Mapping[str, Any], rows_of: RowsOf
) -> FailedCheck:
    unique_id = result["unique_id"]
    node = manifest["nodes"][unique_id]
    looked_at = [parent for parent in manifest["parent_map"][unique_id] if parent != unique_id]
    is_test = node["resource_type"] == "test"
    tables = looked_at if is_test else [unique_id]
    attached = node.get("attached_node") or (tables[-1] if tables else unique_id)
    rows = rows_of(result["compiled_code"]) if result["status"] in FOUND_ROWS else []
    return FailedCheck(
        name=node["name"],
        model=attached.split(".")[-1],
        message=_message(node, result, rows),
        indicators=tuple(sorted(_reached(tables, manifest, rows))),
    )


def _message(node: Mapping[str, Any], result: Mapping[str, Any], rows: Rows) -> str:
    """Say in French what failed: the test's own words, those of its kind, or dbt's."""
    kind = (node.get("test_metadata") or {}).get("name", "")
    told = node.get("description") or KINDS.get(kind, "").format(node.get("column_name"))
    if node["resource_type"] == "test" and told:
        return f"{' '.join(told.split())} ({result['failures']} cas{_shown(rows)})"
    return " ".join(str(result["message"]).split())[:LONGEST]


def _shown(rows: Rows) -> str:
    """Return the texts of the first rows found: the codes, the keys, never the numbers."""
    texts = (" / ".join(v for v in row.values() if isinstance(v, str)) for row in rows)
    shown = sorted({quoted(cleaned(text, LONGEST_CODE)) for text in texts if text})
    if not shown:
        return ""
    return f" : {', '.join(shown[:SHOWN_ROWS])}{'…' if len(shown) > SHOWN_ROWS else ''}"


def _reached(tables: Iterable[str], manifest: Mapping[str, Any], rows: Rows) -> set[str]:
    """Return the indicators below every one of some tables; from what is published, those named.

    A code unknown to a nomenclature is the fault of the table that holds it: what descends from
    the nomenclature alone has nothing to do with it. A failure on a table that the release is made
    of reaches the indicators that its rows name, or all of them; on any other mart, none.
    """
    nodes, looked_at = manifest["nodes"], set(tables)
    indicators = {name for name, node in nodes.items() if _layer(node) == INDICATORS}
    if looked_at.intersection(manifest["exposures"][PUBLICATION]["depends_on"]["nodes"]):
        known = {nodes[name]["name"] for name in indicators}
        named = {row.get("indicator") for row in rows}
        return known & named if named and named <= known else known
    children = networkx.DiGraph(
        (parent, child) for parent, known in manifest["child_map"].items() for child in known
    )
    below = [{name} | networkx.descendants(children, name) for name in looked_at]
    return {nodes[name]["name"] for name in indicators.intersection(*below)}


def _layer(node: Mapping[str, Any]) -> str:
    return str(node["fqn"][1]) if node.get("resource_type") == "model" else ""
