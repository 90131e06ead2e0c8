"""The one way to the producers' portals.

Here: hosts that may be reached, timeouts, retries, size caps, streaming to disk, redirection to a
replay portal, and the French messages of what HTTP can do wrong. Not here: what the answers mean
(``protocols``), nor how long to wait before a call (``patience``).
"""

import copy
import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as urllib3_errors

from sources.contract import declared_hosts
from sources.errors import FetchFailed
from sources.wire import loopback
from sources.wire.bounded import within
from sources.wire.patience import Clock, Pace, asked_wait, backoff
from sources.wire.strict_json import strict_json

USER_AGENT = "Vigie/0.1 (indicateurs SREFOP ; collecte nocturne)"
RETRIED_STATUSES = (429, 502, 503, 504)
PERMANENT_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 422})
KEPT_HEADERS = (
    "content-type",
    "content-length",
    "date",
    "etag",
    "last-modified",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
)
CHUNK = 1 << 16
MOST_REDIRECTS = 5

Params = Sequence[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Bounds of one call, in seconds and bytes.

    ``total`` bounds the whole call, waits and retries included, and ``source`` all the calls that
    one source takes; ``answer`` bounds what is held in memory, ``file`` what is written to disk;
    ``wait`` bounds each wait, whatever a portal asks for.
    """

    connect: float = 10.0
    read: float = 120.0
    total: float = 600.0
    source: float = 900.0
    retries: int = 4
    backoff: float = 1.0
    wait: float = 60.0
    answer: int = 32 << 20
    file: int = 512 << 20


@dataclass(frozen=True)
class Answer:
    """A small answer held in memory; ``url`` is the producer's own, also when replayed."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> object:
        """Return the body read as JSON.

        Raises:
            FetchFailed: It is not JSON; may pass by itself, as front ends answer in HTML.
        """
        try:
            return strict_json(self.content)
        except ValueError:
            msg = f"{host_of(self.url)} a répondu autre chose que du JSON à {path_of(self.url)}."
            raise FetchFailed(msg, permanent=False) from None


@dataclass(frozen=True)
class Download:
    """A body written to disk, with the SHA-256 of its bytes."""

    url: str
    status: int
    headers: Mapping[str, str]
    path: Path
    sha256: str
    bytes: int


class _Broken(FetchFailed):
    """An exchange did not go to its end; the next one may."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


def host_of(url: str) -> str:
    """Return the host of an address, for messages."""
    return urlsplit(url).hostname or "(hôte absent)"


def path_of(url: str) -> str:
    """Return the path of an address, for messages: no parameters, which could hold a secret."""
    return urlsplit(url).path[:200]


class _Session(requests.Session):
    """A session that leaves redirections to us: it would parse them, and raise on bad ones."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 overridden
        return None


@dataclass(frozen=True)
class _Call:
    method: str
    url: str
    params: Params = ()
    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None


class PortalSession:
    """The session that all clients share; safe to use from several threads.

    Args:
        hosts: Hosts that may be reached, each with its limit of calls per minute; those of the
            contracts when not given.
        replay: Address of a replay portal on the loopback. ``https://HOST/path`` is then sent to
            ``{replay}/HOST/path``: this is the only place that knows.
        limits: Bounds of each call.
        clock: What tells how long a call lasts, and waits between two.

    Attributes:
        ends: When the last call must have ended, by the clock.

    Raises:
        ValueError: The replay address is not plain HTTP on the loopback.
    """

    def __init__(
        self,
        hosts: Mapping[str, int | None] | None = None,
        *,
        replay: str | None = None,
        limits: Limits | None = None,
        clock: Clock = time,
    ) -> None:
        hosts = declared_hosts() if hosts is None else hosts
        if replay is not None:
            _check_loopback(replay)
        self._replay = replay.rstrip("/") if replay else None
        self._limits = limits or Limits()
        self._clock = clock
        self.ends = math.inf
        self._hosts = frozenset(hosts)
        # A replay portal is our own: only real portals have a pace to respect.
        self._paces = (
            {}
            if replay
            else {host: Pace(calls, clock=clock) for host, calls in hosts.items() if calls}
        )
        self._session = self._make_session()

    def for_one_source(self) -> "PortalSession":
        """Return this session for one source, all of whose calls together are bounded from now."""
        bounded = copy.copy(self)
        bounded.ends = self._clock.monotonic() + self._limits.source
        return bounded

    def get(self, url: str, *, params: Params = ()) -> Answer:
        """Get a small answer, whatever its status.

        Raises:
            FetchFailed: The portal cannot be reached, is too slow, or answers too much.
        """
        return self._answer(_Call("GET", url, params))

    def post(
        self,
        url: str,
        *,
        params: Params = (),
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Post a form or a JSON body, and get a small answer, whatever its status.

        Raises:
            FetchFailed: The portal cannot be reached, is too slow, or answers too much.
        """
        return self._answer(_Call("POST", url, params, headers, form, body))

    def download(self, url: str, destination: Path, *, params: Params = ()) -> Download:
        """Stream an answer to disk, hashing it on the way.

        Raises:
            FetchFailed: As for ``get``, and when the status is not a success.
        """

        def write(response: requests.Response, address: str, deadline: float) -> Download:
            digest, size = hashlib.sha256(), 0
            check_status(address, response.status_code)
            with destination.open("wb") as file:
                for chunk in self._chunks(response, address, self._limits.file, deadline):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            headers, sha256 = kept_headers(response), digest.hexdigest()
            return Download(address, response.status_code, headers, destination, sha256, size)

        return self._received(_Call("GET", url, params), write)

    def _answer(self, call: _Call) -> Answer:
        def hold(response: requests.Response, address: str, deadline: float) -> Answer:
            content = b"".join(self._chunks(response, address, self._limits.answer, deadline))
            return Answer(address, response.status_code, kept_headers(response), content)

        return self._received(call, hold)

    def _received(self, call: _Call, receive: Callable[[requests.Response, str, float], T]) -> T:
        """Receive an answer, and ask again after what may pass by itself; the last one is taken.

        What was received of an answer that was cut is forgotten. Every POST here only asks for
        something: asking twice does no harm.
        """
        deadline = min(self._clock.monotonic() + self._limits.total, self.ends)
        for attempt in range(1, self._limits.retries + 1):
            try:
                with self._open(call, deadline) as (response, address):
                    passing = response.status_code in RETRIED_STATUSES
                    if not passing or not self._waited(attempt, response, deadline):
                        return receive(response, address, deadline)
            except _Broken:
                if not self._waited(attempt, None, deadline):
                    raise
        with self._open(call, deadline) as (response, address):
            return receive(response, address, deadline)

    @contextmanager
    def _open(self, call: _Call, deadline: float) -> Iterator[tuple[requests.Response, str]]:
        """Open an answer, following redirections host by host; yield it with its real address."""
        request = self._request(call)
        response = self._send(request, deadline)
        for _ in range(MOST_REDIRECTS):
            if not response.is_redirect:
                break
            response.close()
            # The parameters and the secrets were for the first address: the target has its own.
            request = self._request(_Call("GET", _target(request.url or "", response)))
            response = self._send(request, deadline)
        with response:
            if response.is_redirect:
                msg = f"{host_of(call.url)} renvoie sans fin d'une adresse à l'autre."
                raise FetchFailed(msg, permanent=True)
            yield response, request.url or call.url

    def _request(self, call: _Call) -> requests.PreparedRequest:
        self._check_host(call.url)
        request = requests.Request(
            call.method,
            call.url,
            params=list(call.params),
            headers=call.headers,
            data=call.form,
            json=call.body,
            auth=_no_auth,
        )
        with _failures_in_french(call.url):
            return self._session.prepare_request(request)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in self._hosts:
            msg = (
                f"L'adresse {parts.scheme}://{parts.netloc.rpartition('@')[2][:100]} n'est pas un "
                "portail déclaré dans les contrats : rien n'y a été demandé."
            )
            raise FetchFailed(msg, permanent=True)

    def _waited(self, attempt: int, refused: requests.Response | None, deadline: float) -> bool:
        """Wait before another attempt; False when it would end after the deadline."""
        asked_seconds = (
            asked_wait(refused.headers, datetime.now(UTC)) if refused is not None else None
        )
        wait = min(
            backoff(attempt, self._limits.backoff) if asked_seconds is None else asked_seconds,
            self._limits.wait,
        )
        if self._clock.monotonic() + wait > deadline:
            return False
        if refused is not None:
            # Closed unread: what a refusal says could be of any size.
            refused.close()
        self._clock.sleep(wait)
        return True

    def _send(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise self._too_slow(request.url or "")
        try:
            return within(left, lambda: self._sent(request))
        except TimeoutError:
            raise self._too_slow(request.url or "") from None

    def _sent(self, request: requests.PreparedRequest) -> requests.Response:
        routed = request.copy()
        routed.url = self._routed(request.url or "")
        if pace := self._paces.get(host_of(request.url or "")):
            pace.take()
        with _failures_in_french(request.url or ""):
            settings = self._session.merge_environment_settings(
                routed.url, proxies={}, stream=True, verify=None, cert=None
            )
            return self._session.send(
                routed,
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                **settings,
            )

    def _routed(self, url: str) -> str:
        if self._replay is None:
            return url
        parts = urlsplit(url)
        return urlunsplit(("", "", f"{self._replay}/{parts.hostname}{parts.path}", parts.query, ""))

    def _chunks(
        self, response: requests.Response, url: str, cap: int, deadline: float
    ) -> Iterator[bytes]:
        """Yield the body, bounded in size and in time; slow drips do not hold the night."""
        size = 0
        with _failures_in_french(url):
            # One reception at a time, not one full chunk: a byte now and then must not hold us.
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                size += len(chunk)
                if size > cap:
                    msg = f"{host_of(url)} a envoyé plus de {cap >> 20} Mo : réception arrêtée."
                    raise FetchFailed(msg, permanent=True)
                if self._clock.monotonic() > deadline:
                    raise self._too_slow(url)
                yield chunk

    def _too_slow(self, url: str) -> FetchFailed:
        if self._clock.monotonic() >= self.ends:
            minutes = f"{self._limits.source / 60:.3g}".replace(".", ",")
            msg = (
                f"{host_of(url)} n'a pas fini de répondre en {minutes} min : la nuit a continué "
                "sans attendre cette source."
            )
            return FetchFailed(msg, permanent=False)
        msg = (
            f"{host_of(url)} envoie trop lentement : réception arrêtée "
            f"après {self._limits.total:.0f} s."
        )
        return FetchFailed(msg, permanent=False)

    def _make_session(self) -> requests.Session:
        session = _Session()
        session.headers["User-Agent"] = USER_AGENT
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # An office's proxy must never stand between us and our own loopback.
        session.trust_env = self._replay is None
        session.stream = True
        session.adapters.clear()
        scheme = "http://" if self._replay else "https://"
        session.mount(scheme, HTTPAdapter(pool_maxsize=16))
        return session


def kept_headers(response: requests.Response) -> dict[str, str]:
    """Return the headers worth keeping in a record: none that could hold a secret."""
    return {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}


def check_status(url: str, status: int) -> None:
    """Refuse any status but a success.

    Raises:
        FetchFailed: With a French sentence; permanent for what trying again cannot mend.
    """
    if 200 <= status < 300:
        return
    host, path = host_of(url), path_of(url)
    sentences = {
        401: f"{host} refuse l'accès à {path} : identification demandée (code 401).",
        403: f"{host} refuse l'accès à {path} (code 403) : vérifier les droits demandés.",
        404: f"{host} ne connaît pas {path} (code 404) : l'adresse ou le nom a changé.",
        429: f"{host} refuse d'autres appels pour l'instant : quota atteint (code 429).",
    }
    message = sentences.get(status) or f"{host} a répondu par une erreur {status} à {path}."
    raise FetchFailed(message, permanent=status in PERMANENT_STATUSES)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep ``.netrc`` out: what a call is authorised with is what its client gave it."""
    return request


def _target(url: str, response: requests.Response) -> str:
    try:
        return urljoin(url, response.headers["location"])
    except ValueError:
        msg = f"{host_of(url)} renvoie vers une adresse mal formée."
        raise FetchFailed(msg, permanent=True) from None


def _check_loopback(replay: str) -> None:
    parts = urlsplit(replay)
    if parts.scheme != "http" or parts.hostname not in loopback.NAMES:
        msg = f"a replay portal must be http:// on the loopback, not {replay!r}"
        raise ValueError(msg)


@contextmanager
def _failures_in_french(url: str) -> Iterator[None]:
    host = host_of(url)
    try:
        yield
    except UnicodeError:
        msg = f"La demande à {host} contient un caractère qui ne peut pas être envoyé."
        raise FetchFailed(msg, permanent=True) from None
    except (requests.Timeout, urllib3_errors.ReadTimeoutError):
        msg = f"{host} n'a pas répondu à temps."
        raise _Broken(msg) from None
    except urllib3_errors.HTTPError:
        msg = f"{host} a coupé la réception avant la fin."
        raise _Broken(msg) from None
    except requests.exceptions.SSLError:
        msg = f"Le certificat de {host} n'a pas pu être vérifié."
        raise FetchFailed(msg, permanent=True) from None
    except requests.RequestException:
        msg = f"{host} est injoignable."
        raise _Broken(msg) from None
