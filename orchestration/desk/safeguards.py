"""What guards the pages: what a browser may load with them, and who may send a form.

Here: headers of every answer, and refusing what another site makes a browser send, to the desk or
to Dagster's pages beside. Not here: who a steward is, nor what a form says (``decision_form``).

A browser says of each request whether a page of the same origin made it (``Sec-Fetch-Site``), and
of each form which origin it comes from (``Origin``): a form that another site sends is refused
without a token in it (OWASP, Cross-Site Request Forgery Prevention, « Fetch Metadata »).
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_PAGES = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Plots hold their styles in attributes; nothing else is not the desk's own."""
SAFE_METHODS = frozenset({"GET", "HEAD"})
OF_OWN_PAGES = frozenset({"same-origin", "none"})
"""What a browser says when a page of this origin asks, or whoever types an address."""
ACTS_BY_GET = "/graphql"
NOT_OF_DAGSTER = "Cette demande vient d'une autre page que celles de Dagster : rien n'a été fait."
OF_ANOTHER_SITE = "Ce formulaire vient d'une autre page que celles du bureau : rien n'a été signé."


class Safeguards:
    """Adds what guards a page to every answer, and refuses the forms of other sites.

    Args:
        app: The desk.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        if scope["method"] not in SAFE_METHODS and not _is_own(Headers(scope=scope)):
            refusal = PlainTextResponse(OF_ANOTHER_SITE, status_code=403)
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


class OwnPagesOnly:
    """Refuses whatever another site makes a browser ask, but to open a page by a link.

    For pages that act on ``GET``, and by websockets, to which browsers let any site talk.

    Args:
        app: What serves them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or _is_of_own_page(Headers(scope=scope), scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal = PlainTextResponse(NOT_OF_DAGSTER, status_code=403)
            await refusal(scope, receive, send)


def add_headers(headers: MutableHeaders) -> None:
    """Add what guards a page to the headers of an answer."""
    headers.setdefault("Content-Security-Policy", OWN_PAGES)
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"


def _is_own(headers: Headers) -> bool:
    """Tell whether a page of this origin sent a form, by what the browser says of it."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return origin.partition("://")[2] == headers.get("host", "") != ""


def _is_of_own_page(headers: Headers, scope: Scope) -> bool:
    """Tell whether a page of this origin asks, no page at all, or a link that was followed."""
    site = headers.get("sec-fetch-site")
    if site in OF_OWN_PAGES:
        return True
    if scope.get("method") == "GET" and scope["path"].endswith(ACTS_BY_GET):
        # Programs that show mails fetch their images too, and do not say whose they are.
        return False
    if site is None:
        return "origin" not in headers or _is_own(headers)
    is_opened = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return scope.get("method") == "GET" and is_opened == ("navigate", "document")
