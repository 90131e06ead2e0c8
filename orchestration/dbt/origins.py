"""Which sources an indicator is made of, as dbt's graph says.

Here: that one question. Not here: which column of which source (``lineage``), nor which rows
(``explain``).
"""

from collections.abc import Mapping
from typing import Any

import networkx

from sources.registry import Source, sources

AREAS = "model.vigie.int_areas"
"""The list of areas, which all indicators share: its sources are those of no number."""


def sources_of(indicator: str, manifest: Mapping[str, Any]) -> list[Source]:
    """Return the sources of the numbers of an indicator, in the order of their names."""
    parents = networkx.DiGraph(
        (parent, child) for parent, known in manifest["child_map"].items() for child in known
    )
    parents.remove_node(AREAS)
    above = networkx.ancestors(parents, f"model.vigie.{indicator}")
    names = sorted(one.split(".")[-1] for one in above if one.startswith("source."))
    return [sources()[name] for name in names]
