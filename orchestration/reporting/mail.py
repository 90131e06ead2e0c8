"""The report of a night as a message that any mail reader can show.

Here: composing the message. Not here: keeping and sending it (``station.outbox``), the page
(``report``).

The plain text says everything alone; the HTML has its styles inlined and its plots as parts of the
message, so that nothing is fetched when it is read. Where readers can reach the desk, the message
is a screen: a line a cause, that leads to its card.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import css_inline

from expectations.untrusted import as_csv
from orchestration.reporting import plots, summary
from orchestration.reporting.mail_headers import write_addresses
from orchestration.reporting.reported_night import FindingLine, ReportedNight
from orchestration.reporting.templating import environment
from orchestration.settings import MAX_RECIPIENTS

MAX_DETAILED = 8
MAX_CELLS = 25
MAX_CHANGES = 8


def build_mail(night: ReportedNight, sender: str, recipients: str) -> EmailMessage:
    """Compose the mail of a night; the same night and recipients give the same Message-ID.

    Args:
        night: What to tell.
        sender: One address, `Vigie <vigie@exemple.fr>`.
        recipients: One address or more, separated by commas.

    Raises:
        ValueError: If an address is not one, or would smuggle in another header.
    """
    message = EmailMessage(policy=SMTP)
    (author,) = write_addresses(message, "From", sender, most=1)
    readers = write_addresses(message, "To", recipients, most=MAX_RECIPIENTS)
    message["Subject"] = summary.subject(night)
    message["Date"] = night.at
    message["Message-ID"] = _message_id(night, readers, author.domain)
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-generated"
    if night.desk:
        _fill_short(message, night)
    else:
        _fill(message, night, author.domain)
    return message


def _fill_short(message: EmailMessage, night: ReportedNight) -> None:
    """Add both bodies, a line a cause, and the values in doubt: the rest is one click away."""
    context = {
        "night": night,
        "subject": summary.subject(night),
        "sentence": summary.sentence(night),
        "causes": _one_a_cause(night.to_handle),
        "late": [line for line in night.indicators if line.late],
    }
    env = environment()
    html = env.get_template("short_mail.html").render(context)
    message.set_content(env.get_template("short_mail.txt").render(context))
    message.add_alternative(css_inline.inline(html, load_remote_stylesheets=False), subtype="html")
    if night.to_handle:
        message.add_attachment(_in_doubt(night), subtype="csv", filename="constats.csv")


def _one_a_cause(findings: Sequence[FindingLine]) -> list[FindingLine]:
    """Return findings, those left out that the cause of a former one may explain."""
    leaders: list[FindingLine] = []
    explained: set[str] = set()
    for finding in findings:
        if finding.finding_id not in explained:
            leaders.append(finding)
            explained |= {other.finding_id for other in finding.same_cause}
    return leaders


def _in_doubt(night: ReportedNight) -> str:
    """Return the values of the findings to handle, as a CSV that a spreadsheet computes nothing of.

    Columns: finding, indicator, what the cell is, value before, value after, what became of it.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("constat", "indicateur", "cellule", "avant", "apres", "publication"))
    rows.writerows(
        [
            finding.finding_id,
            *map(as_csv, (finding.indicator, cell.label)),
            *("" if value is None else f"{value:.15g}" for value in (cell.before, cell.after)),
            as_csv(cell.publication),
        ]
        for finding in night.to_handle
        for cell in finding.cells
    )
    return text.getvalue()


def _fill(message: EmailMessage, night: ReportedNight, domain: str) -> None:
    """Add both bodies, and the plots as parts related to the HTML one."""
    detailed = night.to_handle[:MAX_DETAILED]
    drawn = [finding for finding in detailed if finding.cells]
    cids = {finding.finding_id: f"{finding.finding_id}@{domain}" for finding in drawn}
    context = {
        "night": night,
        "subject": summary.subject(night),
        "sentence": summary.sentence(night),
        "max_cells": MAX_CELLS,
        "max_changes": MAX_CHANGES,
        "detailed": detailed,
        "listed": night.to_handle[MAX_DETAILED:],
        "cids": cids,
        "descriptions": {finding.finding_id: plots.describe(finding) for finding in drawn},
    }
    env = environment()
    html = env.get_template("mail.html").render(context)
    message.set_content(env.get_template("mail.txt").render(context))
    message.add_alternative(css_inline.inline(html, load_remote_stylesheets=False), subtype="html")
    _, body = message.iter_parts()
    for finding in drawn:
        body.add_related(
            plots.png(finding),
            "image",
            "png",
            cid=f"<{cids[finding.finding_id]}>",
            disposition="inline",
            filename=f"{finding.finding_id}.png",
        )


def _message_id(night: ReportedNight, readers: tuple[Address, ...], domain: str) -> str:
    """A Message-ID that depends on the night, its release and the readers, and on nothing else."""
    to = sorted(reader.addr_spec for reader in readers)
    key = "\n".join((night.at.isoformat(), night.release_id, *to))
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"<{night.at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{digest}@{domain}>"
