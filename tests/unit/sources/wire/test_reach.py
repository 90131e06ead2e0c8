"""Doors that open, that stay shut, and one that keeps whoever knocks waiting."""

import socket
import threading
from collections.abc import Iterator

import pytest

from sources.wire.reach import Door, closed_doors, door


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened() -> Iterator[Door]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Door(*server.getsockname())


def test_a_door_that_opens_is_not_closed_and_one_that_does_not_is_named(opened: Door) -> None:
    assert closed_doors([opened], 60) == {}
    with socket.socket() as bound:
        # Bound, and nobody listens.
        bound.bind(("127.0.0.1", 0))
        shut = Door(*bound.getsockname())
        assert set(closed_doors([opened, shut], 60)) == {shut}


def test_one_that_never_answers_is_left_alone(opened: Door) -> None:
    never = threading.Event()

    def wait(_at: Door, _seconds: float) -> socket.socket:
        never.wait()
        return socket.socket()

    assert closed_doors([opened], 0, wait) == {opened: "aucune réponse"}
    never.set()


def test_a_proxy_is_what_is_knocked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert door("data.exemple.fr") == ("data.exemple.fr", 443)
    monkeypatch.setenv("HTTPS_PROXY", "http://mandataire.exemple.fr:3128")
    assert door("data.exemple.fr") == ("mandataire.exemple.fr", 3128)
    monkeypatch.setenv("NO_PROXY", "data.exemple.fr")
    assert door("data.exemple.fr") == ("data.exemple.fr", 443)
