"""What dbt's own tests said of the night's build, and which indicators a failure reaches.

Here: naming what failed in French, and following dbt's graph. Not here: what follows for the
indicators reached (``expectations.findings.unbuilt``).

A failing test stops what descends from the table it looked at, and nothing else: the rest is built
and goes out. One that only warns stops nothing, and holds the indicators that its rows name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import networkx

from expectations.findings.unbuilt import FailedCheck
from expectations.french import number, quoted
from expectations.untrusted import cleaned
from orchestration.dbt import set_aside
from orchestration.dbt.origins import table_graph

Rows = Sequence[Mapping[str, Any]]
RowsOf = Callable[[str], Rows]
"""Gives the rows of a query on the warehouse."""

SUCCESS = {"success", "pass", "skipped", "no-op"}
WARNING = "warn"
FOUND_ROWS = {"fail", WARNING}
INDICATOR = "indicator"
INDICATORS = "indicators"
COLUMN = "column_name"
KIND = "kind"
LINE = "line"
PUBLICATION = "exposure.vigie.publication"
LONGEST = 300
LONGEST_CODE = 80
SHOWN_ROWS = 3
NO_CODES = {INDICATOR, COLUMN, KIND}
KINDS = {
    "accepted_values": "La colonne « {} » contient un code inconnu.",
    "empty": "La colonne « {} » a une cellule vide.",
    "not_null": "La colonne « {} » a une cellule vide.",
    "reads_every_value": "La colonne « {} » contient une valeur illisible.",
    "relationships": "La colonne « {} » contient un code inconnu.",
    "repeated": "Plusieurs lignes ont la même clé, « {} ».",
    "unique": "La colonne « {} » a une valeur en double.",
    "unique_combination": "Plusieurs lignes ont la même clé.",
}
"""What is said of a failure, by the kind that its rows name, or that of its test."""


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
        check
        for result in results
        if result["status"] not in SUCCESS
        for check in _failed(result, manifest, rows_of)
    ]


def _failed(
    result: Mapping[str, Any], manifest: Mapping[str, Any], rows_of: RowsOf
) -> Iterator[FailedCheck]:
    """Yield what failed: once, or once for each indicator or column that the rows found name."""
    unique_id = result["unique_id"]
    node = manifest["nodes"][unique_id]
    looked_at = [parent for parent in manifest["parent_map"][unique_id] if parent != unique_id]
    tables = looked_at if node["resource_type"] == "test" else [unique_id]
    rows = rows_of(result["compiled_code"]) if result["status"] in FOUND_ROWS else []
    stops = result["status"] != WARNING
    reached = _reached(tables, manifest, rows, stops=stops)
    for indicators, found in ((names, part) for names, all_ in reached for part in _parts(all_)):
        check = FailedCheck(
            name=node["name"],
            model=_model(node, tables or [unique_id]),
            message=_message(node, result, found),
            indicators=tuple(sorted(indicators)),
        )
        yield _about_lines(check, found) if node["name"] == set_aside.TEST and found else check


def _parts(rows: Rows) -> list[Rows]:
    """Part the rows of a test that looks at several columns by what they found and where."""
    parts: dict[tuple[object, object], list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault((row.get(COLUMN), row.get(KIND)), []).append(row)
    return [*parts.values()] or [rows]


def _about_lines(check: FailedCheck, lines: Rows) -> FailedCheck:
    """Say of a check which lines it is about, what they may concern, and what to ask of them."""
    return replace(
        check,
        message=set_aside.message(lines),
        title=set_aside.title(lines),
        question=set_aside.question(lines),
        whereabouts=set_aside.whereabouts(lines),
    )


def _model(node: Mapping[str, Any], tables: Sequence[str]) -> str:
    """Return the table that a check is about: the one it says, or the one it is written on."""
    meta = node.get("config", {}).get("meta", {}).get("dagster", {})
    attached = node.get("attached_node") or tables[-1]
    return str(meta.get("ref", {}).get("name") or attached.split(".")[-1])


def _message(node: Mapping[str, Any], result: Mapping[str, Any], rows: Rows) -> str:
    """Say in French what failed: the test's own words, those of its kind, or dbt's."""
    sentence = node.get("description") or _of_its_kind(node, rows)
    if node["resource_type"] == "test" and sentence:
        cases = len(rows) or result["failures"]
        return f"{' '.join(sentence.split())} ({cases} cas{_shown(rows)})"
    return " ".join(str(result["message"]).split())[:LONGEST]


def _of_its_kind(node: Mapping[str, Any], rows: Rows) -> str:
    """Say what tests of its kind find, in the column that its rows or the test itself name."""
    first = rows[0] if rows else {}
    kind = first.get(KIND) or (node.get("test_metadata") or {}).get("name", "")
    return KINDS.get(kind, "").format(first.get(COLUMN) or node.get("column_name"))


def _shown(rows: Rows) -> str:
    """Return what the first rows found are known by: codes, keys and lines, never the numbers."""
    places = sorted({(row.get(LINE) or 0, _place(row)) for row in rows})
    shown = [place for _, place in places if place]
    if not shown:
        return ""
    more = "…" if len(shown) > SHOWN_ROWS else ""
    counted = ", titres non comptés" if rows[0].get(LINE) else ""
    return f" : {', '.join(shown[:SHOWN_ROWS])}{more}{counted}"


def _place(row: Mapping[str, Any]) -> str:
    """Return the texts of a row, and its line in the extract when it says one."""
    text = " / ".join(v for k, v in row.items() if isinstance(v, str) and k not in NO_CODES)
    code = quoted(cleaned(text, LONGEST_CODE)) if text else ""
    return f"{code} ligne {number(row[LINE])}".strip() if row.get(LINE) else code


def _reached(
    tables: Iterable[str], manifest: Mapping[str, Any], rows: Rows, *, stops: bool
) -> list[tuple[set[str], Rows]]:
    """Return the indicators below every one of some tables; from a mart, each that its rows name.

    So does a warning, wherever it is: it stops nothing of what descends. A code unknown to a
    nomenclature is the fault of the table that holds it: what descends from the nomenclature alone
    has nothing to do with it. A failure on a table that the release is made of reaches all
    indicators when its rows do not all name one; on any other mart, none.
    """
    nodes, looked_at = manifest["nodes"], set(tables)
    indicators = {name for name, node in nodes.items() if _layer(node) == INDICATORS}
    names = {nodes[name]["name"] for name in indicators}
    if not stops and _names_some(names, rows):
        return _named(names, rows)
    if looked_at.intersection(manifest["exposures"][PUBLICATION]["depends_on"]["nodes"]):
        return _named(names, rows)
    graph = table_graph(manifest)
    below = [{name} | networkx.descendants(graph, name) for name in looked_at]
    return [({nodes[name]["name"] for name in indicators.intersection(*below)}, rows)]


def _named(indicators: set[str], rows: Rows) -> list[tuple[set[str], Rows]]:
    if not _names_some(indicators, rows):
        return [(indicators, rows)]
    return [
        ({name}, [row for row in rows if row[INDICATOR] == name])
        for name in sorted({str(row[INDICATOR]) for row in rows})
    ]


def _names_some(indicators: set[str], rows: Rows) -> bool:
    """Tell whether every row found names an indicator."""
    return bool(rows) and {row.get(INDICATOR) for row in rows} <= indicators


def _layer(node: Mapping[str, Any]) -> str:
    return str(node["fqn"][1]) if node.get("resource_type") == "model" else ""
