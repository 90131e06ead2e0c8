"""What is done to every text from outside before a reader sees it, by kind of outlet.

Here: bounding and cleaning, which all outlets need, then what a CSV cell and Markdown need besides.
Not here: escaping HTML and SVG, which Jinja and Matplotlib's own writer do in their own syntax.

| outlet | what it is given |
|---|---|
| console, log, mail, its headers, text of Dagster's, page | ``cleaned`` |
| cell of a CSV that is published | ``as_csv`` |
| Markdown: descriptions and tables of Dagster's, pages of indicators | ``as_markdown`` |
"""

import re
import unicodedata

LIMIT = 2_000
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet may have."""
_BLANKS = re.compile(r"[\t\n\v\f\r \x85\u2028\u2029]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# A spreadsheet computes what begins so, in full width too; an apostrophe says that it is a text.
_FORMULA = re.compile(r"'|[=+\-@\uff1d\uff0b\uff0d\uff20].")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_NUMBER_IN_TEXT = re.compile(r"[0-9]{1,15}(?:[\u202f\u00a0.,][0-9]{1,6}){0,5}")
_WRITTEN_OUT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;"}
_MARKS = re.compile(r"(?i)(?<=\bwww)\.|:(?=//)|[\\`*_\[\]#|~&<>$@]")
_LIST = re.compile(r"^([-+]|\d+[.)])(?=\s)")


def cleaned(text: str, limit: int = LIMIT) -> str:
    """Return the text on one line, without what cannot be seen, at most `limit` characters long.

    Line breaks go because a label must not forge a section of the plain-text mail; controls and
    bidirectional overrides go because they can make a number read backwards. No number is cut in
    two: it would be another one.
    """
    line = _BLANKS.sub(" ", text[: 4 * limit]).strip(" ")
    seen = "".join(c for c in line if unicodedata.category(c) not in _UNSEEN)
    if len(seen) <= limit:
        return seen
    end = limit - 1
    numbers = (found.span() for found in _NUMBER_IN_TEXT.finditer(seen))
    cut = next((first for first, after in numbers if first < end < after), end)
    return f"{seen[:cut]}…"


def as_csv(text: str) -> str:
    """Return a text as a cell of a CSV that a spreadsheet shows, and computes nothing of.

    An apostrophe is put before what would be a formula, and before an apostrophe: who takes one
    first apostrophe away has the text again.
    """
    cell = cleaned(text, LONGEST_CELL)
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def as_markdown(text: str) -> str:
    r"""Return a text as Markdown that renders as that very text.

    Marks are escaped, entities written out, and addresses kept from becoming links by themselves:
    ``*`` becomes ``\*``, ``<`` becomes ``&lt;``, ``www.`` becomes ``www&#46;``.
    """
    line = _MARKS.sub(_unmarked, cleaned(text))
    return _LIST.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)


def _unmarked(found: re.Match[str]) -> str:
    mark = found[0]
    if mark in ".:":
        return f"&#{ord(mark)};"
    return _WRITTEN_OUT.get(mark, f"\\{mark}")
