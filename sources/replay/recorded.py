"""Which sources the replayed portals can answer for.

Here: that question only. A source without a recording is not asked for in the demonstration: it
would show failures that are those of the demonstration. Not here: the recordings themselves.
"""

import re

from sources.client import Source
from sources.registry import families, member, sources
from sources.replay import opendatasoft
from sources.replay.faults import RECORDINGS


def replayed_sources() -> tuple[Source, ...]:
    """Return the sources that a replayed portal can be told to fail: declared, or recorded."""
    listed = (member for name in families() for member in recorded_members(name))
    return (*sources().values(), *listed)


def recorded_members(family_id: str) -> list[Source]:
    """Return the members of a family that were recorded."""
    pattern = sources()[families()[family_id].catalogue].contract.dataset
    return [
        member(family_id, found["session"], found[0])
        for found in (re.fullmatch(pattern, dataset) for dataset in opendatasoft.listed_datasets())
        if found
    ]


def is_recorded(source: Source) -> bool:
    """Tell whether a replayed station may ask for a source.

    A partner who deposits nothing elsewhere is a fact, when a deposit of his was recorded here.
    """
    name = source.contract.dataset.rpartition("/")[2]
    match source.contract.protocol:
        case "opendatasoft":
            return opendatasoft.is_recorded(name)
        case "melodi":
            return (RECORDINGS / "insee" / f"{name}.json").exists()
        case "france_travail":
            return (RECORDINGS / "france_travail" / f"{name}.json").exists()
        case "melodi_file":
            # Its zones are cut at the border of the region: enough to replay faults, not a night.
            return False
        case "depot" | "france_travail_series":
            return any((RECORDINGS / "depots").glob(f"{name}.*"))
        case "reference" | "opendatasoft_catalogue":
            return True
