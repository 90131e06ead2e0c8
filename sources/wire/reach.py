"""Whether hosts can be reached: their name is resolved and their door opens, nothing is asked.

Here: one try each, all at once. Not here: asking them for anything (``http``), what bounds a try in
time (``bounded``).
"""

import socket
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from sources.wire.bounded import within

HTTPS, HTTP = 443, 80


class Door(NamedTuple):
    """Where one connects to."""

    host: str
    port: int


Knock = Callable[[Door, float], socket.socket]


def door(host: str) -> Door:
    """Return where a portal is reached: itself, or the proxy that stands before it."""
    url = f"https://{host}"
    proxy = select_proxy(url, dict(get_environ_proxies(url)))
    if not proxy:
        return Door(host, HTTPS)
    address = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return Door(address.hostname or "", address.port or HTTP)


def closed_doors(
    doors: Collection[Door], seconds: float, knock: Knock = socket.create_connection
) -> Mapping[Door, str]:
    """Return the hosts that cannot be reached, each with what the system says.

    Args:
        doors: The hosts.
        seconds: How long all of it may take.
        knock: Connects to one.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(doors))) as pool:
        said = pool.map(partial(_wrong, seconds=seconds, knock=knock), doors)
        return {each: wrong for each, wrong in zip(doors, said, strict=True) if wrong}


def _wrong(at: Door, seconds: float, knock: Knock) -> str:
    """Say why a door stays shut; the empty text when it opens."""
    try:
        # Nothing can interrupt the system's resolver: what it still does then is left behind.
        within(seconds, lambda: knock(at, seconds)).close()
    except TimeoutError:
        return "aucune réponse"
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
    return ""
