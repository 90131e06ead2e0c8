"""The desk as it is served."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from orchestration.commands import dagster_services, desk_service
from orchestration.commands.dagster_services import hosts_of, serve_station, served_desk_address
from orchestration.commands.desk_service import listening, serve_desk
from orchestration.desk.decision_form import TypedDecision
from orchestration.settings.settings import Settings
from orchestration.station.environment import LOCAL_DESK
from orchestration.station.locks import WRITER, take


def test_it_listens_on_the_machine_alone_unless_told_otherwise(tmp_path: Path) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer nothing."""

    assert listening(app, Settings(home=tmp_path), 3001).host == "127.0.0.1"
    elsewhere = Settings(home=tmp_path, desk_address="192.0.2.7")
    assert listening(app, elsewhere, 3001).host == "192.0.2.7"


def test_it_ends_with_the_reason_before_it_listens_where_it_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_DESK_ADDRESS", "192.0.2.7")
    with pytest.raises(SystemExit, match=r"n'écoute pas sur 192\.0\.2\.7"):
        serve_desk(0)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("settings", "asked_for"),
    [
        ({}, "http://127.0.0.1:3001"),
        ({"desk_address": "127.0.0.2"}, "http://127.0.0.2:3001"),
        ({"desk_address": "::1"}, "http://localhost:3001"),
        ({"url": "https://vigie.exemple.fr"}, "https://vigie.exemple.fr"),
    ],
)
def test_the_address_that_is_shown_is_one_that_the_desk_answers_to(
    tmp_path: Path, settings: dict[str, str], asked_for: str
) -> None:
    of_station = Settings(home=tmp_path, **settings)
    assert served_desk_address(of_station, 3001) == asked_for
    assert urlsplit(asked_for).hostname in hosts_of(of_station)


def test_what_dagster_shows_leads_to_where_the_desk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (LOCAL_DESK, "DAGSTER_GRPC_TIMEOUT_SECONDS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(dagster_services, "run_services", lambda *_: 0)
    serve_station(Settings(home=tmp_path, desk_address="127.0.0.2"), 3000, 3001, print)
    assert os.environ[LOCAL_DESK] == "http://127.0.0.2:3001"


@pytest.fixture
def stopped_by_sigterm() -> Iterator[None]:
    """What SIGTERM does to a process that handles nothing, for the time of a test."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError

    former = signal.signal(signal.SIGTERM, stop)
    yield
    signal.signal(signal.SIGTERM, former)


@pytest.mark.usefixtures("stopped_by_sigterm")
def test_the_process_that_signs_ends_with_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, signings = Mock(), Mock()
    # Uvicorn sends again, once it has ended, the signal that ended it.
    server.run.side_effect = lambda: signal.raise_signal(signal.SIGTERM)
    for name in ("read_manifest", "load_definitions", "enter_environment", "build_desk"):
        monkeypatch.setattr(desk_service, name, Mock())
    monkeypatch.setattr(desk_service, "Signings", lambda *_: signings)
    monkeypatch.setattr("uvicorn.Server", lambda _config: server)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    serve_desk(0)
    signings.close.assert_called_once_with()


@pytest.mark.parametrize("header", [b"x-forwarded-for", b"forwarded", b"x-real-ip"])
def test_who_asks_is_the_peer_whatever_it_says_of_itself(tmp_path: Path, header: bytes) -> None:
    """Else whoever is on the machine would pass for a proxy that is somewhere else."""
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    config = listening(app, Settings(home=tmp_path), 3001)
    config.load()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "client": ("127.0.0.1", 50000),
        "headers": [(header, b"192.0.2.1")],
    }
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == ["127.0.0.1"]


class SignedAlone:
    """What came of a decision, which reads the station when it is told."""

    success = True

    def __init__(self, settings: Settings, _values: object, launcher: str) -> None:
        assert launcher == "bureau"
        self._lock = settings.folders.home / WRITER

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whether the station is taken meanwhile."""
        with self._lock.open("a+b") as lock:
            return ("pris",) if not take(lock) else ("libre",)


def test_what_came_of_a_decision_is_read_before_a_night_that_waits_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setattr(desk_service, "enter_environment", lambda _settings: None)
    monkeypatch.setattr("orchestration.commands.signing.sign_and_publish", SignedAlone)
    monkeypatch.setattr(desk_service, "read_docket", Mock())
    monkeypatch.setattr(desk_service, "wrong_with", lambda _docket, _typed: "")
    assert desk_service.sign(TypedDecision("4f2a")).sentences == ("pris",)


def test_a_decision_that_cannot_be_taken_any_more_says_why_and_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setattr(desk_service, "enter_environment", lambda _settings: None)
    monkeypatch.setattr(desk_service, "read_docket", Mock())
    monkeypatch.setattr(desk_service, "wrong_with", lambda _docket, typed: f"{typed.view} ?")
    launched = Mock()
    monkeypatch.setattr("orchestration.commands.signing.sign_and_publish", launched)
    result = desk_service.sign(TypedDecision("4f2a", view="7"))
    assert result.sentences == ("7 ?",)
    assert not result.is_published
    launched.assert_not_called()
