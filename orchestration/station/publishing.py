"""A release is written aside, then switched in by one atomic step.

Here: writing its files, and sweeping what a kill left. Not here: what a release *contains*, which
the caller gives; nothing is decided here.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from expectations.untrusted import as_csv
from orchestration.station.release import (
    CURRENT,
    MANIFEST,
    OBSERVATIONS,
    PARTIAL,
    PUBLISHED,
    Release,
)
from orchestration.station.releases_in_force import current_release, ever_in_force, record_in_force
from sources.storage.aside import point_aside


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
    were_in_force = ever_in_force(releases)
    return [
        folder
        for folder in releases.glob("[0-9]*")
        if folder.name > current.release_id and folder.name not in were_in_force
    ]


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
