"""The sign that a good night leaves, for whoever watches from outside.

Here: its file, and the address of an outside monitor that is asked for. Not here: who watches
(``commands.watch``), what is told when no sign comes (``alarm``).

The watch must not live in what may be down: it needs neither Dagster nor its daemon, the warehouse
nor the register.
"""

import logging
from datetime import UTC, datetime, timedelta

import requests
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.releases_in_force import current_release
from sources.archive import Archive
from sources.storage.aside import write_aside
from sources.wire.bounded import within

A_NIGHT = timedelta(hours=26)
"""How old the last good night may be: a day, and what a long night takes."""
SOON = timedelta(minutes=10)
"""What two clocks may differ by; a good night later than that is one that no clock has seen."""
LONGEST_PING = timedelta(seconds=20)
LONGEST_SILENCE = 10

logger = logging.getLogger(__name__)


class Heartbeat(BaseModel):
    """A good night.

    Attributes:
        at: When it ended.
        release: The release in force after it; empty when there is none.
        held: How many cells that release holds.
        troubles: The sources that were in trouble.
    """

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    release: str = ""
    held: int = 0
    troubles: tuple[str, ...] = ()


def read_heartbeat(folders: Folders) -> Heartbeat | None:
    """Return the last good night; None when none was ever noted, or its sign cannot be read."""
    try:
        return Heartbeat.model_validate_json(folders.heartbeat.read_bytes())
    except (OSError, ValidationError):
        # On a disk that is gone or fails, as where no night was: whoever watches must tell it.
        return None


def is_recent(last: Heartbeat, now: datetime, longest: timedelta) -> bool:
    """Tell whether the last good night is recent: neither too old, nor of the future."""
    return -SOON <= now - last.at <= longest


def leave_heartbeat(settings: Settings, at: datetime) -> None:
    """Note that a night was good, and tell it to the outside monitor when there is one.

    Args:
        settings: The station's.
        at: When the night ended; one that is noted already counts when it is later, but for one of
            the future, which a clock that was wrong left.
    """
    folders = settings.folders
    last = read_heartbeat(folders)
    if last is None or not at <= last.at <= max(at, datetime.now(UTC)) + SOON:
        content = _of_tonight(folders, at).model_dump_json(indent=2)
        write_aside(folders.heartbeat, content.encode())
    if url := settings.heartbeat_url.get_secret_value():
        ping(url, LONGEST_PING)


def _of_tonight(folders: Folders, at: datetime) -> Heartbeat:
    release = current_release(folders.releases)
    outcomes = Archive(folders.home).latest_outcomes()
    return Heartbeat(
        at=at,
        release=release.release_id if release else "",
        held=len(release.held) if release else 0,
        troubles=tuple(sorted(i for i, last in outcomes.items() if not last.is_good)),
    )


def ping(url: str, longest: timedelta) -> bool:
    """Ask for an address, and tell whether it answered well: a night never fails for it.

    Whatever the address does, it takes no longer. The address is a secret, which errors repeat:
    only their kind is in the log.
    """
    try:
        with within(longest.total_seconds(), lambda: _asked(url)) as answer:
            answer.raise_for_status()
    except (OSError, ValueError) as error:
        logger.warning("Le veilleur extérieur n'a pas répondu : %s.", type(error).__name__)
        return False
    return True


def _asked(url: str) -> requests.Response:
    return requests.get(url, timeout=LONGEST_SILENCE, stream=True, allow_redirects=False)
