"""Who is let in at the desk, request by request.

Here: finding out who asks, and refusing what is not theirs. Not here: signing in (``sign_in``), the
pages that say why one is refused (``doors``).

Where nobody was ever declared, whoever reaches the desk may decide: it listens on the machine alone
(``exposure``). A desk that was closed once stays so until it is started again, even when the file
of who is declared is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from orchestration.desk.access.desk_sessions import DeskSessions
from orchestration.desk.access.proxies import ReverseProxies
from orchestration.desk.access.refusals import NotAdmittedError, SignInNeededError
from orchestration.desk.access.visitors import ANYBODY, Visitor, set_visitor, visitor_of
from orchestration.desk.safeguards import SAFE_METHODS
from orchestration.station.desk_users import DeskUser, DeskUsers, DeskUsersError

SIGN_IN, SIGN_OUT, STYLES = "/connexion", "/deconnexion", "/bureau.css"
FOR_ALL = frozenset({SIGN_IN, SIGN_OUT, STYLES})
"""What is answered to whoever asks."""
READERS_ONLY_READ = (
    "Vous lisez le bureau sans y décider : rien n'a été signé. Pour décider, demandez à qui "
    "entretient la station le rôle de décideur."
)
NOT_DECLARED = (
    "« {login} » n'est pas déclaré à ce bureau : demandez à qui entretient la station de le faire "
    "(« vigie users add »)."
)


@dataclass
class DeskRolls:
    """Those who are declared, as long as a desk is open.

    Attributes:
        users: The file of them.
    """

    users: DeskUsers
    _was_closed: bool = field(default=False, init=False)

    def declared(self) -> Mapping[str, DeskUser] | None:
        """Return who is declared now; None when nobody has been since the desk was opened.

        Raises:
            NotAdmittedError: The file cannot be read: nobody is let in.
        """
        try:
            users = self.users.read()
        except DeskUsersError as error:
            self._was_closed = True
            raise NotAdmittedError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None
        self._was_closed = self._was_closed or users is not None
        return {} if users is None and self._was_closed else users


@dataclass(frozen=True)
class Admission(AuthenticationBackend):
    """Finds out who asks.

    Attributes:
        rolls: Who is declared.
        sessions: Who signed in.
        proxies: What is in front of the desk.
        cookie: The name of the cookie that holds a session.
    """

    rolls: DeskRolls
    sessions: DeskSessions
    proxies: ReverseProxies
    cookie: str

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Visitor] | None:
        """Return who asks, or None for what is answered to whoever does.

        Raises:
            NotAdmittedError: It is nobody who is let in, or for nothing of that kind.
            SignInNeededError: It is nobody yet.
        """
        if conn.scope["path"] in FOR_ALL:
            return None
        visitor = self.visitor(conn)
        if conn.scope.get("method") not in SAFE_METHODS and not visitor.may_decide:
            raise NotAdmittedError(HTTPStatus.FORBIDDEN, READERS_ONLY_READ)
        set_visitor(visitor)
        return AuthCredentials(), visitor

    def visitor(self, conn: HTTPConnection) -> Visitor:
        """Return who asks.

        Raises:
            NotAdmittedError: It is nobody who is let in.
            SignInNeededError: It is nobody yet.
        """
        declared = self.rolls.declared()
        if self.proxies.header:
            return self._named_by_proxy(conn, declared or {})
        if declared is None:
            return ANYBODY
        user = self.sessions.user_of(conn.cookies.get(self.cookie, ""), declared)
        if user is None:
            raise SignInNeededError
        return visitor_of(user, by_session=True)

    def _named_by_proxy(self, conn: HTTPConnection, declared: Mapping[str, DeskUser]) -> Visitor:
        login = self.proxies.login(conn.scope)
        if user := declared.get(login):
            return visitor_of(user, by_session=False)
        sentence = NOT_DECLARED.format(login=login[:100])
        raise NotAdmittedError(HTTPStatus.FORBIDDEN, sentence)
