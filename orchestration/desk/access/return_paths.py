"""Where somebody goes on once signed in: one of the desk's own pages, and nowhere else.

Here: telling whether a path is one. Not here: signing in (``sign_in``).
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

FIRST = "/"
LONGEST = 2000
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""From the root of this origin, in signs that an address is written with: a browser reads two
strokes, or a backslash, as the beginning of another host, and skips what it cannot print."""


def return_path(wanted: str, pages: Sequence[BaseRoute]) -> str:
    """Return a path of the desk to go on to: the one that is wanted, or the first page.

    Args:
        wanted: What a form or an address says, which anybody may have written.
        pages: The desk's.
    """
    path = unquote(urlsplit(own_path(wanted)).path)
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return own_path(wanted) if any(_answers(page, scope) for page in pages) else FIRST


def own_path(asked: str) -> str:
    """Return a path as a browser reads it on this origin; that of the first page otherwise."""
    return asked if len(asked) <= LONGEST and _PATH.fullmatch(asked) else FIRST


def _answers(page: BaseRoute, scope: Scope) -> bool:
    return page.matches(scope)[0] is Match.FULL
