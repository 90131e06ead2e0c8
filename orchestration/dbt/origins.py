"""Which sources and lists an indicator is made of, as dbt's graph says.

Here: the graph, and these questions. Not here: which column of which source (``lineage``), nor
which rows (``explain``).
"""

from collections.abc import Mapping
from operator import itemgetter
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
    above = _ancestors(indicator, manifest)
    names = sorted(node.split(".")[-1] for node in above if node.startswith("source."))
    return [source(name) for name in names]


def lists_of(indicator: str, manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the lists of others, kept with the code, that go into the numbers of an indicator.

    Each as its seed declares it (``meta: origin``): label, producer, licence.
    """
    metas = [
        manifest["nodes"].get(node, {}).get("meta", {}) for node in _ancestors(indicator, manifest)
    ]
    return sorted((meta["origin"] for meta in metas if "origin" in meta), key=itemgetter("label"))


def _ancestors(indicator: str, manifest: Mapping[str, Any]) -> set[str]:
    graph = table_graph(manifest)
    graph.remove_node(AREAS)
    return set(networkx.ancestors(graph, f"model.vigie.{indicator}"))
