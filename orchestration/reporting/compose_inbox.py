"""From the inbox of the last night to the report's lines: what was not read, and why.

Here: putting together what each source says of its own files and what is nobody's. Not here: what
was seen (``station.inbox_strays``), layout.
"""

from expectations.french import typeset
from orchestration.settings.folders import Folders
from orchestration.station.inbox_strays import read_strays
from sources.archive import Archive
from sources.registry import sources


def inbox_lines(folders: Folders) -> tuple[str, ...]:
    """Return a French sentence for each file of the inbox that no source uses."""
    latest = Archive(folders.home).latest_outcomes()
    beside = (
        f"{source.label} : {notice}"
        for source_id, source in sources().items()
        if source_id in latest
        for notice in latest[source_id].notices
    )
    return tuple(map(typeset, (*beside, *read_strays(folders).sentences)))
