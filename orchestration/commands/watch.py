"""The command that watches from outside: ``vigie watch``.

Here: whether a good night has come, said and mailed. Not here: the sign that a night leaves
(``alarms.heartbeat``), the words of the mail (``alarms.alarm``).

It is meant for a timer of the system (``deploy/systemd``): it needs neither Dagster nor its daemon.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer

from expectations.french import count, moment_long, typeset
from orchestration.alarms.alarm import Alarm, alarm_mail, of_missing_nights, without_a_night
from orchestration.alarms.heartbeat import A_NIGHT, Heartbeat, is_recent, read_heartbeat
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json
from orchestration.commands.stations import Live, station
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.settings.smtp import SmtpSettings
from orchestration.station.outbox import Outbox, send_without_keeping

app = CommandLine()


@app.command()
def watch(
    hours: Annotated[
        int, typer.Option(min=1, help="Âge, en heures, d'une nuit trop vieille.")
    ] = A_NIGHT // timedelta(hours=1),
    live: Live = False,
    mail: Annotated[
        bool, typer.Option("--mail", help="Envoie aussi un courriel, une fois par jour.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Dit si une bonne nuit a eu lieu : 0 si oui, 1 sinon ; ne dépend pas de Dagster."""
    settings, now = station(live=live), datetime.now(UTC)
    last, refused = read_heartbeat(settings.folders), _refused(settings.folders)
    is_good = last is not None and is_recent(last, now, timedelta(hours=hours))
    sent = ""
    if mail and not is_good:
        sent = _mailed(settings, of_missing_nights(last, now, settings.folders))
    if as_json:
        print_json({"good": is_good, "last": last, "refused_mails": len(refused), "mail": sent})
    else:
        missing = f"{without_a_night(last)} ({settings.folders.heartbeat})."
        for sentence in (*_of_refused(refused), _good(last) if last and is_good else missing, sent):
            if sentence:
                console.print(typeset(sentence))
    raise typer.Exit(0 if is_good else 1)


def _refused(folders: Folders) -> Sequence[Path]:
    """Return the mails that no server would take; an outbox that is out of reach has none."""
    with contextlib.suppress(OSError):
        return Outbox(folders.outbox).set_aside()
    return ()


def _of_refused(refused: Sequence[Path]) -> Iterator[str]:
    if refused:
        mails = count(len(refused), "courriel refusé", "courriels refusés")
        yield f"{mails} par le serveur, mis de côté : {refused[0].parent}."


def _good(last: Heartbeat) -> str:
    held = count(last.held, "cellule retenue", "cellules retenues")
    troubles = f" ; sources en difficulté : {', '.join(last.troubles)}" if last.troubles else ""
    moment = moment_long(last.at)
    return f"Dernière bonne nuit : {moment}, publication {last.release} ({held}{troubles})."


def _mailed(settings: Settings, alarm: Alarm) -> str:
    """Keep the mail of an alarm and send it at once; the disk that is full does not silence it."""
    smtp = settings.smtp
    if smtp is None:
        return "Aucun courriel envoyé : aucun serveur n'est configuré (VIGIE_SMTP_HOST)."
    message = alarm_mail(alarm, settings)
    try:
        outbox = Outbox(settings.folders.outbox)
        place = outbox.put(message)
        deliveries = outbox.send_pending(smtp)
    except OSError as error:
        return _sent_without_keeping(message, smtp, error)
    if place.parent == outbox.sent:
        return "Cette alarme a déjà été envoyée aujourd'hui."
    return " ".join(delivery.message for delivery in deliveries) or "Un envoi est déjà en cours."


def _sent_without_keeping(message: EmailMessage, smtp: SmtpSettings, error: OSError) -> str:
    refusal = send_without_keeping(message, smtp)
    sent = f"n'a pas été envoyé : {refusal}" if refusal else "a été envoyé sans être gardé"
    return f"La boîte d'envoi ne peut pas être écrite ({error.strerror}) ; le courriel {sent}."
