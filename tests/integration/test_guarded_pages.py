"""Dagster's pages as a station serves them: asked by their own pages, by a link, by other sites."""

import os
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.serving import free_port, serving

ASKED = "/graphql?query=%7Bversion%7D"
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "graphql-ws",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home, port = tmp_path_factory.mktemp("pages"), free_port()
    command = [sys.executable, "-m", "orchestration.commands.guarded_pages", "--empty-workspace"]
    with serving(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        f"http://127.0.0.1:{port}/server_info",
        cwd=PROJECT,
        environment={**os.environ, "VIGIE_HOME": str(home), "DAGSTER_HOME": str(home)},
        log=Path(home) / "pages.log",
    ):
        yield port


def status(port: int, method: str = "GET", path: str = ASKED, **headers: str) -> int:
    """Return the status of an answer, whose headers are named as Python names things."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse().status
    connection.close()
    return answer


def handshake(port: int, **headers: str) -> int:
    """Return what a websocket is answered."""
    return status(port, **HANDSHAKE, **headers)


def test_their_own_pages_are_answered_and_so_is_no_browser(port: int) -> None:
    own = f"http://127.0.0.1:{port}"
    assert status(port, "POST") == 200
    assert status(port, "POST", Sec_Fetch_Site="same-origin", Origin=own) == 200
    assert status(port, "POST", Origin=own) == 200
    assert handshake(port, Origin=own) == 101
    assert handshake(port, Origin=own, Sec_Fetch_Site="same-origin") == 101


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_has_a_browser_ask_is_refused(port: int, site: str) -> None:
    """An image, a frame or a form of any page could launch a job, and sign in another's name."""
    for loads in ("image", "iframe", "empty"):
        assert status(port, Sec_Fetch_Site=site, Sec_Fetch_Dest=loads) == 403
    assert status(port, Sec_Fetch_Site=site, **LINK | {"Sec-Fetch-Dest": "iframe"}) == 403
    assert status(port, "POST", Sec_Fetch_Site=site, **LINK) == 403


def test_an_image_that_no_browser_fetches_launches_nothing(port: int) -> None:
    """Programs that show mails or sheets say nothing of the page that asks."""
    assert status(port) == 403
    assert status(port, Accept="image/*") == 403


def test_a_link_to_them_is_followed(port: int) -> None:
    assert status(port, path="/", Sec_Fetch_Site="cross-site", **LINK) == 200
    assert status(port, Sec_Fetch_Site="cross-site", **LINK) == 403, "one that asks for something"
    assert status(port, Sec_Fetch_Site="none", **LINK) == 200


@pytest.mark.parametrize("origin", ["http://exemple.org", "null", "http://127.0.0.1:1"])
def test_browsers_that_say_the_origin_alone_are_believed(port: int, origin: str) -> None:
    assert status(port, "POST", Origin=origin) == 403
    assert handshake(port, Origin=origin) == 403


@pytest.mark.parametrize("host", ["exemple.org", "127.0.0.1.exemple.org"])
def test_another_name_for_the_machine_is_refused(port: int, host: str) -> None:
    assert status(port, Host=host, Sec_Fetch_Site="same-origin") == 400
    assert handshake(port, Host=host, Origin=f"http://{host}") != 101
