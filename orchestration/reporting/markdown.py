"""Text as Markdown, typeset: what comes from outside says only what it says.

Here: typesetting and marking what is written. Not here: escaping (``expectations.untrusted``), the
templates of the indicators' pages, nor what they say (``indicator_pages``).
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from expectations import french
from expectations.untrusted import as_markdown, cleaned


def escaped(text: str) -> Markup:
    """Return a text as Markdown that renders as that very text."""
    return Markup(as_markdown(french.typeset(cleaned(text))))  # noqa: S704


def paragraph(lines: Iterable[str]) -> str | None:
    """Return lines as Markdown, each on its own; None when there is none."""
    return "\n\n".join(escaped(line) for line in lines if line) or None


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; its titles are ours, what is in it is from outside."""
    lines = [titles, *([escaped(cell) for cell in row] for row in rows)]
    head, *rest = (f"| {' | '.join(cells)} |" for cells in lines)
    return "\n".join([head, f"|{'---|' * len(titles)}", *rest])
