"""What of the dbt project depends on sources.

Here: what is below them in its graph (``origins``). Not here: which sources changed
(``fingerprint``), what is built (``assets.indicators``).
"""

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

import networkx

from orchestration.dbt.origins import table_graph

NEVER_BUILT = ("unit_test.", "exposure.")
EPHEMERAL = "ephemeral"
"""How a model is made that is but a part of the SQL of others."""


def reached_from(manifest: Mapping[str, Any], source_ids: Collection[str]) -> set[str] | None:
    """Return the ids of the nodes that depend on sources.

    Args:
        manifest: Content of dbt's ``manifest.json``.
        source_ids: The sources.

    Returns:
        The ids of those that have a result of their own when they are built: models, tests,
        snapshots; None when one is no source of the project.
    """
    nodes = {node["name"]: node_id for node_id, node in manifest["sources"].items()}
    if not nodes.keys() >= set(source_ids):
        return None
    graph = table_graph(manifest)
    below = (networkx.descendants(graph, nodes[source_id]) for source_id in source_ids)
    built = {node_id for node_id in chain(*below) if not node_id.startswith(NEVER_BUILT)}
    ways = {node_id: manifest["nodes"][node_id]["config"]["materialized"] for node_id in built}
    return {node_id for node_id, way in ways.items() if way != EPHEMERAL}
