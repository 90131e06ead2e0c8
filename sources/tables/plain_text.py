"""A text as it is compared: what cannot be seen in it does not count.

Here: the one reading of titles, codes and marks, whichever keyboard, office suite or system wrote
them. Not here: naming in a message what cannot be seen (``errors``), nor what numbers look like.
"""

import unicodedata
from itertools import filterfalse

from sources.errors import is_unseen

APOSTROPHES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{PRIME}": "'"})
IN_MARKS = str.maketrans("", "", " ./")
"""What does not count between the letters of a mark: « n.c. », « n/a » and « N C » are known."""

TURNING = frozenset({"R", "AL", "RLE", "RLO", "RLI"})
"""Of what has no width, what turns digits around: « 462 » behind it is seen « 264 »."""


def plain(text: str) -> str:
    """Return a cell as it is read: composed, with ordinary spaces, without what has no width.

    Line breaks stay, inside: they are seen. Characters that stand for nothing, or turn the order of
    what follows, are left where they are: no rule knows them, and each refuses them with their
    name.
    """
    if text.isascii():
        return text.strip()
    composed = unicodedata.normalize("NFC", "".join(filter(_is_kept, text)))
    return "".join(map(_spaced, composed)).strip()


def _is_kept(character: str) -> bool:
    is_format = unicodedata.category(character) == "Cf"
    return not is_format or unicodedata.bidirectional(character) in TURNING


def _spaced(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else character


def folded(text: str) -> str:
    """Return a title or a code as compared: neither case, runs of spaces nor apostrophes count."""
    # Folding takes some letters apart: they are composed again.
    return " ".join(plain(plain(text).translate(APOSTROPHES).casefold()).split())


def without_accents(text: str) -> str:
    """Return a text without accents nor case."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filterfalse(unicodedata.combining, letters))


def folded_mark(text: str) -> str:
    """Return what may stand for a number as compared: nor do the points between its letters."""
    mark = folded(text)
    is_word = any(character.isalpha() for character in mark)
    return mark.translate(IN_MARKS) if is_word else mark.replace(" ", "")


def unlike_plain(text: str) -> tuple[str, ...]:
    """Return the characters that cannot be told from others, or not be seen, by their names."""
    return tuple(
        dict.fromkeys(f"U+{ord(character):04X}" for character in text if is_unseen(character))
    )
