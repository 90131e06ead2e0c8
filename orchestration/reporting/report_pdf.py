"""The report as a PDF, which a mail carries and a printer takes: set by Typst, in this process.

Here: the environment of its template, and its file. Not here: what it says (``report.typ``), the
page (``report``), the plots (``inline_svg``).

All that a night says is written as a string of Typst's (``#"…";``): no text is ever markup. Fonts
are those that Typst embeds, the moment is the night's: the same night gives the same bytes.
"""

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst
from jinja2 import Environment
from markupsafe import Markup

from orchestration.reporting import summary
from orchestration.reporting.inline_svg import drawn
from orchestration.reporting.plots import describe
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.templating import environment, shown
from sources.storage.aside import write_aside

REPORT_PDF: Final = "report.pdf"
"""Its name, beside the page of the report."""
MOST_CARDS: Final = 20
"""Findings that are told whole; the page has them all."""
MOST_CELLS: Final = 40
"""Values of one of them, likewise."""
MOST_LINES: Final = 200
"""Lines of a table, likewise."""
BOUNDS: Final = {"most_cards": MOST_CARDS, "most_cells": MOST_CELLS, "most_lines": MOST_LINES}
Standard = Literal["ua-1", "1.7"]
"""PDF/UA-1 has what a screen reader needs, or Typst refuses it; the other asks for nothing."""
DRAWN_IN: Final = "'DejaVu Sans'"
"""The font that Matplotlib writes in its drawings; the PDF has its own."""


def write_pdf(report: Path, night: ReportedNight) -> bool:
    """Write the PDF of a night beside its page.

    Args:
        report: The folder of the report.
        night: The night.

    Returns:
        Whether it is there: a night whose texts Typst cannot set has a page, and no PDF.

    Raises:
        OSError: If the folder cannot be written.
    """
    try:
        content = render_pdf(night)
    except typst.TypstError as error:
        logging.getLogger(__name__).warning(
            "Le rapport de la publication %s n'a pas de PDF (%s) ; sa page dit tout.",
            night.release_id,
            error.message,
        )
        (report / REPORT_PDF).unlink(missing_ok=True)
        return False
    write_aside(report / REPORT_PDF, content)
    return True


def render_pdf(night: ReportedNight) -> bytes:
    """The report as a PDF: tagged, with bookmarks, the same bytes for the same night.

    Raises:
        typst.TypstError: It cannot be set.
    """
    plots = {
        finding.finding_id: drawn(finding).replace(DRAWN_IN, "'Libertinus Serif'")
        for finding in night.moved[:MOST_CARDS]
        if finding.cells
    }
    source = render_source(night, plots)
    try:
        return _set(source, plots, night, "ua-1")
    except typst.TypstError:
        # A script that no embedded font has: the text is then a box, which this standard refuses.
        return _set(source, plots, night, "1.7")


def render_source(night: ReportedNight, plots: Mapping[str, str]) -> str:
    """The report in Typst's language."""
    return (
        _environment()
        .get_template("report.typ")
        .render(
            night=night,
            occasion=summary.occasion(night),
            sentence=summary.sentence(night),
            plots=plots,
        )
    )


def _set(source: str, plots: Mapping[str, str], night: ReportedNight, standard: Standard) -> bytes:
    return typst.compile(
        source.encode(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs=dict(plots),
        pdf_standards=standard,
        timestamp=int(night.at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """The fonts that Typst embeds: what a machine has installed changes nothing."""
    return typst.Fonts(include_system_fonts=False)


@cache
def _environment() -> Environment:
    """The environment of the pages, whose texts are strings of Typst's instead of HTML."""
    pages = environment().overlay(autoescape=True, finalize=_finalize)
    pages.filters = {**pages.filters, "literal": _literal, "bare": Markup, "described": describe}
    pages.globals = {**pages.globals, **BOUNDS}
    return pages


def _finalize(value: Any) -> Any:  # noqa: ANN401  whatever a template writes
    """Write a text where Typst reads markup."""
    return value if isinstance(value, Markup) else Markup(f"#{_literal(value)};")  # noqa: S704


def _literal(value: object) -> Markup:
    """Return a text as Typst reads it where it expects a value."""
    text = str(shown(value)).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return Markup(f'"{text}"')  # noqa: S704
