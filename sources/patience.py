"""How long a call waits before it is made again, and how long it may last in all.

Here: reading what a portal asks for (``Retry-After``, the reset of its quota), the growing delays,
and the clock of one call. Not here: making the call, nor which answers deserve another (``http``).
"""

import math
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

QUOTAS = ("x-ratelimit", "x-ratelimit-dataset")
"""What the names of a quota's headers begin with: that of the portal, that of one data set."""


class Clock:
    """What is left of the time that a whole call may take, other attempts included."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; negative when there are none."""
        return self._deadline - time.monotonic()

    def forgive(self, seconds: float) -> None:
        """Leave out of the count a time that we chose to wait ourselves."""
        self._deadline += seconds


def growing_delay(attempt: int, base: float, at_most: float) -> float:
    """Return the seconds before attempt ``attempt`` + 1: doubled each time, with jitter."""
    delay = min(math.ldexp(base, attempt - 1), at_most)
    return delay / 2 + random.uniform(0, delay / 2)  # noqa: S311 it spreads calls, no secret


def opens_at(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when the portal says that it may be asked again; None when it does not say.

    Args:
        status: Status of its answer: the quota's reset, which Opendatasoft writes on every answer
            as a date and documents as a number of seconds since 1970, only counts for a 429.
        headers: Headers of its answer, under lower case names.
        now: The present instant, with its time zone.
    """
    asked = [_retry_after(headers.get("retry-after", ""), now)]
    if status == 429:
        asked += [
            _instant(headers.get(f"{quota}-reset", ""))
            for quota in QUOTAS
            if headers.get(f"{quota}-remaining", "0").strip() == "0"
        ]
    return max((instant for instant in asked if instant), default=None)


def _retry_after(text: str, now: datetime) -> datetime | None:
    try:
        if text.strip().isdecimal():
            return now + timedelta(seconds=int(text))
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> datetime | None:
    try:
        if text.strip().isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        return _in_utc(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError, OSError):
        return None


def _in_utc(instant: datetime) -> datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
