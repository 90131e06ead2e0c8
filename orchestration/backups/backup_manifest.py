"""What a backup says of itself: its files with their hashes, and where its links lead.

Here: the record, and what in it is refused. Not here: reading or writing the archive.

A backup comes from outside: a name that leaves the station, or is not one of what a station keeps,
is refused before anything is written.
"""

import re
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.settings.folders import DESK_USERS, HEARTBEAT, LETTERS
from orchestration.station.instance_settings import LOCAL
from sources.storage.register_file import REGISTER

MANIFEST = "sauvegarde.json"
FORMAT = 1
LARGEST_MANIFEST = 256 << 20
TREES = ("raw", "releases", "reports", "vintages", "outbox", LETTERS, "accuses", "inbox")
FILES = (REGISTER, HEARTBEAT, LOCAL, DESK_USERS)
LINKS = ("releases/current", "reports/current")
LEFT_OUT = ("warehouse.duckdb", "landed", "quality", "dbt", "dagster", "docs", "modeles")
"""What a night or a command makes again, from what is kept."""
LATEST = 1 << 34
"""A moment that no file system refuses."""
_FOLDER = re.compile(r"[0-9TZ]{1,40}")
_UNSAID = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class NotABackupError(ValueError):
    """A file is no backup, or is damaged; the message, in French, says what is wrong."""


class KeptFile(BaseModel):
    """A file of the station.

    Attributes:
        sha256: The hash of its bytes.
        bytes: How many there are.
        modified: When it was written, in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    modified: int = Field(ge=0, le=LATEST)


class BackupManifest(BaseModel):
    """What is in a backup.

    Attributes:
        format: The form of this record; a newer one is refused.
        vigie: The version that wrote it.
        made_at: When the station was so, in ISO 8601.
        files: The files, by their path from the station's home.
        links: The folder that each link leads to, by its path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: int = Field(ge=1, le=FORMAT)
    vigie: str = Field(max_length=100)
    made_at: str = Field(max_length=40)
    files: dict[str, KeptFile]
    links: dict[str, str]

    @model_validator(mode="after")
    def _stays_in_the_station(self) -> "BackupManifest":
        odd = [name for name in self.files if not is_kept(name)]
        odd += [link for link, to in self.links.items() if not _is_ours(link, to)]
        if odd:
            message = f"il nomme {odd[0][:200]!r}, qui n'est pas d'une station"
            raise ValueError(message)
        return self

    @property
    def weight(self) -> int:
        """How many bytes its files are."""
        return sum(file.bytes for file in self.files.values())


def read_backup_manifest(content: bytes) -> BackupManifest:
    """Return what a backup says of itself.

    Raises:
        NotABackupError: It says nothing that can be believed.
    """
    try:
        return BackupManifest.model_validate_json(content)
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        where = ".".join(map(str, wrong["loc"]))[:200]
        why = str(wrong["ctx"]["error"]) if wrong["type"] == "value_error" else where
        message = f"Sa liste {MANIFEST} est refusée : {why or 'ce n’est pas du JSON'}."
        raise NotABackupError(message) from None


def is_kept(name: str) -> bool:
    """Tell whether a path, from the home, is that of something that a station keeps."""
    path = PurePosixPath(name)
    is_plain = str(path) == name and not path.is_absolute() and not _UNSAID.search(name)
    if not is_plain or ".." in path.parts:
        return False
    is_in_a_tree = len(path.parts) > 1 and path.parts[0] in TREES
    return name in FILES or (is_in_a_tree and "/".join(path.parts[:2]) not in LINKS)


def _is_ours(link: str, target: str) -> bool:
    return link in LINKS and bool(_FOLDER.fullmatch(target))
