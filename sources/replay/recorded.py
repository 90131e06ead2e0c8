"""Which sources the replayed portals can answer for.

Here: that question only. A source without a recording is not asked for in the demonstration: it
would show failures that are those of the demonstration. Not here: the recordings themselves.
"""

from sources.client import Source
from sources.registry import sources
from sources.replay import opendatasoft
from sources.replay.faults import RECORDINGS


def recorded_sources() -> tuple[Source, ...]:
    """Return the sources that a replayed station may ask for."""
    return tuple(source for source in sources().values() if is_recorded(source))


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
        case "reference":
            return True
