"""Whether hosts can be reached: their name is resolved and their door opens, nothing is asked.

Here: one try each, all at once, within a bound. Not here: asking them for anything (``http``).
"""

import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

HTTPS, HTTP = 443, 80


class Door(NamedTuple):
    """Where one connects to."""

    host: str
    port: int


Knock = Callable[[Door, float], None]


def door(host: str) -> Door:
    """Return where a portal is reached: itself, or the proxy that stands before it."""
    url = f"https://{host}"
    proxy = select_proxy(url, dict(get_environ_proxies(url)))
    if not proxy:
        return Door(host, HTTPS)
    address = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return Door(address.hostname or "", address.port or HTTP)


def knock(at: Door, seconds: float) -> None:
    """Connect to a host and leave.

    Raises:
        OSError: It has no address, or does not answer.
    """
    socket.create_connection(at, seconds).close()


def closed_doors(
    doors: Collection[Door], seconds: float, knocking: Knock = knock
) -> Mapping[Door, str]:
    """Return the hosts that cannot be reached, each with what the system says.

    Args:
        doors: The hosts.
        seconds: How long all of it may take.
        knocking: How one is tried.
    """
    # Nothing can interrupt the system's resolver: what it still does then, the process leaves.
    answers: dict[Door, str] = {}
    tries = [
        threading.Thread(target=_try, args=(each, seconds, knocking, answers), daemon=True)
        for each in doors
    ]
    for each in tries:
        each.start()
    end = time.monotonic() + seconds
    for each in tries:
        each.join(max(0.0, end - time.monotonic()))
    late = "aucune réponse"
    said = {each: answers.get(each, late) for each in doors}
    return {each: wrong for each, wrong in said.items() if wrong}


def _try(at: Door, seconds: float, knocking: Knock, answers: dict[Door, str]) -> None:
    try:
        knocking(at, seconds)
    except OSError as error:
        answers[at] = error.strerror or str(error) or type(error).__name__
    else:
        answers[at] = ""
