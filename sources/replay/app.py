"""The replayed portals as one application: ``/HOST/path`` is what ``https://HOST/path`` would say.

Here: their assembly and the journal of what was asked. Not here: any portal's wire format.
"""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from sources.replay import france_travail, melodi, melodi_file, opendatasoft
from sources.replay.faults import faults_by_source


class _Journal:
    """Writes down the method and path of every request, for whoever wants to check."""

    def __init__(self, app: ASGIApp, journal: list[str]) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._journal.append(f"{scope['method']} {scope['path']}")
        await self._app(scope, receive, send)


def create_app(faults: Mapping[str, str] | None = None) -> Starlette:
    """Return the application; ``app.state.journal`` lists what was asked of it.

    Args:
        faults: Name of a fault by source id; see ``sources.replay.faults``.

    Raises:
        KeyError: No such source.
        ValueError: No such fault, or not for that source.
    """
    shown = faults_by_source(faults or {})
    journal: list[str] = []
    app = Starlette(
        routes=[
            *opendatasoft.routes(shown),
            *melodi.routes(shown),
            *melodi_file.routes(shown),
            *france_travail.routes(shown),
        ],
        middleware=[Middleware(_Journal, journal=journal)],
    )
    app.state.journal = journal
    return app
