"""What lies in the inbox, is still, and was never read as it now is.

Here: what one look keeps for the next, and which sources are to be read. Not here: which file
counts and what is taken of it (``sources.protocols.depots``), when to look (``sensors``).

A file is being written as long as two looks in a row do not see the same: no clock is asked.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.settings.settings import Settings
from sources.archive import Archive, FetchOutcome
from sources.client import Absent, Credentials, FetchContext, Fetched, Source, Unchanged
from sources.errors import FetchFailed
from sources.protocols.depots.arrivals import LATER
from sources.protocols.depots.inbox import deposits_named
from sources.wire.http import PortalSession

Answer = Fetched | Unchanged | Absent | FetchFailed


class InboxLook(BaseModel):
    """What a look at the inbox saw of each source, in one hash of names, sizes and dates.

    Attributes:
        seen: What it saw.
        examined: What was looked into already, since two looks in a row had seen it.
    """

    model_config = ConfigDict(frozen=True)

    seen: Mapping[str, str] = {}
    examined: Mapping[str, str] = {}

    @classmethod
    def read(cls, cursor: str | None) -> Self:
        """Return the look that a cursor keeps; none when there is no such cursor."""
        try:
            return cls.model_validate_json(cursor or "{}")
        except ValidationError:
            return cls()

    def again(self, inbox: Path, dropped: Iterable[Source]) -> Self:
        """Return what is seen now.

        Raises:
            OSError: The inbox cannot be read.
        """
        seen = {source.id: _listing(inbox, source) for source in dropped}
        return self.model_copy(update={"seen": seen})

    def still_since(self, before: Self) -> set[str]:
        """Return the sources that were seen so before, and not looked into since."""
        return {
            source_id
            for source_id, listing in self.seen.items()
            if before.seen.get(source_id) == listing != self.examined.get(source_id)
        }

    def having_examined(self, source_ids: Iterable[str]) -> Self:
        """Return this look with sources that were looked into."""
        examined = {source_id: self.seen[source_id] for source_id in source_ids}
        return self.model_copy(update={"examined": {**self.examined, **examined}})


def _listing(inbox: Path, source: Source) -> str:
    seen = hashlib.sha256()
    for path in deposits_named(inbox, source.contract.dataset):
        # The date of the last change of anything tells a copy that keeps the date of the original.
        now = path.lstat()
        marks = (path.name, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        seen.update(os.fsencode(f"{marks}\n"))
    return seen.hexdigest()[:16]


def unread(settings: Settings, still: Iterable[Source]) -> tuple[list[Source], list[Source]]:
    """Look into the files of sources, as a night does, and keep nothing of it.

    Args:
        settings: The station's.
        still: The sources of which nothing is being written.

    Returns:
        Those whose last outcome is not what a night would find now; those that are to be looked
        into again, since a file is empty or open.
    """
    archive = Archive(settings.folders.home)
    latest, changed, later = archive.latest_outcomes(), [], []
    for source in still:
        answer = _answer(settings, archive, source)
        if not isinstance(answer, FetchFailed) and any(
            LATER in notice for notice in answer.notices
        ):
            later.append(source)
        elif _is_news(answer, latest.get(source.id)):
            changed.append(source)
    return changed, later


def _answer(settings: Settings, archive: Archive, source: Source) -> Answer:
    with tempfile.TemporaryDirectory(prefix="vigie-") as scratch:
        context = FetchContext(
            session=PortalSession(),
            region=settings.region,
            credentials=Credentials(),
            inbox=settings.folders.inbox,
            scratch=Path(scratch),
            last=archive.last_accepted(source.id),
            received=tuple(archive.received(source.id)),
        )
        try:
            return source.client.fetch(source, context)
        except FetchFailed as error:
            return error


def _is_news(answer: Answer, latest: FetchOutcome | None) -> bool:
    """Tell whether what is found is not what was recorded last."""
    match answer:
        case Fetched(parts=(part,)):
            return latest is None or latest.extract_id != part.sha256
        case Unchanged():
            # What was refused was taken away.
            return latest is not None and not latest.is_good
        case FetchFailed(permanent=True, message=message):
            return latest is None or latest.message != message
        case _:
            # Rights that are missing, and a deposit that never came, are for the night to tell.
            return False
