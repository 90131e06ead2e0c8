"""Which sources an indicator is made of, as dbt's graph says.

Here: the graph, and that one question. Not here: which column of which source (``lineage``), nor
which rows (``explain``).
"""

from collections.abc import Mapping
from typing import Any

import networkx

from sources.registry import Source, source

AREAS = "model.vigie.int_areas"
"""The list of areas, which all indicators share: its sources are those of no number."""


def table_graph(manifest: Mapping[str, Any]) -> "networkx.DiGraph[Any]":
    """Return dbt's graph: from each node to those that read it."""
    return networkx.DiGraph(
        (parent, child) for parent, children in manifest["child_map"].items() for child in children
    )


def sources_of(indicator: str, manifest: Mapping[str, Any]) -> list[Source]:
    """Return the sources of the numbers of an indicator, in the order of their names."""
    graph = table_graph(manifest)
    graph.remove_node(AREAS)
    above = networkx.ancestors(graph, f"model.vigie.{indicator}")
    names = sorted(node.split(".")[-1] for node in above if node.startswith("source."))
    return [source(name) for name in names]
