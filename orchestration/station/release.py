"""A release: its folder, its files, and what it says of itself.

Here: reading one. Not here: writing one (``publishing``), which one is in force
(``releases_in_force``), what a release *contains* (``publication``).

Each release is a folder of its own, named after the moment it was made.
"""

import hashlib
import json
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
from expectations.verdicts.table import Cell

CURRENT = "current"
PARTIAL = ".partial-"
MANIFEST = "manifest.json"
OBSERVATIONS = "observations.parquet"
PUBLISHED = "observations.csv"
"""The same rows, for readers."""

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
        named = frozenset(map(Cell.of, self.manifest["held"]))
        return named | {Cell(*map(str, key)) for key in kept.itertuples(index=False)}


class ReleaseDamagedError(ValueError):
    """A release is not what was published any more."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"La publication est abîmée : {place} manque, ou n'a plus le contenu qui a été publié. "
            "Restaurez ce fichier depuis une sauvegarde, sans le corriger à la main, puis "
            "recommencez ; « vigie verify » dit ce qui est abîmé d'autre."
        )
