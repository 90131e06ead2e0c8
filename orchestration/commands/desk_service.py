"""The desk as a service of its own: ``python -m orchestration.commands.desk_service PORT DAGSTER``.

Here: the station of the environment, the job that a decision runs, and the server. Not here: the
pages (``desk``), the other services that run beside it (``dagster_services``).
"""

import importlib
import logging
import signal
import sys

import uvicorn
from starlette.types import ASGIApp

from expectations.cells.indicator_definition import load_definitions
from expectations.french import typeset
from orchestration.commands.dagster_services import dagster_address, hosts_of
from orchestration.commands.framed import sentence
from orchestration.dbt.project import read_manifest
from orchestration.desk.access.exposure import refused_exposure
from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.decision_form import TypedDecision, wrong_with
from orchestration.desk.signings import SigningResult, Signings
from orchestration.desk.station_reader import StationReader
from orchestration.publication.docket import read_docket
from orchestration.reporting.addresses import PUBLICATION, kept_address
from orchestration.settings.settings import Settings
from orchestration.station.environment import enter_environment
from orchestration.station.job_names import DECISION
from orchestration.station.locks import alone
from orchestration.station.release import CURRENT
from orchestration.station.troubles import BrokenStationError

NEEDED = ("orchestration.commands.signing", "expectations.validations.night_checkpoint")
"""What takes seconds to load."""

logger = logging.getLogger(__name__)


def load() -> None:
    """Load what the job ``decision`` needs, before somebody waits for it."""
    for module in NEEDED:
        importlib.import_module(module)


def sign(typed: TypedDecision) -> SigningResult:
    """Run the job ``decision``, once nobody else works on the station.

    What was typed is looked at again: a night, or somebody else, may have been before it.

    Raises:
        RuntimeError: The station kept it from its end; the message, in French, says what to do.
    """
    from orchestration.commands.signing import (  # noqa: PLC0415 importing Dagster costs seconds
        sign_and_publish,
    )

    settings = Settings()
    enter_environment(settings)
    with alone(settings.folders, DECISION, waiting=logger.info):
        try:
            if wrong := wrong_with(read_docket(settings.folders), typed):
                return SigningResult((wrong,), is_published=False)
            signing = sign_and_publish(settings, typed.as_config(), launcher="bureau")
        except BrokenStationError as error:
            raise RuntimeError(sentence(error.trouble, settings.folders)) from None
        # Read while the warehouse is nobody else's: a night may be waiting for it.
        return SigningResult(signing.sentences, is_published=signing.success)


def serve_desk(port: int, dagster_port: int | None = None) -> None:
    """Serve the desk of the station that the environment describes, until it is asked to end.

    Args:
        port: Its port.
        dagster_port: That of Dagster's pages; None when there are none.
    """
    settings = Settings()
    if refusal := refused_exposure(settings):
        sys.exit(typeset(refusal))
    enter_environment(settings)
    reader = StationReader(settings, load_definitions(read_manifest(settings.folders)))
    signings = Signings(sign, load)
    # Uvicorn ends its server at SIGTERM, then sends it again to whoever would be ended by it.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        addresses = DeskAddresses(hosts_of(settings), _links(settings, dagster_port))
        app = build_desk(reader, signings, addresses)
        uvicorn.Server(listening(app, settings, port)).run()
    finally:
        signings.close()


def listening(app: ASGIApp, settings: Settings, port: int) -> uvicorn.Config:
    """Return how the desk is served."""
    return uvicorn.Config(
        app,
        host=str(settings.desk_address),
        port=port,
        log_level="warning",
        lifespan="off",
        ws="none",
        # Who asks is the peer: what it says of others is believed by ``access.proxies`` alone.
        proxy_headers=False,
    )


def _links(settings: Settings, dagster_port: int | None) -> dict[str, str]:
    report = settings.folders.reports / CURRENT / "index.html"
    links = {
        "Rapport": kept_address("", settings.folders.home, report),
        "Publication": PUBLICATION,
    }
    if dagster_port is not None:
        links["Dagster"] = dagster_address(settings.url, dagster_port)
    return links


if __name__ == "__main__":
    serve_desk(*map(int, sys.argv[1:]))
