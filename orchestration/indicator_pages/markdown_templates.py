"""The Jinja environment of the indicators' pages, which are Markdown.

Here: what templates may call, and escaping every value that they write. Not here: the templates,
and what they say; how a text is escaped (``reporting.markdown``).
"""

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations import french
from expectations.cells.periods import NAMES
from expectations.french import UNITS
from orchestration.indicator_pages import code_words
from orchestration.reporting import vocabulary
from orchestration.reporting.markdown import escaped


def as_code(name: str) -> Markup:
    """Return a name of the project as it is, for a code span or the target of a link.

    Raises:
        ValueError: It holds more than a name or a path does.
    """
    if not re.fullmatch(r"[\w./-]+", name):
        message = f"{name!r} n'est ni un nom ni un chemin du projet : il ne va pas sans échappement"
        raise ValueError(message)
    return Markup(name)  # noqa: S704 checked just above


def environment() -> Environment:
    """Return the environment of the pages: every text that a template writes is escaped."""
    env = Environment(
        loader=PackageLoader("orchestration.indicator_pages", "templates"),
        autoescape=False,  # noqa: S701 Markdown, not HTML: see finalize
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(
        period=french.period, value=code_words.value, anchor=code_words.anchor, code=as_code
    )
    env.globals.update(
        units=UNITS, severities=vocabulary.SEVERITIES, period_kinds=NAMES, code_words=code_words
    )
    return env


def _finalize(value: Any) -> Any:  # noqa: ANN401  whatever a template writes
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return escaped(value)
