"""A home with a first good collection of all sources, made once and copied for each test."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from sources.archive import Archive, Outcome
from sources.client import Source
from sources.collect import Credentials, collect_all
from sources.http import Limits, PortalSession
from sources.registry import sources
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.server import serve

REGION = "52"
NOT_RECORDED = frozenset(
    {
        "france_travail_demandeurs_emploi",
        "france_travail_emploi_apres_formation",
        "france_travail_tableau_de_bord",
        "insee_emploi_zones",
    }
)
"""Sources that no file replays: nobody recorded an answer, nor a reading of the dashboard."""
CREDENTIALS = Credentials(
    france_travail_client_id=SecretStr("identifiant-tres-secret"),
    france_travail_client_secret=SecretStr("mot-de-passe-tres-secret"),
)
QUICK = Limits(retries=1, backoff=0.01)


def accept_all(_source: Source, _table: pa.Table) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Night:
    """What came of one collection of all sources, and what was asked of the portals."""

    outcomes: dict[str, Outcome]
    journal: list[str]


Collect = Callable[..., Night]


@pytest.fixture(scope="session")
def collect_night() -> Collect:
    def collect(
        home: Path,
        faults: Mapping[str, str] | None = None,
        credentials: Credentials = CREDENTIALS,
        accept: Callable[[Source, pa.Table], Sequence[str]] = accept_all,
        region: str = REGION,
    ) -> Night:
        app = create_app(faults)
        with serve(app) as address:
            outcomes = collect_all(
                [one for one in sources().values() if one.id not in NOT_RECORDED],
                archive=Archive(home),
                session=PortalSession(replay=address, limits=QUICK),
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
