"""A home with a first good collection of what is recorded, made once, copied for each test."""

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import SecretStr

from sources.archive import Archive, FetchOutcome
from sources.client import Source
from sources.collect import Credentials, collect_all
from sources.registry import source
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.recorded import is_recorded, replayed_sources
from sources.replay.server import serve
from sources.wire.http import Download, Limits, PortalSession

REGION = "52"
CREDENTIALS = Credentials(
    france_travail_client_id=SecretStr("identifiant-tres-secret"),
    france_travail_client_secret=SecretStr("mot-de-passe-tres-secret"),
)
AMPLE = Limits(connect=60, read=600, retries=1, backoff=0.01, wait=0.01)
"""No wait between two calls, and more time for each than any machine takes."""


def recorded_sources() -> tuple[Source, ...]:
    """Return the sources that a replayed station may ask for, those of its catalogues included."""
    return tuple(source for source in replayed_sources() if is_recorded(source))


def accept_all(_source: Source, _table: pa.Table) -> Sequence[str]:
    return ()


class HurriedSession(PortalSession):
    """A session that soon gives up the files of some sources, and has all the time for the rest.

    Of a file that never ends, the outcome is then the same on any machine.
    """

    def __init__(self, replay: str, hurried: Collection[str]) -> None:
        super().__init__(replay=replay, limits=AMPLE)
        self._hurried = PortalSession(replay=replay, limits=replace(AMPLE, total=0.5))
        self._datasets = [source(name).contract.dataset for name in hurried]

    def download(self, url: str, destination: Path, **options: Any) -> Download:  # noqa: ANN401
        """Stream an answer to disk, in a hurry or not."""
        if any(f"/{dataset}/" in url for dataset in self._datasets):
            return self._hurried.download(url, destination, **options)
        return super().download(url, destination, **options)


@dataclass(frozen=True)
class Night:
    """What came of one collection, and what was asked of the portals."""

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
        collected: Sequence[Source] | None = None,
        hurried: Collection[str] = (),
    ) -> Night:
        app = create_app(faults)
        with serve(app) as address:
            outcomes = collect_all(
                recorded_sources() if collected is None else collected,
                archive=Archive(home),
                session=HurriedSession(address, hurried),
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
