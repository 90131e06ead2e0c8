"""The one HTTP session, against a real server on the loopback."""

import gzip
import hashlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from sources.errors import FetchFailed
from sources.replay.failing_answers import CutShort
from sources.replay.server import serve
from sources.wire.http import USER_AGENT, Limits, PortalSession
from tests.unit.sources.wire.stopped_clock import StoppedClock

HOST = "portail.example"
AMPLE = Limits(connect=60, read=60, total=60, source=120, retries=2, wait=45)


class Portal:
    """A portal whose next answers are queued; it remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Callable[[], Response]] = []
        self.asked: list[Request] = []
        self.app = Starlette(routes=[Route("/{rest:path}", self._answer, methods=["GET", "POST"])])

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])()

    def says(self, *answers: Callable[[], Response]) -> None:
        """Queue the next answers; the last one is repeated."""
        self.answers = list(answers)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Portal, str]]:
    portal = Portal()
    with serve(portal.app) as address:
        yield portal, address


@pytest.fixture
def portal(running: tuple[Portal, str]) -> Portal:
    running[0].asked.clear()
    return running[0]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def session(running: tuple[Portal, str], clock: StoppedClock) -> PortalSession:
    return PortalSession({HOST: None}, replay=running[1], limits=AMPLE, clock=clock)


@pytest.fixture
def given_up() -> Iterator[threading.Event]:
    """What a portal that says nothing more waits for: the end of the test."""
    event = threading.Event()
    yield event
    event.set()


@contextmanager
def self_signed() -> Iterator[tuple[int, list[object]]]:
    """Listen on the loopback with a certificate of our own; yield the port, and each handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    shaken: list[object] = []

    def listen() -> None:
        with suppress(OSError):
            while True:
                incoming, address = listener.accept()
                shaken.append(address)
                with suppress(ssl.SSLError), context.wrap_socket(incoming, server_side=True):
                    pass

    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], shaken


def ok() -> Response:
    return JSONResponse({"bien": True})


def status(code: int, headers: dict[str, str] | None = None) -> Callable[[], Response]:
    return lambda: Response(b"<html>", code, headers=headers)


def test_an_address_is_replayed_under_its_host_with_its_query(
    portal: Portal, session: PortalSession
) -> None:
    portal.says(ok)
    answer = session.get(f"https://{HOST}/api/x", params=[("GEO", "REG-24*COM"), ("a", "1")])
    assert answer.json() == {"bien": True}
    assert answer.url == f"https://{HOST}/api/x?GEO=REG-24%2ACOM&a=1"
    (asked,) = portal.asked
    assert asked.url.path == f"/{HOST}/api/x"
    assert asked.query_params["GEO"] == "REG-24*COM"
    assert asked.headers["user-agent"] == USER_AGENT


@pytest.mark.parametrize("code", [429, 502, 503, 504])
def test_passing_trouble_is_tried_again(
    portal: Portal, session: PortalSession, clock: StoppedClock, code: int
) -> None:
    portal.says(status(code), ok)
    assert session.get(f"https://{HOST}/").status == 200
    assert len(portal.asked) == 2
    (wait,) = clock.waits
    assert AMPLE.backoff <= wait < 2 * AMPLE.backoff


@pytest.mark.parametrize("code", [400, 401, 403, 404, 500])
def test_lasting_trouble_is_not_tried_again(
    portal: Portal, session: PortalSession, code: int
) -> None:
    portal.says(status(code), ok)
    assert session.get(f"https://{HOST}/").status == code
    assert len(portal.asked) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "17"}, 17),
        ({"Retry-After": "3600"}, AMPLE.wait),
        ({"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}, AMPLE.wait),
        (
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2100-12-31 00:00:00+00:00"},
            AMPLE.wait,
        ),
    ],
)
def test_what_a_portal_asks_to_wait_is_honoured_within_bounds(
    portal: Portal,
    session: PortalSession,
    clock: StoppedClock,
    headers: dict[str, str],
    wait: float,
) -> None:
    portal.says(status(429, headers), ok)
    assert session.get(f"https://{HOST}/").status == 200
    assert clock.waits == [wait]


def test_waiting_ends_with_the_time_of_the_whole_call(
    portal: Portal, session: PortalSession, clock: StoppedClock
) -> None:
    portal.says(status(429, {"Retry-After": "40"}))
    assert session.get(f"https://{HOST}/").status == 429
    assert len(portal.asked) == 2
    assert clock.waits == [40]


def test_what_a_refusal_says_is_not_received(portal: Portal, session: PortalSession) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        for _ in range(2000):
            sent.append(1)
            yield b"x" * (1 << 16)

    portal.says(lambda: StreamingResponse(endless(), 503), ok)
    assert session.get(f"https://{HOST}/").status == 200
    assert len(sent) < 2000


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once() -> None:
    with self_signed() as (port, shaken):
        session = PortalSession({f"localhost:{port}": None}, limits=AMPLE)
        with pytest.raises(FetchFailed, match="certificat") as failed:
            session.get(f"https://localhost:{port}/")
    assert failed.value.permanent
    assert len(shaken) == 1


@pytest.mark.parametrize(
    ("code", "permanent"), [(404, True), (403, True), (500, False), (503, False)]
)
def test_a_download_that_fails_says_whether_to_try_again(
    portal: Portal, session: PortalSession, tmp_path: Path, code: int, permanent: bool
) -> None:
    portal.says(status(code))
    with pytest.raises(FetchFailed) as failed:
        session.download(f"https://{HOST}/secret?apikey=abc", tmp_path / "f")
    assert failed.value.permanent is permanent
    assert HOST in failed.value.message
    assert "abc" not in failed.value.message


def test_a_download_is_streamed_and_hashed(
    portal: Portal, session: PortalSession, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 2000
    portal.says(lambda: StreamingResponse(iter([content[:7], content[7:]])))
    download = session.download(f"https://{HOST}/f", tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == content
    assert download.sha256 == hashlib.sha256(content).hexdigest()
    assert download.bytes == len(content)


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_body_too_big_is_not_received_even_compressed(
    running: tuple[Portal, str], portal: Portal, tmp_path: Path, encoding: str | None
) -> None:
    small = PortalSession({HOST: None}, replay=running[1], limits=Limits(file=1 << 20))
    body = bytes(4 << 20)
    headers = {"Content-Encoding": encoding} if encoding else {}
    content = gzip.compress(body) if encoding else body
    portal.says(lambda: Response(content, headers=headers))
    with pytest.raises(FetchFailed, match="plus de 1 Mo"):
        small.download(f"https://{HOST}/f", tmp_path / "f")
    assert (tmp_path / "f").stat().st_size <= 1 << 20


@pytest.mark.parametrize("drop", [1, 1 << 16])
@pytest.mark.parametrize("tells_its_length", [True, False])
def test_a_slow_drip_is_stopped(  # noqa: PLR0913, PLR0917 fixtures, and two cases by two
    portal: Portal,
    session: PortalSession,
    clock: StoppedClock,
    given_up: threading.Event,
    tmp_path: Path,
    drop: int,
    tells_its_length: bool,
) -> None:
    """A drop a second, and no end: who waits for a whole chunk of small ones waits for ever."""

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            clock.now += 1
            yield b"x" * drop
        given_up.wait()

    headers = {"content-length": str(1 << 40)} if tells_its_length else {}
    portal.says(lambda: StreamingResponse(drip(), headers=headers))
    with pytest.raises(FetchFailed, match=r"trop lentement.* après 60 s") as failed:
        session.download(f"https://{HOST}/f", tmp_path / "f")
    assert not failed.value.permanent
    assert len(portal.asked) == 1


def test_all_the_calls_of_a_source_are_bounded_together(
    portal: Portal, session: PortalSession, clock: StoppedClock
) -> None:
    """Each answer drips, none for too long: the third one is not waited for, nor any other."""

    def drip() -> Iterator[bytes]:
        for _ in range(50):
            clock.now += 1
            yield b" "

    portal.says(lambda: StreamingResponse(drip()))
    bounded = session.for_one_source()
    for _ in range(2):
        assert bounded.get(f"https://{HOST}/page").status == 200
    for _ in range(2):
        with pytest.raises(FetchFailed, match="n'a pas fini de répondre en 2 min") as failed:
            bounded.get(f"https://{HOST}/page")
        assert not failed.value.permanent
    assert len(portal.asked) == 3


@pytest.mark.parametrize("tells_its_length", [True, False])
def test_a_body_that_was_cut_is_asked_again_and_kept_once(
    portal: Portal, session: PortalSession, tmp_path: Path, tells_its_length: bool
) -> None:
    content = bytes(range(256)) * 2000
    portal.says(
        lambda: CutShort(b"x" * 3_000_000, tells_its_length=tells_its_length),
        lambda: Response(content),
    )
    download = session.download(f"https://{HOST}/f", tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == content
    assert (download.bytes, download.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(portal.asked) == 2


@pytest.mark.parametrize("tells_its_length", [True, False])
def test_a_body_that_is_always_cut_is_a_passing_failure(
    portal: Portal, session: PortalSession, tells_its_length: bool
) -> None:
    portal.says(lambda: CutShort(b"x" * 3000, tells_its_length=tells_its_length))
    with pytest.raises(FetchFailed, match="a coupé la réception avant la fin") as failed:
        session.get(f"https://{HOST}/f")
    assert not failed.value.permanent
    assert len(portal.asked) == 1 + AMPLE.retries


def test_a_silent_portal_is_given_up(
    portal: Portal, running: tuple[Portal, str], given_up: threading.Event
) -> None:
    session = PortalSession(
        {HOST: None}, replay=running[1], limits=replace(AMPLE, read=0.1, retries=0)
    )
    portal.says(lambda: given_up.wait() and ok())
    with pytest.raises(FetchFailed, match="n'a pas répondu à temps") as failed:
        session.get(f"https://{HOST}/")
    assert not failed.value.permanent


def test_headers_that_come_one_byte_after_the_other_are_stopped(given_up: threading.Event) -> None:
    """Each byte is in time, and the header has no end: only the whole call has one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            incoming, _ = listener.accept()
            with incoming, suppress(OSError):
                incoming.sendall(b"HTTP/1.1 200 OK\r\nX-Sans-Fin: ")
                while not given_up.wait(0.01):
                    incoming.sendall(b"x")

        threading.Thread(target=drip).start()
        address = "http://{}:{}".format(*listener.getsockname())
        session = PortalSession({HOST: None}, replay=address, limits=replace(AMPLE, total=0.5))
        with pytest.raises(FetchFailed, match="trop lentement") as failed:
            session.get(f"https://{HOST}/")
    assert not failed.value.permanent


def test_a_portal_that_lets_nobody_in_is_given_up() -> None:
    """Its queue is full: the kernel would knock for minutes, and nothing will ever be read."""
    with ExitStack() as open_ends:
        listener = open_ends.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = open_ends.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        address = "http://{}:{}".format(*listener.getsockname())
        limits = replace(AMPLE, connect=0.2, read=600, total=600, retries=1)
        session = PortalSession({HOST: None}, replay=address, limits=limits, clock=StoppedClock())
        with pytest.raises(FetchFailed, match="n'a pas répondu à temps") as failed:
            session.get(f"https://{HOST}/")
    assert not failed.value.permanent


def test_an_unreachable_portal_says_so(clock: StoppedClock) -> None:
    session = PortalSession({HOST: None}, replay="http://127.0.0.1:9", limits=AMPLE, clock=clock)
    with pytest.raises(FetchFailed, match=f"{HOST} est injoignable"):
        session.get(f"https://{HOST}/")


@pytest.mark.parametrize(
    "url",
    [
        "https://ailleurs.example/x",
        f"http://{HOST}/x",
        f"https://{HOST}:8443/x",
        f"https://qui:quoi@{HOST}/x",
        f"file:///{HOST}",
    ],
)
def test_only_declared_hosts_are_asked_over_https(
    portal: Portal, session: PortalSession, url: str
) -> None:
    with pytest.raises(FetchFailed, match="n'est pas un portail déclaré") as failed:
        session.get(url)
    assert failed.value.permanent
    assert "quoi" not in failed.value.message
    assert not portal.asked


def test_a_redirection_is_followed_among_declared_hosts(
    portal: Portal, session: PortalSession
) -> None:
    portal.says(lambda: RedirectResponse(f"https://{HOST}/la"), ok)
    answer = session.post(f"https://{HOST}/ici", headers={"Authorization": "Bearer secret"})
    assert answer.url == f"https://{HOST}/la"
    assert [asked.url.path for asked in portal.asked] == [f"/{HOST}/ici", f"/{HOST}/la"]
    assert "authorization" not in portal.asked[1].headers


@pytest.mark.parametrize(
    "target",
    ["https://ailleurs.example/", f"http://{HOST}/", "https://[mal", "//ailleurs.example/"],
)
def test_a_redirection_elsewhere_is_refused(
    portal: Portal, session: PortalSession, target: str
) -> None:
    portal.says(lambda: Response(status_code=302, headers={"Location": target}))
    with pytest.raises(FetchFailed) as failed:
        session.get(f"https://{HOST}/ici")
    assert failed.value.permanent
    assert len(portal.asked) == 1


def test_endless_redirections_are_refused(portal: Portal, session: PortalSession) -> None:
    portal.says(lambda: RedirectResponse(f"https://{HOST}/encore"))
    with pytest.raises(FetchFailed, match="sans fin"):
        session.get(f"https://{HOST}/ici")


def test_no_cookie_is_kept(portal: Portal, session: PortalSession) -> None:
    portal.says(lambda: Response(headers={"Set-Cookie": "INSEE=secret; Path=/"}))
    answer = session.get(f"https://{HOST}/a")
    session.get(f"https://{HOST}/b")
    assert "cookie" not in portal.asked[1].headers
    assert "set-cookie" not in answer.headers


def test_json_that_is_not_json_is_a_failure(portal: Portal, session: PortalSession) -> None:
    portal.says(lambda: Response(b"[" * 100_000))
    with pytest.raises(FetchFailed, match="autre chose que du JSON"):
        session.get(f"https://{HOST}/").json()


@pytest.mark.parametrize("replay", ["https://127.0.0.1:1", "http://ailleurs.example", "127.0.0.1"])
def test_a_replay_portal_is_on_the_loopback(replay: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        PortalSession({HOST: None}, replay=replay)
