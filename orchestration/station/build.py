"""The record of the last build: what the tables of the warehouse were made of.

Here: writing it and reading it again. Not here: what is *held* because of it
(``publication.gatekeeping``).

It is taken away before dbt begins and written once it has ended, tied to the observations it made:
a build cut short, or tables changed since, leave nothing to publish from.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from expectations.findings.unbuilt import FailedCheck, Whereabouts, unsound_indicators
from orchestration.settings.folders import Folders
from orchestration.station.code_version import code_version
from sources.storage.aside import write_aside

NOT_BUILT = "Rien n'est construit, ou la construction s'est interrompue : lancez la nuit."


@dataclass(frozen=True)
class Build:
    """A build of the dbt project.

    Attributes:
        fingerprint: Everything it depended on; empty when only a part was built, by hand.
        code_version: SHA-256 of the code.
        extracts: Extract in use of each source when it began.
        observations_sha256: Digest of the observations it made.
        failed: The tests that failed, in it or in an earlier build and not run again since.
        inputs: What it depended on, source by source; empty when only a part was built, by hand.
    """

    fingerprint: str
    code_version: str
    extracts: Mapping[str, str]
    observations_sha256: str
    failed: tuple[FailedCheck, ...]
    inputs: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    @property
    def unsound(self) -> set[str]:
        """The indicators whose tables cannot be trusted, whichever cell of them."""
        return unsound_indicators(self.failed)


def write_build(folders: Folders, build: Build) -> None:
    """Record a build."""
    content = json.dumps(asdict(build), ensure_ascii=False, sort_keys=True)
    write_aside(folders.quality / BUILD, content.encode())


def read_build(folders: Folders) -> Build | None:
    """Return the last build; None when there never was one, or it was cut short.

    Nor is there one when its record cannot be read any more: what it made is built again.
    """
    try:
        return _build((folders.quality / BUILD).read_bytes())
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None


def is_of_another_version(folders: Folders) -> bool:
    """Tell whether another version of the code made the last build; its record may not be read."""
    build = read_build(folders)
    return build.code_version != code_version() if build else (folders.quality / BUILD).exists()


def _build(record: bytes) -> Build:
    content: dict[str, Any] = json.loads(record)
    return Build(**{**content, "failed": tuple(map(_check, content["failed"]))})


def _check(row: Mapping[str, Any]) -> FailedCheck:
    whereabouts = tuple(Whereabouts(**each) for each in row["whereabouts"])
    return FailedCheck(
        **{**row, "indicators": tuple(row["indicators"]), "whereabouts": whereabouts}
    )


def forget_build(folders: Folders) -> None:
    """Take the record away: another build begins."""
    (folders.quality / BUILD).unlink(missing_ok=True)


BUILD = "build.json"
