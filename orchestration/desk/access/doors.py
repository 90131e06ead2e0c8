"""The doors of a desk: what stands before its pages, and the pages by which one passes.

Here: putting them together from the settings. Not here: each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from orchestration.desk import desk_pages
from orchestration.desk.access.admission import SIGN_IN, SIGN_OUT, Admission, DeskRolls
from orchestration.desk.access.desk_sessions import DeskSessions
from orchestration.desk.access.passwords import Passwords
from orchestration.desk.access.proxies import ReverseProxies
from orchestration.desk.access.refusals import NotAdmittedError
from orchestration.desk.access.return_paths import own_path
from orchestration.desk.access.sign_in import SignIn
from orchestration.desk.access.sign_in_throttle import SignInThrottle
from orchestration.desk.safeguards import SAFE_METHODS
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUsers

SESSION_OVER = (
    "Votre session est finie : rien n'a été signé. Connectez-vous, puis revenez à la page "
    "précédente : ce que vous y aviez écrit y est encore."
)


@dataclass(frozen=True)
class DeskDoors:
    """What one passes by.

    Attributes:
        admission: Finds out who asks.
        sign_in: Signs in and out.
    """

    admission: Admission
    sign_in: SignIn

    def routes(self, pages: Sequence[BaseRoute]) -> list[BaseRoute]:
        """Return the pages of a desk, those to sign in and out before them."""
        self.sign_in.pages = pages
        return [
            Route(SIGN_IN, self.sign_in.ask),
            Route(SIGN_IN, self.sign_in.enter, methods=["POST"]),
            Route(SIGN_OUT, self.sign_in.leave, methods=["POST"]),
            *pages,
        ]

    @property
    def middleware(self) -> Middleware:
        """What stands before the pages."""
        return Middleware(AuthenticationMiddleware, backend=self.admission, on_error=not_admitted)


def desk_doors(
    settings: Settings,
    passwords: Passwords | None = None,
    sessions: DeskSessions | None = None,
    throttle: SignInThrottle | None = None,
) -> DeskDoors:
    """Return the doors of the desk of a station.

    Args:
        settings: The station's.
        passwords: Checks passwords.
        sessions: Remembers who signed in.
        throttle: Counts the tries.
    """
    is_secure = settings.url.startswith("https://")
    admission = Admission(
        rolls=DeskRolls(DeskUsers(settings.folders)),
        sessions=DeskSessions() if sessions is None else sessions,
        proxies=ReverseProxies.of(settings),
        # By this name browsers keep it from being set or read for another host or path.
        cookie="__Host-vigie" if is_secure else "vigie",
    )
    sign_in = SignIn(
        admission,
        Passwords() if passwords is None else passwords,
        SignInThrottle() if throttle is None else throttle,
        is_secure=is_secure,
    )
    return DeskDoors(admission, sign_in)


def not_admitted(conn: HTTPConnection, error: Exception) -> Response:
    """Answer somebody who is not let in."""
    if isinstance(error, NotAdmittedError):
        return _refusal(error.status, str(error))
    if conn.scope.get("method") not in SAFE_METHODS:
        return _refusal(HTTPStatus.FORBIDDEN, SESSION_OVER)
    asked = own_path(_asked(conn.scope))
    if conn.headers.get("sec-fetch-site") == "cross-site":
        return _once_more(asked)
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'retour': asked})}", HTTPStatus.SEE_OTHER)


def _asked(scope: Scope) -> str:
    path, query = quote(scope["path"]), scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _refusal(status: HTTPStatus, sentence: str) -> Response:
    page = desk_pages.render_notice("Le bureau n'ouvre pas", sentence, {})
    return HTMLResponse(page, status)


def _once_more(asked: str) -> Response:
    """Have a browser ask again, from a page of this origin.

    Followed from a mail, a link brings no ``SameSite=Strict`` cookie: whoever signed in already
    would be asked to again.
    """
    return HTMLResponse(desk_pages.render("once_more.html", links={}, asked=asked))
