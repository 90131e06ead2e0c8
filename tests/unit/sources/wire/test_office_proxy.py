"""Portals asked through the proxy of an office, which opens what is encrypted: its own authority.

Here: a real proxy on the loopback, which is asked for the portal by name, and a portal over TLS
behind it. Not here: whether the proxy answers at all (``test_reach``).
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from sources.errors import FetchFailed
from sources.wire.http import Limits, PortalSession

HOST = "portail.exemple.fr"
ONCE = Limits(connect=60, read=60, total=60, source=120, retries=0, wait=0)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n"


class OfficeProxy(BaseHTTPRequestHandler):
    """A proxy that answers in the portal's place, with a certificate of its own authority."""

    asked: list[str]
    context: ssl.SSLContext

    def do_CONNECT(self) -> None:
        """Take the place of the portal that is asked for."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        with (
            suppress(ssl.SSLError, ConnectionError),
            self.context.wrap_socket(self.connection, server_side=True) as opened,
        ):
            opened.recv(1 << 16)
            opened.sendall(OK + b'{"bien": true}')

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def asked(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the proxy was asked for, which the environment names as it does for other programs."""
    context, found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[str]()
    authority.issue_cert(HOST).configure_cert(context)
    handler = type("Handler", (OfficeProxy,), {"asked": found, "context": context})
    for name in ("https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        proxy.shutdown()


def test_portals_are_asked_through_the_proxy_of_an_office(
    asked: list[str], authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "office.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    session = PortalSession({HOST: None}, limits=ONCE)
    assert session.get(f"https://{HOST}/api").json() == {"bien": True}
    assert asked == [f"{HOST}:443"]


def test_a_proxy_whose_authority_is_not_named_is_not_believed(asked: list[str]) -> None:
    with pytest.raises(FetchFailed, match="certificat"):
        PortalSession({HOST: None}, limits=ONCE).get(f"https://{HOST}/api")
    assert asked == [f"{HOST}:443"]
