"""A release: written aside, then switched in by one atomic step.

Here: its folder and its files. Not here: what a release *contains*, which the caller gives; nothing
is decided here.

Each release is a folder of its own, named after the moment it was made; ``current`` is a symbolic
link to the last whole one, and the only name that readers use.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.cells.observations import KEY
from expectations.findings.compared import PublicationStatus
from expectations.untrusted import as_csv
from expectations.verdicts.table import Cell
from sources.storage.aside import point_aside, write_aside

CURRENT = "current"
PARTIAL = ".partial-"
MANIFEST = "manifest.json"
OBSERVATIONS = "observations.parquet"
PUBLISHED = "observations.csv"
"""The same rows, for readers."""
IN_FORCE = "in_force.json"
"""The names of all releases that were in force, oldest first."""

RELINK = (
    "Sans lui aucune nuit ne sait ce qui a été publié. Restaurez-le avant la prochaine, vers la "
    "dernière publication : « ln -sfn {} '{}' »."
)
NAME = "%Y%m%dT%H%M%S%fZ"
"""A release is named after the moment, in UTC, at which it was made."""


@cache
def made_at(release_id: str) -> datetime:
    """Return the moment that a release is named after.

    Raises:
        ValueError: That is not the name of a release.
    """
    return datetime.strptime(release_id, NAME).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Release:
    """One published release.

    Attributes:
        folder: Its folder, under ``releases/``.
    """

    folder: Path

    @property
    def release_id(self) -> str:
        """Its name, for example ``20261122T010000Z``."""
        return self.folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the release says of itself: origin, hashes, held cells, findings."""
        try:
            content: dict[str, Any] = json.loads((self.folder / MANIFEST).read_bytes())
        except (FileNotFoundError, ValueError):
            raise ReleaseDamagedError(self.folder / MANIFEST) from None
        return content

    @property
    def last_decision(self) -> int:
        """Rank of the last decision that it knows; 0 when there was none."""
        return int(self.manifest.get("last_decision", 0))

    @property
    def breaks(self) -> list[int]:
        """Ranks of the decisions that it knows to be altered in the register, or taken out."""
        return list(self.manifest.get("register_breaks", []))

    def decisions(self, standing: str) -> set[int]:
        """Return the ranks of the decisions that had some standing when it was made."""
        decisions = self.manifest.get("decisions", [])
        return {
            decision["decision_id"] for decision in decisions if decision["standing"] == standing
        }

    @property
    def previous(self) -> "Release | None":
        """The release that it replaced; None for the first, or when that one is kept no more."""
        folder = self.folder.parent / str(self.manifest["previous"])
        return Release(folder) if folder.is_dir() else None

    @property
    def table(self) -> Path:
        """Where its rows are."""
        return self.folder / OBSERVATIONS

    @property
    def schema(self) -> pa.Schema:
        """The columns of its rows."""
        return pq.read_schema(self.table)

    def observations(self) -> pd.DataFrame:
        """Return the rows of the release, as they were published.

        Raises:
            ReleaseDamagedError: They are not those any more: what is held would go out as it is.
        """
        content = self.table.read_bytes() if self.table.exists() else b""
        try:
            published = self.manifest["files"][OBSERVATIONS]["sha256"]
        except (LookupError, TypeError):
            raise ReleaseDamagedError(self.folder / MANIFEST) from None
        if hashlib.sha256(content).hexdigest() != published:
            raise ReleaseDamagedError(self.table)
        return pd.read_parquet(BytesIO(content))

    @cached_property
    def held(self) -> frozenset[Cell]:
        """The cells that it holds, those that were never published included."""
        rows = self.observations()
        kept = rows.loc[rows["publication"] == PublicationStatus.HELD, KEY]
        named = (Cell(*(held[column] for column in KEY)) for held in self.manifest["held"])
        return frozenset(named) | {Cell(*map(str, key)) for key in kept.itertuples(index=False)}


def current_release(releases: Path) -> Release | None:
    """Return the release in force, or None before the first one."""
    link = releases / CURRENT
    return Release(link.resolve(strict=True)) if link.is_symlink() else None


class ReleaseDamagedError(ValueError):
    """A release is not what was published any more."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"La publication est abîmée : {place} manque, ou n'a plus le contenu qui a été publié. "
            "Restaurez ce fichier depuis une sauvegarde, sans le corriger à la main, puis "
            "recommencez ; « vigie verify » dit ce qui est abîmé d'autre."
        )


class ReleaseLostError(FileNotFoundError):
    """Releases were in force, and nothing says any more which one is; the message, in French."""


def refuse_when_lost(releases: Path) -> None:
    """Make sure that a station that published knows what: its next night would be a first one.

    Raises:
        ReleaseLostError: The link is gone, or leads nowhere.
    """
    link = releases / CURRENT
    if link.exists():
        return
    last = last_in_force(releases)
    if last or link.is_symlink() or recorded_in_force(releases):
        to_do = RELINK.format(last, link) if last else f"Restaurez {releases} d'une sauvegarde."
        raise ReleaseLostError(f"Le lien {link} manque, ou ne mène à rien. {to_do}")


def last_in_force(releases: Path) -> str | None:
    """Return the release that must have been in force last, where nothing leads to it any more.

    A folder that a kill kept from being switched in was never published: it counts only where
    nothing is written down.
    """
    there = sorted(
        path.parent.name for path in releases.glob(f"*/{MANIFEST}") if _is_whole(path.parent)
    )
    names = recorded_in_force(releases)
    return next(
        (name for name in reversed(there if names is None else names) if name in there), None
    )


def _is_whole(folder: Path) -> bool:
    return not (folder.is_symlink() or folder.name.startswith(PARTIAL))


def release_in_force(releases: Path) -> Release:
    """Return the release in force.

    Raises:
        FileNotFoundError: There is none yet.
    """
    release = current_release(releases)
    if release is None:
        message = f"Aucune publication dans {releases} ; lancez d'abord la nuit."
        raise FileNotFoundError(message)
    return release


def ever_in_force(releases: Path) -> list[str]:
    """Return the names of the releases that were in force, oldest first.

    A folder that a kill kept from being switched in was read by nobody. Where nothing is recorded
    yet, or what was cannot be read any more, they are those that the release in force replaced, one
    after the other.
    """
    recorded, current = recorded_in_force(releases), current_release(releases)
    names = _replaced_by(current) if recorded is None else recorded
    if current is None or current.release_id in names:
        return names
    return [*names, current.release_id]


def record_in_force(releases: Path) -> None:
    """Write down which releases were in force, before any of them is taken away."""
    names = ever_in_force(releases)
    if recorded_in_force(releases) != names:
        write_aside(releases / IN_FORCE, json.dumps(names, indent=1).encode())


def recorded_in_force(releases: Path) -> list[str] | None:
    """Return the names that are written down; None when none are, or they cannot be read."""
    try:
        names = json.loads((releases / IN_FORCE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return names if is_list else None


def _replaced_by(release: Release | None) -> list[str]:
    """Return a release's name after those of all that it and they replaced."""
    names: list[str] = []
    while release and release.release_id not in names:
        names.insert(0, release.release_id)
        release = release.previous
    return names


def publish(
    releases: Path, release_id: str, rows: pd.DataFrame, manifest: Mapping[str, Any]
) -> Release:
    """Write a release beside the current one, then switch to it.

    A kill before the last lines leaves the previous release in force and whole; what was left
    aside, or whole and never switched in, is swept by the next call.

    Args:
        releases: Folder of all releases.
        release_id: Name of the new one; must not exist yet.
        rows: The published cells, in their final order.
        manifest: What is known of the release; the hashes of its files are added here.

    Returns:
        The release, now current.

    Raises:
        FileExistsError: A release of that name exists already.
    """
    _sweep(releases)
    final = releases / release_id
    if final.exists():
        message = f"La publication {release_id} existe déjà dans {releases} ; rien n'a été écrit."
        raise FileExistsError(message)
    aside = releases / f"{PARTIAL}{release_id}"
    aside.mkdir()
    rows.to_parquet(aside / OBSERVATIONS, index=False)
    _as_csv(rows).to_csv(aside / PUBLISHED, index=False)
    files = {path.name: _fingerprint(path) for path in sorted(aside.iterdir())}
    content = {"release_id": release_id, **manifest, "rows": len(rows), "files": files}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    (aside / MANIFEST).write_text(text, "utf-8")
    _flush(aside)
    aside.rename(final)
    # The one that ends is written down while it is in force, the new one as soon as it is.
    record_in_force(releases)
    point_aside(releases / CURRENT, release_id)
    record_in_force(releases)
    return Release(final)


def _as_csv(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their texts as a spreadsheet may open them; numbers are as they are."""
    texts = rows.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    return rows.assign(**{column: _written(rows[column]) for column in texts})


def _written(column: "pd.Series[Any]") -> "pd.Series[Any]":
    written = {text: as_csv(text) for text in column.unique() if isinstance(text, str)}
    return column.map(lambda value: written.get(value, value))


def _sweep(releases: Path) -> None:
    for folder in _never_in_force(releases):
        # Its name goes first: a kill leaves nothing that looks like a release.
        folder.rename(releases / f"{PARTIAL}{folder.name}")
    for leftover in releases.glob(f"{PARTIAL}*"):
        shutil.rmtree(leftover)


def _never_in_force(releases: Path) -> list[Path]:
    """Return the folders of releases that a kill kept from being switched in.

    They were made after the one in force: of older ones a record that is damaged may say nothing.
    """
    current = current_release(releases)
    if current is None:
        return []
    known = ever_in_force(releases)
    return [
        folder
        for folder in releases.glob("[0-9]*")
        if folder.name > current.release_id and folder.name not in known
    ]


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
