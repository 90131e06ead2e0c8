"""The one Jinja environment of the report: escaping, bounding, French filters.

Here: what templates may call. Not here: the templates, and what they say.

Templates ending in ``.html`` escape every value. In all of them, every text is bounded, cleaned and
given its no-break spaces when it is written (``shown``), so that no template can forget to; their
own words are given theirs when they are read.
"""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from expectations import french
from expectations.decisions.standings import ALTERED_BECAUSE, LAPSED_BECAUSE
from expectations.french import UNITS, count, date_long, quantity, time_short
from expectations.untrusted import cleaned
from orchestration.reporting import vocabulary
from orchestration.reporting.reported_night import FigureLine, IndicatorLine

MAIL_WIDTH = 74
MOST_DECISIONS = 200
MOST_CHANGES = 200
PRINTED_PAGE = "bilan.html"
"""What does not hold together in the printed report, beside the page of the report."""
FINDING_ON_PAGE = "#constat-"
"""Where a finding is on the page of the report; elsewhere a page of its own."""


class _Typeset(Extension):
    """Gives the words of a template their no-break spaces; between braces, and in CSS, is code."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Typeset what is written as it stands."""
        for token in stream:
            is_text = token.type == "data" and str(stream.name).endswith((".html", ".txt"))
            yield token._replace(value=french.typeset(token.value)) if is_text else token


@cache
def environment() -> Environment:
    """Return the environment of the pages and of both bodies of the mail, built once."""
    env = Environment(
        loader=PackageLoader("orchestration.reporting", "templates"),
        extensions=[_Typeset],
        autoescape=select_autoescape(["html"]),
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Each finding has a page's worth of templates: none is looked for on the disk twice.
        auto_reload=False,
    )
    env.filters.update(
        value=_value,
        number=french.number,
        period=french.period,
        day=date_long,
        time=time_short,
        paragraph=_paragraph,
        state=vocabulary.state,
        figures=_figures,
        nothing=_nothing,
        age=_age,
    )
    env.globals.update(
        count=count,
        units=UNITS,
        severities=vocabulary.SEVERITIES,
        remedies=vocabulary.REMEDIES,
        how_to_decide=vocabulary.HOW_TO_DECIDE,
        same_cause=vocabulary.SAME_CAUSE,
        holds_nothing=vocabulary.holds_nothing,
        lapsed=LAPSED_BECAUSE,
        altered=ALTERED_BECAUSE,
        most_decisions=MOST_DECISIONS,
        most_changes=MOST_CHANGES,
        source_statuses=vocabulary.SOURCE_STATUSES,
        finding_address=FINDING_ON_PAGE,
        printed_page=PRINTED_PAGE,
    )
    return env


def shown(value: Any) -> Any:  # noqa: ANN401  whatever a template writes
    """Clean and typeset every text; what is markup was so when it was made."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _typeset(value)


@lru_cache(maxsize=16_384)
def _typeset(text: str) -> str:
    """Return a text cleaned and typeset; the pages say the same ones again and again."""
    return french.typeset(cleaned(text))


def _value(value: float | None, unit: str = "", obs_status: str = "L") -> str:
    """A value, or the word that says why there is none."""
    if value is None:
        return vocabulary.absence(obs_status)
    return quantity(value, cleaned(unit, 30))


def _nothing(figure: FigureLine, none: str) -> str:
    """The word where an indicator has no figure to show: why its last period has none, if told."""
    if figure.is_held:
        return "retenu"
    return vocabulary.absence(figure.status) if figure.status else none


def _age(since: datetime, now: datetime) -> str:
    """Since when, in words: « depuis 7 jours, le 22 novembre 2026 »."""
    days = (now.date() - since.date()).days
    return f"depuis {count(days, 'jour', 'jours') + ', ' if days else ''}le {date_long(since)}"


def _figures(line: IndicatorLine) -> str:
    """The figures at the head of an indicator, in one line of plain text."""
    texts = [
        f"{figure.label} {_value(figure.value, line.unit)} en {french.period(figure.period or '')}"
        for figure in line.figures
        if figure.value is not None
    ]
    words = dict.fromkeys(_nothing(figure, "aucun chiffre publié") for figure in line.figures)
    return french.listing(text.strip() for text in texts) or french.listing(words)


def _paragraph(text: str, indent: int = 0, bullet: str = "") -> Markup:
    """A paragraph of the plain-text mail, cleaned, then folded and indented."""
    margin = " " * indent
    folded = textwrap.fill(
        french.typeset(cleaned(text)),
        MAIL_WIDTH,
        initial_indent=margin + bullet,
        subsequent_indent=margin + " " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return Markup(folded)  # noqa: S704  plain text: marks it as already cleaned, see shown
