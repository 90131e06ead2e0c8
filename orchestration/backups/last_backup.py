"""When a station was backed up last, and where: a note in the station itself.

Here: writing it and reading it. Not here: what is said of it (``doctor.kept``).
"""

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from orchestration.settings.folders import Folders
from sources.storage.aside import write_aside

NOTE = "last_backup.json"


class LastBackup(BaseModel):
    """A backup that was made.

    Attributes:
        at: When the station was so.
        archive: The file that it was written to.
    """

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    archive: str


def note_backup(folders: Folders, backup: LastBackup) -> None:
    """Note a backup that was written whole."""
    write_aside(folders.home / NOTE, backup.model_dump_json(indent=2).encode())


def read_last_backup(folders: Folders) -> LastBackup | None:
    """Return the last backup; None when none was made, or its note cannot be read."""
    try:
        return LastBackup.model_validate_json((folders.home / NOTE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
