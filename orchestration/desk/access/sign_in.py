"""Signing in and out.

Here: the form, what it answers, the cookie. Not here: whether a password is right (``passwords``),
how often one may try (``sign_in_throttle``), how long it lasts (``desk_sessions``).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from expectations.french import count
from orchestration.desk import desk_pages
from orchestration.desk.access.admission import SIGN_IN, Admission
from orchestration.desk.access.passwords import Passwords
from orchestration.desk.access.return_paths import return_path
from orchestration.desk.access.sign_in_throttle import SignInThrottle
from orchestration.desk.decision_form import sent_form
from orchestration.station.desk_users import LONGEST_LOGIN, DeskUser, login_of

WRONG = "Ce nom et ce mot de passe ne vont pas ensemble, ou personne n'est déclaré sous ce nom."
TOO_MANY = "Trop d'essais ont échoué : attendez {minutes}, puis réessayez."

logger = logging.getLogger(__name__)


@dataclass
class SignIn:
    """Signs people in and out.

    Attributes:
        admission: Who is declared, and who signed in.
        passwords: Tells whether one is right.
        throttle: Counts the tries.
        is_secure: Whether browsers reach the desk by https alone.
        pages: The pages that one may go on to.
    """

    admission: Admission
    passwords: Passwords
    throttle: SignInThrottle
    is_secure: bool
    pages: Sequence[BaseRoute] = ()
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A password costs the memory that argon2 takes: never twice at once."""

    async def ask(self, request: Request) -> Response:
        """Answer with the form, or go on where it has nothing to ask."""
        onward = return_path(request.query_params.get("retour", ""), self.pages)
        if self._asks_for_passwords() and not self._signed_in(request):
            return _page(onward)
        return RedirectResponse(onward, HTTPStatus.SEE_OTHER)

    async def enter(self, request: Request) -> Response:
        """Sign in whoever gave the right password, and go on; say what is wrong otherwise."""
        form = await sent_form(request)
        onward = return_path(form.get("retour", ""), self.pages)
        if not self._asks_for_passwords():
            return RedirectResponse(onward, HTTPStatus.SEE_OTHER)
        login = login_of(form.get("nom", ""))[:LONGEST_LOGIN]
        address = self.admission.proxies.client_address(request.scope)
        if wait := self.throttle.wait(login, address):
            return _too_many(onward, login, wait)
        user = (self.admission.rolls.declared() or {}).get(login)
        is_right = await self._is_right(user, form.get("mot_de_passe", ""))
        if user is None or not is_right:
            logger.warning("Connexion au bureau refusée, depuis %s.", address)
            return _page(onward, login, WRONG, HTTPStatus.FORBIDDEN)
        self.throttle.forgive(login, address)
        return self._entered(request, login, user, onward)

    async def leave(self, request: Request) -> Response:
        """End the session, and ask for the next."""
        self.admission.sessions.end(request.cookies.get(self.admission.cookie, ""))
        response = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
        response.delete_cookie(
            self.admission.cookie, secure=self.is_secure, httponly=True, samesite="strict"
        )
        return response

    def _entered(self, request: Request, login: str, user: DeskUser, onward: str) -> Response:
        sessions, cookie = self.admission.sessions, self.admission.cookie
        sessions.end(request.cookies.get(cookie, ""))
        response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
        response.set_cookie(
            cookie,
            sessions.begin(login, user),
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def _is_right(self, user: DeskUser | None, password: str) -> bool:
        kept = user.password if user else ""
        async with self._one_at_a_time:
            return await run_in_threadpool(self.passwords.is_right, kept, password)

    def _asks_for_passwords(self) -> bool:
        return not self.admission.proxies.header and self.admission.rolls.declared() is not None

    def _signed_in(self, request: Request) -> bool:
        declared = self.admission.rolls.declared() or {}
        token = request.cookies.get(self.admission.cookie, "")
        return self.admission.sessions.user_of(token, declared) is not None


def _too_many(onward: str, login: str, wait: float) -> Response:
    sentence = TOO_MANY.format(minutes=count(ceil(wait / 60), "minute", "minutes"))
    response = _page(onward, login, sentence, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(ceil(wait))
    return response


def _page(
    onward: str, login: str = "", wrong: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    page = desk_pages.render("sign_in.html", links={}, onward=onward, login=login, wrong=wrong)
    return HTMLResponse(page, status)
