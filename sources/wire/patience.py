"""How long to wait before a portal is asked, or asked again.

Here: the pace that a portal allows, the reading of ``Retry-After`` and of the reset headers of
quotas, and the backoff. Not here: what is worth asking again, nor how long a call may last in all
(``http``).
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

RESET_HEADERS = ("x-ratelimit-reset", "x-ratelimit-dataset-reset")
FINENESS = 1000


class Clock(Protocol):
    """What tells the seconds and lets them pass, as the module ``time`` does."""

    def monotonic(self) -> float:
        """Return a number of seconds that never goes back."""

    def sleep(self, seconds: float, /) -> None:
        """Let some seconds pass."""


class Pace:
    """At most ``calls`` calls in any ``seconds``, waiting for the next one."""

    def __init__(self, calls: int, seconds: float = 60.0, clock: Clock = time) -> None:
        self._calls: deque[float] = deque(maxlen=calls)
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()

    def take(self) -> None:
        """Return when a call may be made."""
        with self._lock:
            now = self._clock.monotonic()
            is_full = len(self._calls) == self._calls.maxlen
            start = max(now, self._calls[0] + self._seconds) if is_full else now
            self._calls.append(start)
        self._clock.sleep(start - now)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return for how many seconds a portal asks to be left alone; None when it does not say.

    ``Retry-After`` is a number of seconds or a date of HTTP (RFC 9110, section 10.2.3);
    Opendatasoft's ``X-RateLimit-Reset`` is a date such as ``2026-08-12 00:00:00+00:00``, and counts
    only once nothing remains of the quota.
    """
    retry_after = headers.get("retry-after", "").strip()
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    moment = _http_date(retry_after) or _reset_date(headers)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def backoff(attempt: int, base: float) -> float:
    """Return a wait that doubles at each attempt, drawn so that callers do not come back together.

    Args:
        attempt: How many attempts have failed, from 1.
        base: Seconds of the first wait; waits are between one and two times their step.
    """
    step = base * 2.0 ** min(attempt - 1, 16)
    return step * (1.0 + secrets.randbelow(FINENESS) / FINENESS)


def _http_date(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text))
    except ValueError:
        return None


def _reset_date(headers: Mapping[str, str]) -> datetime | None:
    for name in RESET_HEADERS:
        try:
            moment = datetime.fromisoformat(headers.get(name, "").strip())
        except ValueError:
            continue
        if headers.get(name.replace("reset", "remaining"), "0").strip() == "0":
            return _aware(moment)
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
