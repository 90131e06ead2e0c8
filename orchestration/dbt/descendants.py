"""What of the dbt project depends on sources.

Here: the walk down its graph. Not here: which sources changed (``fingerprint``), what is built
(``assets.indicators``).
"""

from collections.abc import Collection, Mapping
from typing import Any

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
    reached: set[str] = set()
    waiting = [nodes[source_id] for source_id in source_ids]
    while waiting:
        below = set(manifest["child_map"][waiting.pop()]) - reached
        reached |= below
        waiting += below
    built = (node_id for node_id in reached if not node_id.startswith(NEVER_BUILT))
    return {node_id for node_id in built if _way(manifest["nodes"][node_id]) != EPHEMERAL}


def _way(node: Mapping[str, Any]) -> str:
    return str(node["config"]["materialized"])
