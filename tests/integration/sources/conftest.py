"""A home with a first good collection of what is recorded, made once, copied for each test."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from sources.archive import Archive, FetchOutcome
from sources.client import Source
from sources.collect import Credentials, collect_all
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.recorded import recorded_sources
from sources.replay.server import serve
from sources.wire.http import Limits, PortalSession

REGION = "52"
CREDENTIALS = Credentials(
    france_travail_client_id=SecretStr("identifiant-tres-secret"),
    france_travail_client_secret=SecretStr("mot-de-passe-tres-secret"),
)
QUICK = Limits(retries=1, backoff=0.01)


def accept_all(_source: Source, _table: pa.Table) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Night:
    """What came of one collection of all recorded sources, and what was asked of the portals."""

    outcomes: dict[str, FetchOutcome]
    journal: list[str]


Collect = Callable[..., Night]


@pytest.fixture(scope="session")
def collect_night() -> Collect:
    def collect(  # noqa: PLR0913, PLR0917 what tests vary, given by name
        home: Path,
        faults: Mapping[str, str] | None = None,
        credentials: Credentials = CREDENTIALS,
        accept: Callable[[Source, pa.Table], Sequence[str]] = accept_all,
        region: str = REGION,
        limits: Limits = QUICK,
        also: Sequence[Source] = (),
    ) -> Night:
        app = create_app(faults)
        with serve(app) as address:
            outcomes = collect_all(
                [*recorded_sources(), *also],
                archive=Archive(home),
                session=PortalSession(replay=address, limits=limits),
                region=region,
                credentials=credentials,
                accept=accept,
            )
        return Night({outcome.source_id: outcome for outcome in outcomes}, app.state.journal)

    return collect


@pytest.fixture(scope="session")
def first_night(
    tmp_path_factory: pytest.TempPathFactory, collect_night: Collect
) -> tuple[Path, Night]:
    home = tmp_path_factory.mktemp("home")
    deposit_recordings(home / "inbox")
    return home, collect_night(home)


@pytest.fixture
def home(first_night: tuple[Path, Night], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_night[0], tmp_path / "home"))
