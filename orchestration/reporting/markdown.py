"""Text as Markdown: what comes from outside is written so that it says only what it says.

Here: escaping. Not here: the templates of the indicators' pages, nor what they say
(``indicator_pages``).
"""

import re

from markupsafe import Markup

from expectations import french
from expectations.untrusted import cleaned

_WRITTEN_OUT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;"}
_MARKS = re.compile(r"(?i)(?<=\bwww)\.|:(?=//)|[\\`*_\[\]#|~&<>$@]")
_LIST = re.compile(r"^([-+]|\d+[.)])(?=\s)")


def escaped(text: str) -> Markup:
    r"""Return a text as Markdown that renders as that very text.

    Marks are escaped, entities written out, and addresses kept from becoming links by themselves:
    ``*`` becomes ``\*``, ``<`` becomes ``&lt;``, ``www.`` becomes ``www&#46;``.
    """
    line = _MARKS.sub(_unmarked, french.typeset(cleaned(text)))
    return Markup(_LIST.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line))  # noqa: S704


def _unmarked(found: re.Match[str]) -> str:
    mark = found[0]
    if mark in ".:":
        return f"&#{ord(mark)};"
    return _WRITTEN_OUT.get(mark, f"\\{mark}")
