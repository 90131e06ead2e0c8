"""The report of a night as a message that any mail reader can show.

Here: composing the message. Not here: keeping and sending it (``station.outbox``), the page
(``report``).

The plain text says everything alone; the HTML has its styles inlined and its plots as parts of the
message, so that nothing is fetched when it is read.
"""

import hashlib
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import css_inline

from orchestration.reporting import plots, summary
from orchestration.reporting.mail_headers import write_addresses
from orchestration.reporting.reported_night import ReportedNight
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
    _fill(message, night, author.domain)
    return message


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
