"""Time as a station sees it: its clock, its last good night, the schedule that asks for the next.

Here: comparing moments. Not here: reading them (``alarms.heartbeat``, ``instance.schedule_life``).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from expectations.french import moment_long
from expectations.untrusted import cleaned
from orchestration.alarms.alarm import without_a_night
from orchestration.alarms.heartbeat import A_NIGHT, SOON, Heartbeat, is_recent, read_heartbeat
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.instance.schedule_life import ScheduleLife, read_schedule_life
from orchestration.settings.folders import Folders
from sources.storage.register_file import REGISTER

SILENT = timedelta(minutes=5)
"""The daemon gives a sign of life twice a minute."""
START = "Démarrez « vigie ui --live » (« systemctl start vigie »)"


def clock(station: ExaminedStation) -> SubjectHealth:
    """Look whether the clock went back: something would be of the future."""
    return clock_against(station.now, _noted(station.folders))


def clock_against(now: datetime, noted: Mapping[str, datetime]) -> SubjectHealth:
    """Compare the clock with what was noted before.

    Args:
        now: What the clock says.
        noted: Moments that have passed, by what noted them.
    """
    sentence = f"L'horloge dit {moment_long(now)}"
    ahead = {name: at for name, at in noted.items() if at - now > SOON}
    if not ahead:
        return well(f"{sentence} ; rien n'est daté de plus tard.")
    name, at = max(ahead.items(), key=lambda item: item[1])
    to_do = "Mettez la machine à l'heure (« timedatectl »), par NTP de préférence."
    return ill(f"{sentence}, mais {name} est du {moment_long(at)} : l'horloge a reculé.", to_do)


def _noted(folders: Folders) -> dict[str, datetime]:
    places = (folders.heartbeat, folders.home / REGISTER, folders.warehouse)
    noted = {
        path.name: datetime.fromtimestamp(path.stat().st_mtime, UTC)
        for path in places
        if path.exists()
    }
    last = read_heartbeat(folders)
    return {**noted, "la dernière bonne nuit": last.at} if last else noted


def last_night(station: ExaminedStation) -> SubjectHealth:
    """Look at the sign that the last good night left."""
    return night_at(read_heartbeat(station.folders), station.now, is_live=station.is_live)


def night_at(last: Heartbeat | None, now: datetime, *, is_live: bool) -> SubjectHealth:
    """Say whether a good night has come.

    Args:
        last: The last one, if ever.
        now: The present moment.
        is_live: Whether one is due every night.
    """
    to_do = "Lisez la dernière exécution dans les pages (« Runs »), ou lancez « vigie nightly »."
    if last is None or (is_live and not is_recent(last, now, A_NIGHT)):
        return ill(f"{without_a_night(last)}.", to_do if is_live else "Lancez « vigie demo ».")
    troubles = f" ; sources en difficulté : {', '.join(last.troubles)}" if last.troubles else ""
    advice = "« vigie sources » dit ce qu'elles ont." if troubles else ""
    return well(f"{moment_long(last.at)}, publication {last.release}{troubles}.", advice)


def schedule(station: ExaminedStation) -> SubjectHealth:
    """Look whether somebody will ask for the next night."""
    if not station.is_live:
        return well("La démonstration n'attend aucun automate.")
    return schedule_of(read_schedule_life(station.folders), station.now)


def schedule_of(life: ScheduleLife, now: datetime) -> SubjectHealth:
    """Say whether the next night will be asked for.

    Args:
        life: What Dagster has noted.
        now: The present moment.
    """
    if not life.is_of_today:
        sentence = (
            "La station a été déplacée, ou mise à jour, depuis le dernier démarrage de Dagster."
        )
        return ill(sentence, f"{START}, ou redémarrez-le.")
    if life.daemon_at is None or now - life.daemon_at > SILENT:
        since = f"depuis le {moment_long(life.daemon_at)}" if life.daemon_at else "depuis toujours"
        return ill(f"L'automate se tait {since} : aucune nuit ne sera lancée.", f"{START}.")
    if life.is_stopped:
        to_do = "Remettez-le en marche dans les pages, « Automation »."
        return ill("Le programme des nuits a été arrêté dans les pages.", to_do)
    if life.failure:
        sentence = f"Le dernier passage du programme a échoué : {cleaned(life.failure, 300)}."
        return ill(sentence, "Lisez-le en entier dans les pages, « Automation », puis redémarrez.")
    if life.tick_at and now - life.tick_at > A_NIGHT:
        sentence = f"Le programme n'a rien demandé depuis le {moment_long(life.tick_at)}."
        return ill(sentence, f"{START}, ou redémarrez-le.")
    passed = f", dernier passage le {moment_long(life.tick_at)}" if life.tick_at else ""
    return well(f"L'automate vit{passed}.")
