"""Dagster's pages as a service of their own: ``python -m orchestration.commands.guarded_pages …``.

Here: ``dagster-webserver``, with its arguments, behind what keeps other sites from using it. Not
here: what tells another site (``desk.safeguards``), the other services (``dagster_services``).

Dagster's pages do whatever they are asked, by ``GET`` too, and do not look at who made a browser
ask: an image in a page of the web, or in a mail, was enough to sign a decision.
"""

from typing import Any

from dagster_webserver import cli
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware

from orchestration.commands.dagster_services import hosts_of
from orchestration.desk.safeguards import OwnPagesOnly
from orchestration.settings.settings import Settings


def guarded_app(*arguments: Any, **named: Any) -> Starlette:  # noqa: ANN401 as Dagster's own
    """Return Dagster's application, which its own pages alone may use, by the station's names."""
    app = create_app_from_workspace_process_context(*arguments, **named)
    app.add_middleware(OwnPagesOnly)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts_of(Settings())))
    return app


def serve_pages() -> None:
    """Serve them, by the arguments of the command, until it is asked to end."""
    # The command has no other door: it makes the application by this name, which it imported.
    vars(cli)[create_app_from_workspace_process_context.__name__] = guarded_app
    cli.cli(auto_envvar_prefix="DAGSTER_WEBSERVER")


if __name__ == "__main__":
    serve_pages()
