"""The Data Docs: the pages of the suites, in a folder of what they speak of, kept for a while.

Here: where the pages are and how long they are kept. Not here: what they say
(``expectations.validations.data_docs``).

They are made of the verdicts, not of a release: what is published again after a decision links to
the same pages, and a night whose suites could not be validated still has its report.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.french import date_long
from orchestration.settings.folders import Folders
from orchestration.station.verdicts import read_verdicts
from sources.storage.aside import write_folder_aside

KEPT = 30
"""Number of nights whose pages are kept, among those that brought something new."""
INDEX = "index.html"


def write_data_docs(folders: Folders, definitions: Mapping[str, IndicatorDefinition]) -> Path:
    """Write the pages of the suites that were validated, and return their index."""
    from expectations.validations.data_docs.pages import (  # noqa: PLC0415 it costs seconds
        gone,
        pages_of,
    )

    title = f"Les contrôles de la nuit du {date_long(datetime.now(UTC))}"
    folder = _folder(folders)
    fiches = {name: definition.fiche for name, definition in definitions.items()}
    write_folder_aside(folder, pages_of(folders.validations, title, fiches))
    for old in _oldest_first(folders.data_docs)[:-KEPT]:
        write_folder_aside(old, {INDEX: gone(KEPT)})
    return folder / INDEX


def data_docs_link(folders: Folders) -> str:
    """Return where the pages of the last verdicts are, from a report; empty when there are none."""
    folder = _folder(folders)
    place = folder.relative_to(folders.home).as_posix()
    return f"../../{place}/{INDEX}" if (folder / INDEX).exists() else ""


def _folder(folders: Folders) -> Path:
    _, looked_at = read_verdicts(folders)
    return folders.data_docs / looked_at[:12]


def _oldest_first(data_docs: Path) -> list[Path]:
    """Return the folders that have their pages; one whose pages were taken away has its index."""
    whole = [path for path in data_docs.iterdir() if len(list(path.glob("*.html"))) > 1]
    return sorted(whole, key=lambda path: (path / INDEX).stat().st_mtime_ns)
