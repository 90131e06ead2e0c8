"""What is done to every text from outside before a reader sees it, escaping apart.

Here: bounding and cleaning. Not here: escaping, which Jinja and Matplotlib's own writer do in their
own syntax.
"""

import re
import unicodedata

LIMIT = 2_000
_BLANKS = re.compile(r"[\t\n\v\f\r \x85\u2028\u2029]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def cleaned(text: str, limit: int = LIMIT) -> str:
    """Return the text on one line, without what cannot be seen, at most `limit` characters long.

    Line breaks go because a label must not forge a section of the plain-text mail; controls and
    bidirectional overrides go because they can make a number read backwards.
    """
    line = _BLANKS.sub(" ", text[: 4 * limit]).strip(" ")
    seen = "".join(c for c in line if unicodedata.category(c) not in _UNSEEN)
    return seen if len(seen) <= limit else f"{seen[: limit - 1]}…"
