"""The report of a night as a message that any mail reader can show.

Here: composing the message. Not here: who gets which (``narrowed_night``), keeping and sending it
(``station.outbox``), the page (``report``) and its PDF.

The message is a screen: the night in a sentence, a line a cause that leads to its card, what is due
and from whom. The values in doubt are attached, and the whole report. Its styles are inlined, so
that nothing is fetched when it is read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Any

import css_inline

from expectations.decisions.standings import ALTERED_BECAUSE
from expectations.french import count, day_long
from expectations.untrusted import cleaned
from orchestration.reporting import summary
from orchestration.reporting.mail_headers import write_addresses, write_subject
from orchestration.reporting.report_pdf import REPORT_PDF
from orchestration.reporting.reported_findings import FindingLine
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.templating import environment
from orchestration.reporting.values_in_cause import values_in_cause
from orchestration.settings.mail_addresses import MAX_RECIPIENTS

SHOWN = (10, 5, 2)
"""Lines of a list, the first number that makes a message small enough; the desk has them all."""
LARGEST_HTML = 40_000
LARGEST_PDF = 2_000_000
"""Servers that readers have bound what they take, to 10 MB or so, and every sent mail is kept."""


def build_mail(
    night: ReportedNight, sender: str, recipients: str, pdf: Path | None = None
) -> EmailMessage:
    """Compose the mail of a night; the same night and recipients give the same Message-ID.

    Args:
        night: What to tell.
        sender: One address, `Vigie <vigie@exemple.fr>`.
        recipients: One address or more, separated by commas.
        pdf: The report as a PDF, when it is all told to these readers and there is one.

    Raises:
        ValueError: If an address is not one, or would smuggle in another header.
    """
    message = EmailMessage(policy=SMTP)
    (author,) = write_addresses(message, "From", sender, most=1)
    readers = write_addresses(message, "To", recipients, most=MAX_RECIPIENTS)
    write_subject(message, summary.subject(night))
    message["Date"] = night.at
    message["Message-ID"] = _message_id(night, readers, author.domain)
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-generated"
    attached = _attached(pdf)
    is_too_large = bool(pdf and pdf.is_file() and not attached)
    _write_bodies(message, night, is_pdf_attached=bool(attached), is_pdf_too_large=is_too_large)
    if _in_cause(night):
        message.add_attachment(
            values_in_cause(_in_cause(night)), subtype="csv", filename="constats.csv"
        )
    if attached:
        name = f"rapport-{night.at:%Y-%m-%d}.pdf"
        message.add_attachment(attached, "application", "pdf", filename=name)
    return message


def _attached(pdf: Path | None) -> bytes:
    """Return the report to attach; nothing when there is none, or servers would refuse it."""
    is_there = pdf is not None and pdf.is_file() and pdf.stat().st_size <= LARGEST_PDF
    return pdf.read_bytes() if pdf and is_there else b""


def _write_bodies(message: EmailMessage, night: ReportedNight, **of_pdf: bool) -> None:
    """Add both bodies, with as many lines as keep them small."""
    env = environment()
    context = {**_context(night), **of_pdf}
    for most in SHOWN:
        page = env.get_template("mail.html").render(context, most=most)
        html = css_inline.inline(page, load_remote_stylesheets=False)
        if len(html.encode()) <= LARGEST_HTML:
            break
    message.set_content(env.get_template("mail.txt").render(context, most=most))
    message.add_alternative(html, subtype="html")


def _context(night: ReportedNight) -> Mapping[str, Any]:
    causes = _one_a_cause(night.to_handle)
    return {
        "night": night,
        "subject": summary.subject(night),
        "occasion": summary.occasion(night),
        "sentence": summary.sentence(night),
        "causes": [finding for finding in causes if not _is_kept(finding)],
        "decided": [finding for finding in causes if _is_kept(finding)],
        "late": [line for line in night.indicators if line.late],
        "has_values": bool(_in_cause(night)),
        "pdf_location": f"{night.page_location.rpartition('/')[0]}/{REPORT_PDF}",
        "mark": partial(_mark, night),
        "more": _more,
        "short": cleaned,
        "day_long": day_long,
    }


def _more(lines: Sequence[object], most: int) -> str:
    """Count the lines that are not shown; nothing when all are."""
    rest = len(lines) - most
    return f"et {count(rest, 'autre', 'autres')}, dans le rapport" if rest > 0 else ""


def _mark(night: ReportedNight, finding: FindingLine) -> str:
    """Say what was decided of a finding, else for which day it waits, if it does."""
    decision = finding.decision
    if decision is None:
        cause = {finding.finding_id, *(kin.finding_id for kin in finding.same_cause)}
        if until := [night.put_off[each] for each in cause if each in night.put_off]:
            return f"remis au {day_long(min(until))}"
        asked = (answer for answer in night.awaited if answer.finding_id in cause)
        return "".join(f"demandé, réponse attendue le {day_long(each.due)}" for each in asked)
    if decision.is_altered:
        return f"décision n° {decision.decision_id} : {ALTERED_BECAUSE}, elle n'est pas appliquée"
    return f"décidé : {decision.choice}, par {decision.author}"


def _is_kept(finding: FindingLine) -> bool:
    """Tell whether a decision keeps a finding held, so that nobody has to look at it again."""
    return finding.decision is not None and not finding.decision.is_altered


def _one_a_cause(findings: Sequence[FindingLine]) -> list[FindingLine]:
    """Return findings, those left out that the cause of a former one may explain."""
    leaders: list[FindingLine] = []
    explained: set[str] = set()
    for finding in findings:
        if finding.finding_id not in explained:
            leaders.append(finding)
            explained |= {other.finding_id for other in finding.same_cause}
    return leaders


def _in_cause(night: ReportedNight) -> list[FindingLine]:
    """Return the findings whose values are attached: what is to handle, and what was decided."""
    return [finding for finding in (*night.to_handle, *night.settled) if finding.cells]


def _message_id(night: ReportedNight, readers: tuple[Address, ...], domain: str) -> str:
    """A Message-ID that depends on the night, its release and the readers, and on nothing else."""
    to = sorted(reader.addr_spec for reader in readers)
    key = "\n".join((night.at.isoformat(), night.release_id, *to))
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"<{night.at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{digest}@{domain}>"
