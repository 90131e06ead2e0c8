"""What nights wrote and the desk serves as it is: reports, releases, controls, receipts, tables.

Here: which folders of the station can be read from a browser, at the very paths that they have
there, so that links from one page to another hold. Not here: the pages (``reporting``, ``explain``,
``deposits``), the headers that all answers have (``safeguards``).
"""

from http import HTTPStatus
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from orchestration.desk.station_reader import NothingToShowError, shown_release
from orchestration.reporting.addresses import kept_address
from orchestration.settings.folders import Folders
from orchestration.station.release import CURRENT

WRITTEN_PAGES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Pages that nights wrote hold their own styles; they run nothing, and send nothing."""
SCRIPTED_PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "img-src data:; font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-scripts"
)
"""The page of the tables is dbt's, whose script draws it: the sandbox makes it no page of ours."""


class KeptFolder(StaticFiles):
    """A folder of the station, and what its pages may do in a browser.

    Args:
        folder: The folder; nights make it.
        policy: Content-Security-Policy of its pages.
        releases: Where releases are.
    """

    def __init__(self, folder: Path, policy: str, releases: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        # Before the night that makes it, the first who asks would find the desk out of order.
        self.config_checked = True
        self._policy, self._releases = policy, releases

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and with what its page may do."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException:
            if CURRENT in PurePosixPath(path).parts[:1]:
                self._refuse_before_the_first()
            raise
        response.headers["Content-Security-Policy"] = self._policy
        return response

    def _refuse_before_the_first(self) -> None:
        """Say that there is no release, if that is why there is no page of the one in force."""
        try:
            shown_release(self._releases)
        except NothingToShowError as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None


def kept_pages(folders: Folders) -> list[BaseRoute]:
    """Return the routes to what nights wrote."""
    served = {
        folders.reports: WRITTEN_PAGES,
        folders.releases: WRITTEN_PAGES,
        folders.data_docs: WRITTEN_PAGES,
        folders.receipts: WRITTEN_PAGES,
        folders.letters: WRITTEN_PAGES,
        folders.templates: WRITTEN_PAGES,
        folders.documentation.parent: SCRIPTED_PAGE,
    }
    return [
        Mount(kept_address("", folders.home, folder), KeptFolder(folder, policy, folders.releases))
        for folder, policy in served.items()
    ]
