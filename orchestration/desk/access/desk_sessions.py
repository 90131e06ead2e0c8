"""Sessions: who signed in from which browser, for how long.

Here: their beginning, and all that ends them. Not here: the cookie (``sign_in``), who is declared
(``station.desk_users``).

They are in the memory of the desk alone: all end with it.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestration.station.desk_users import DeskUser

HOUR = 3600.0


@dataclass(frozen=True)
class SessionLimits:
    """How long sessions last, and how many there are.

    Attributes:
        idle: Seconds without a page after which one ends.
        longest: Seconds after which it ends whatever is done with it.
        most: Beyond, the one that was left alone for longest ends.
    """

    idle: float = 2 * HOUR
    longest: float = 12 * HOUR
    most: int = 1000


@dataclass
class _Session:
    login: str
    password: str
    began: float
    seen: float


class DeskSessions:
    """The sessions of a desk.

    Args:
        limits: How long they last, and how many there are.
        clock: Gives the seconds.
    """

    def __init__(
        self,
        limits: SessionLimits = SessionLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sessions)

    def begin(self, login: str, user: DeskUser) -> str:
        """Begin the session of somebody whose password was right; return what names it."""
        now, token = self._clock(), secrets.token_urlsafe(32)
        self._sessions[token] = _Session(login, user.password, now, now)
        if len(self._sessions) > self._limits.most:
            self._sessions.popitem(last=False)
        return token

    def user_of(self, token: str, users: Mapping[str, DeskUser]) -> DeskUser | None:
        """Return whose session this is; None once it ended.

        Args:
            token: What names it.
            users: Who is declared now: a session ends with its user, and with the password.
        """
        session = self._sessions.get(token)
        if session is None:
            return None
        now, user = self._clock(), users.get(session.login)
        is_over = now - session.seen >= self._limits.idle or (
            now - session.began >= self._limits.longest
        )
        if is_over or user is None or user.password != session.password:
            self.end(token)
            return None
        session.seen = now
        self._sessions.move_to_end(token)
        return user

    def end(self, token: str) -> None:
        """End a session, if it had not ended yet."""
        self._sessions.pop(token, None)
