"""What a station needs of others: the producers' portals, the mail server; and its mails meanwhile.

Here: whether doors open. Not here: asking for data (``sources``), sending (``station.outbox``).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from expectations.french import count, listing
from expectations.untrusted import cleaned
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.settings.smtp import SmtpSettings
from orchestration.station.outbox import Outbox, unwelcome
from sources.contract import declared_hosts
from sources.wire.reach import Door, closed_doors, door

LONGEST_KNOCK = 10.0
LONGEST_WAIT = timedelta(days=1)


def portals(station: ExaminedStation) -> SubjectHealth:
    """Look whether the producers' portals, or the proxy before them, can be reached."""
    if not station.is_live:
        return well("La démonstration ne demande rien au dehors.")
    if station.settings.replay:
        to_do = "Retirez VIGIE_REPLAY : les chiffres seraient ceux d'un enregistrement."
        return ill("VIGIE_REPLAY remplace les portails des producteurs.", to_do)
    doors = {door(host) for host in declared_hosts()}
    return reached(doors, closed_doors(doors, LONGEST_KNOCK))


def reached(doors: Collection[Door], closed: Mapping[Door, str]) -> SubjectHealth:
    """Say which hosts can be reached.

    Args:
        doors: Those that were tried.
        closed: Those that do not answer, and why.
    """
    if not closed:
        return well(f"{count(len(doors), 'adresse répond', 'adresses répondent')}.")
    named = listing(
        f"{at.host}:{at.port} ({cleaned(why, 120)})" for at, why in sorted(closed.items())
    )
    to_do = (
        "Toutes se taisent : voyez le réseau, le DNS, le pare-feu et le mandataire (HTTPS_PROXY)."
        if len(closed) == len(doors)
        else "Les autres répondent : ce portail est peut-être en panne ; la nuit fait sans lui."
    )
    return ill(f"Ne répondent pas : {named}.", to_do)


def mail_server(station: ExaminedStation) -> SubjectHealth:
    """Look whether the mail server lets one in; nothing is sent."""
    if not station.is_live:
        return well("La démonstration n'envoie aucun courriel.")
    smtp = station.settings.smtp
    if smtp is None:
        return well("Aucun serveur n'est configuré : les courriels restent dans outbox/.")
    return welcomed(smtp)


def welcomed(smtp: SmtpSettings) -> SubjectHealth:
    """Say whether a mail server lets one in."""
    bounded = smtp.model_copy(
        update={"timeout_seconds": LONGEST_KNOCK, "deadline_seconds": 3 * LONGEST_KNOCK}
    )
    if wrong := unwelcome(bounded):
        to_do = "Vérifiez VIGIE_SMTP_* et le réseau ; les courriels attendent dans outbox/."
        return ill(f"{wrong[:1].upper()}{wrong[1:]}.", to_do)
    return well(f"{smtp.host}:{smtp.port} ouvre sa porte.")


def mails(station: ExaminedStation) -> SubjectHealth:
    """Look at the mails that wait, and at those that no server would take."""
    if not station.folders.outbox.is_dir():
        return well("Aucun courriel n'a encore été écrit.")
    outbox = Outbox(station.folders.outbox)
    waiting = [
        datetime.fromtimestamp(path.stat().st_mtime).astimezone() for path in outbox.waiting()
    ]
    oldest = min(waiting, default=station.now)
    late = station.now - oldest if station.settings.smtp and station.is_live else timedelta()
    return mails_left(len(waiting), late, len(outbox.set_aside()))


def mails_left(waiting: int, late: timedelta, refused: int) -> SubjectHealth:
    """Say what becomes of mails.

    Args:
        waiting: How many wait.
        late: For how long the first one has, where a server could have taken it.
        refused: How many no server would take.
    """
    left = count(waiting, "courriel en attente", "courriels en attente")
    sentence = f"{left}, {count(refused, 'refusé', 'refusés')}"
    if refused:
        to_do = (
            "Lisez pourquoi dans outbox/refused/*.json, corrigez, puis remettez-les dans outbox/."
        )
        return ill(f"{sentence}.", to_do)
    if late > LONGEST_WAIT:
        hours = count(int(late / timedelta(hours=1)), "heure", "heures")
        return ill(f"{sentence}, le premier depuis {hours}.", "Voyez le serveur de messagerie.")
    return well(f"{sentence}.")
