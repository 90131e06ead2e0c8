"""The report of a night: one HTML file that needs nothing else, and a PDF of it beside.

Here: filling the page, writing both, and making the report the current one. Not here: the words
(``summary``, ``vocabulary``, the template), the plots, the PDF (``report_pdf``), the mail.
"""

import re
from pathlib import Path

from orchestration.reporting import summary
from orchestration.reporting.inline_svg import inline_svg
from orchestration.reporting.report_pdf import REPORT_PDF, write_pdf
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.templating import PRINTED_PAGE, environment
from orchestration.station.first_told import PAGE, write_first_told
from orchestration.station.release import CURRENT
from sources.storage.aside import point_aside, write_aside


def render_page(night: ReportedNight, pdf: str = "") -> str:
    """The page as HTML: styles and plots inside, no script, nothing fetched from anywhere.

    Args:
        night: The night.
        pdf: Name of the PDF that is beside the page; empty when there is none.
    """
    return (
        environment()
        .get_template("report.html")
        .render(
            night=night,
            pdf=pdf,
            occasion=summary.occasion(night),
            sentence=summary.sentence(night),
            plots={
                finding.finding_id: inline_svg(finding)
                for finding in night.findings
                if finding.cells
            },
        )
    )


def render_printed_page(night: ReportedNight) -> str:
    """The page of what does not hold together in the printed report, as HTML: likewise."""
    return environment().get_template("printed.html").render(night=night, printed=night.printed)


def write_report(reports: Path, night: ReportedNight) -> Path:
    """Write the report of a night, which is not the current one yet.

    Args:
        reports: Folder of all reports; each has its own, named after the release it tells.
        night: The night.

    Returns:
        The page: `<reports>/<release_id>/index.html`.

    Raises:
        ValueError: If the release's id cannot name a folder.
        OSError: If the folder cannot be written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", night.release_id):
        msg = f"release id {night.release_id!r} cannot name a folder of {reports}"
        raise ValueError(msg)
    page = reports / night.release_id / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    write_first_told(page.parent, night.first_told)
    pdf = REPORT_PDF if write_pdf(page.parent, night) else ""
    if night.printed:
        write_aside(page.with_name(PRINTED_PAGE), render_printed_page(night).encode())
    write_aside(page, render_page(night, pdf).encode())
    return page


def make_current(page: Path) -> None:
    """Make a report the current one: last of all, since a night is then taken to be over.

    Args:
        page: Its page, as ``write_report`` returns it.

    Raises:
        OSError: If the folder cannot be written; the current report is then as it was.
    """
    point_aside(page.parent.parent / CURRENT, page.parent.name)
