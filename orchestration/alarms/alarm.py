"""An alarm: what is said of a night that failed, or of nights that do not come.

Here: the French sentences, as one plain text that any reader shows, and its mail. Not here: when an
alarm is raised (``failed_runs``, ``commands.watch``), the report of a night (``reporting``).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from expectations.french import PARIS, date_long, moment_long, time_short, typeset
from expectations.untrusted import cleaned
from orchestration.alarms.heartbeat import Heartbeat
from orchestration.reporting.mail_headers import write_addresses, write_subject
from orchestration.settings.folders import Folders
from orchestration.settings.mail_addresses import MAX_RECIPIENTS
from orchestration.settings.settings import Settings
from orchestration.station.job_names import DECISION, DEPOSIT, NIGHTLY, REPUBLICATION
from orchestration.station.locks import Holder, seen_at_work
from orchestration.station.mail_readers import failure_addresses
from orchestration.station.release import made_at
from orchestration.station.releases_in_force import current_release, refuse_when_lost
from orchestration.station.troubles import Kind, trouble_said

LONGEST_SAYING = 1_000
LONGEST_NAME = 200
STUCK = timedelta(hours=3)
"""How long nothing takes that goes on: Dagster's daemon ends what it launched after two."""
ONCE = "Une même alarme n'est envoyée qu'une fois par jour."


@dataclass(frozen=True)
class Alarm:
    """What is told.

    Attributes:
        at: When it was raised.
        kind: What, with the day, makes of two alarms the same one.
        subject: The subject of its mail.
        paragraphs: Its text.
    """

    at: datetime
    kind: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class FailedRun:
    """A run that did not go to its end.

    Attributes:
        at: When it ended.
        job: Its job.
        step: The step that failed; empty when it was none.
        kind: The class of the error.
        saying: What the error says.
        log: Where all of it can be read.
    """

    at: datetime
    job: str
    step: str
    kind: str
    saying: str
    log: str


FAILED_WORK = {
    NIGHTLY: ("La nuit", "Elle sera reprise par la nuit prochaine, ou dès maintenant par"),
    DEPOSIT: (
        "La lecture de dépôts",
        "Elle sera reprise par la nuit prochaine, ou dès maintenant par",
    ),
    DECISION: (
        "La décision",
        "Si elle est enregistrée (« vigie decisions »), elle sera publiée par la nuit prochaine, "
        "ou par",
    ),
    REPUBLICATION: ("La publication", "Elle sera reprise par la nuit prochaine, ou par"),
}


REBUILD = (
    "Que faire : l'entrepôt est abîmé, et aucune nuit n'ira à son terme avant qu'il soit refait. "
    "Rien n'y est perdu : taper « vigie rebuild » (avec « --live » hors démonstration), puis "
    "« vigie nightly »."
)


def what_stopped(run: FailedRun) -> str:
    """Say in a line what a run stopped on, for whoever launched it."""
    step = f" à l'étape « {cleaned(run.step, LONGEST_NAME)} »" if run.step else ""
    return typeset(f"Arrêt{step} : ") + cleaned(run.saying, LONGEST_SAYING)


def of_failed_run(run: FailedRun, folders: Folders) -> Alarm:
    """Return what is told of a run that failed."""
    work, again = FAILED_WORK[run.job]
    trouble = trouble_said(f"duckdb: {run.saying}", folders)
    is_to_rebuild = trouble and (trouble.kind, trouble.place) == (Kind.DAMAGED, folders.warehouse)
    title = f"{work} du {date_long(run.at)} n'est pas allée à son terme"
    step = f" à l'étape « {cleaned(run.step, LONGEST_NAME)} »" if run.step else ""
    return Alarm(
        at=run.at,
        kind=f"{run.job}\n{run.step}\n{run.kind}",
        subject=f"Vigie : {title[0].lower()}{title[1:]}",
        paragraphs=(
            f"{title} : elle s'est arrêtée à {time_short(run.at)}{step}.",
            f"Ce qui a été dit : {cleaned(run.saying, LONGEST_SAYING)}",
            _served(folders),
            *((REBUILD,) if is_to_rebuild else _usual(run, again, folders)),
            ONCE,
        ),
    )


def _usual(run: FailedRun, again: str, folders: Folders) -> tuple[str, ...]:
    """Say what to do about a run that failed, whatever stopped it."""
    return (
        f"Que faire : lire le journal ({cleaned(run.log, LONGEST_SAYING)}) ; vérifier qu'il "
        f"reste de la place (« df -h {folders.home} ») et que personne ne tient la base "
        f"ouverte (« fuser -v {folders.warehouse} »).",
        f"{again} « vigie nightly ». Si la même erreur revient, envoyer le journal à qui "
        "entretient la station.",
    )


def of_missing_nights(last: Heartbeat | None, at: datetime, folders: Folders) -> Alarm:
    """Return what is told when no good night has come for too long."""
    sentence, holder = without_a_night(last), seen_at_work(folders)
    if holder and at - datetime.fromisoformat(holder.since) >= STUCK:
        return _of_stuck_work(holder, sentence, at, folders)
    working = f" En ce moment y travaille {holder} : si cela va à son terme, il n'y a rien à faire."
    return Alarm(
        at=at,
        kind="watch",
        subject=f"Vigie : {sentence[0].lower()}{sentence[1:]}",
        paragraphs=(
            f"{sentence}.{working if holder else ''}",
            _served(folders),
            "Que faire : vérifier que les services de la station tournent (« systemctl status "
            "'vigie*' »), qu'il reste de la place sur le disque, et que la nuit est prévue dans "
            "les pages de Dagster (« every_night »). Pour en faire une aussitôt : « vigie "
            "nightly ».",
            f"Station : {folders.home}",
            ONCE,
        ),
    )


def _of_stuck_work(holder: Holder, sentence: str, at: datetime, folders: Folders) -> Alarm:
    """Return what is told when no good night has come, and something still works on the station."""
    return Alarm(
        at=at,
        kind="watch\nstuck",
        subject=f"Vigie : {sentence[0].lower()}{sentence[1:]}, et une exécution semble bloquée",
        paragraphs=(
            f"{sentence}. La station est prise par {holder}.",
            _served(folders),
            "Que faire : voir dans les pages de Dagster si elle avance encore. Si elle n'avance "
            f"plus, l'arrêter par ces pages (« Terminate ») ou par « kill {holder.pid} » : rien "
            "de ce qui est publié n'est perdu, et la nuit suivante reprend ce qui manque. Pour en "
            "faire une aussitôt : « vigie nightly ».",
            f"Station : {folders.home}",
            ONCE,
        ),
    )


def without_a_night(last: Heartbeat | None) -> str:
    """Say since when no good night has come."""
    if last is None:
        return "Aucune bonne nuit n'a encore été notée"
    return f"Aucune bonne nuit depuis le {moment_long(last.at)}"


def _served(folders: Folders) -> str:
    try:
        refuse_when_lost(folders.releases)
        release = current_release(folders.releases)
        made = made_at(release.release_id) if release else None
    except (OSError, ValueError):
        return f"La publication en vigueur ne peut pas être lue ({folders.releases / 'current'})."
    if made is None:
        return "Aucune publication n'est encore en vigueur."
    return (
        f"La publication en vigueur reste servie, entière : celle du {moment_long(made)} "
        f"({folders.releases / 'current'})."
    )


def alarm_mail(alarm: Alarm, settings: Settings) -> EmailMessage:
    """Return an alarm as a mail; the same alarm on the same day has the same Message-ID.

    Raises:
        ValueError: An address is not one.
    """
    message = EmailMessage(policy=SMTP)
    (author,) = write_addresses(message, "From", settings.mail_from, most=1)
    recipients = failure_addresses(settings)
    write_addresses(message, "To", recipients, most=MAX_RECIPIENTS)
    day = f"{alarm.at.astimezone(PARIS):%Y%m%d}"
    digest = hashlib.sha256(f"{recipients}\n{alarm.kind}".encode()).hexdigest()[:16]
    write_subject(message, typeset(cleaned(alarm.subject, LONGEST_NAME)))
    message["Date"] = alarm.at
    message["Message-ID"] = f"<alarme.{day}.{digest}@{author.domain}>"
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(map(typeset, alarm.paragraphs)) + "\n")
    return message
