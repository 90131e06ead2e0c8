"""When a receipt is made, where it is kept, to whom it is sent.

Here: one receipt for each deposit that is received, accepted or refused; the same deposit seen
again gives no second one, and a night that was killed before it wrote its receipt is caught up by
the next. Not here: what a receipt says (``examination``).
"""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import css_inline

from expectations.untrusted import cleaned
from orchestration.deposits.examination import Judge, examine
from orchestration.deposits.feeding import DEPOSIT
from orchestration.deposits.receipt import Receipt
from orchestration.deposits.render import page, text
from orchestration.reporting.mail_headers import write_addresses, write_subject
from orchestration.settings.mail_addresses import MAX_RECIPIENTS
from orchestration.settings.settings import Settings
from orchestration.station.mail_readers import receipt_addresses
from orchestration.station.outbox import Outbox
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.registry import Source
from sources.storage.aside import write_aside

LONGEST_SUBJECT = 150


def acknowledge(
    settings: Settings, source: Source, outcome: FetchOutcome, judge: Judge
) -> Path | None:
    """Write and send the receipt of a deposit, unless it has one.

    Args:
        settings: The station, and the addresses of partners.
        source: The source; nothing is done when it is not a deposit.
        outcome: What came of it tonight.
        judge: What the rules say of a table.

    Returns:
        The page of the receipt, just made or made before; None when nothing was ever received.
    """
    archive = Archive(settings.folders.home)
    since = _since(archive, source, outcome) if source.contract.protocol == DEPOSIT else None
    if since is None:
        return None
    identity = _identity(source, outcome, since)
    folder = settings.folders.receipts / source.id
    place = folder / f"{since:%Y-%m-%dT%H%M%S}-{identity}.html"
    if place.exists():
        return place
    receipt = examine(archive, source, outcome, judge)
    folder.mkdir(parents=True, exist_ok=True)
    write_aside(place.with_suffix(".txt"), text(receipt).encode())
    mails = {
        identity: settings.partners.get(source.producer.id),
        f"{identity}.copie": receipt_addresses(settings),
    }
    for named, recipients in mails.items():
        if recipients:
            mail = receipt_mail(receipt, named, settings.mail_from, recipients)
            Outbox(settings.folders.outbox).put(mail)
    # The page comes last: as long as it is not there, the receipt is not made.
    write_aside(place, page(receipt).encode())
    return place


def _since(archive: Archive, source: Source, outcome: FetchOutcome) -> datetime | None:
    """Return when what came of a deposit was first so; None when there is nothing to tell.

    A deposit that is in use was accepted once; one that is refused is so night after night, until
    another comes.
    """
    outcomes = archive.outcomes(source.id)
    if outcome.is_good:
        accepted = [
            former.started_at
            for former in outcomes
            if former.status is FetchStatus.NEW and former.extract_id == outcome.extract_id
        ]
        return accepted[-1] if accepted else None
    if outcome.status is FetchStatus.MISSING or outcome.error_class != "permanent":
        return None
    since = outcome.started_at
    for former in reversed(outcomes):
        if (former.status, former.extract_id) != (outcome.status, outcome.extract_id):
            break
        since = former.started_at
    return since


def _identity(source: Source, outcome: FetchOutcome, since: datetime) -> str:
    parts = (source.id, str(outcome.extract_id), str(outcome.is_good), since.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def receipt_mail(receipt: Receipt, identity: str, sender: str, recipients: str) -> EmailMessage:
    """Return a receipt as a mail; the same receipt always has the same Message-ID.

    Raises:
        ValueError: An address is not one.
    """
    message = EmailMessage(policy=SMTP)
    (author,) = write_addresses(message, "From", sender, most=1)
    write_addresses(message, "To", recipients, most=MAX_RECIPIENTS)
    write_subject(message, cleaned(receipt.subject, LONGEST_SUBJECT))
    message["Date"] = receipt.received_at
    message["Message-ID"] = f"<accuse.{identity}@{author.domain}>"
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(text(receipt))
    styled = css_inline.inline(page(receipt), load_remote_stylesheets=False)
    message.add_alternative(styled, subtype="html")
    return message
