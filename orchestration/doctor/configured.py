"""The settings of a station: those that are accepted, and leave it deaf or mute all the same.

Here: what they amount to together. Not here: what each may be (``settings``).
"""

from expectations.french import count, listing
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.settings.settings import Settings
from orchestration.station.instance_settings import InstanceSettingsError, instance_settings
from orchestration.station.mail_readers import (
    MailContent,
    MailTableError,
    declared_fiches,
    mail_readers,
)
from sources.errors import visible
from sources.wire import loopback

MOST_NAMED = 6


def configured(station: ExaminedStation) -> SubjectHealth:
    """Look at the settings, and at what the operator adds to Dagster's."""
    try:
        instance_settings(station.folders)
    except InstanceSettingsError as error:
        return ill(str(error), "")
    region = f"Région {station.settings.region}"
    return amounting_to(region, station.settings) if station.is_live else well(f"{region}.")


def recipients(station: ExaminedStation) -> SubjectHealth:
    """Look at who receives which mails, and at the indicators that nobody does."""
    table = station.settings.mail_table
    if table is None:
        return well("VIGIE_MAIL_TO : chacun y reçoit le rapport entier et les pannes.")
    try:
        readers = mail_readers(station.settings)
    except MailTableError as error:
        return ill(str(error), "")
    followers = [reader for reader in readers if MailContent.REPORT in reader.receives]
    unread = {
        indicator: fiche
        for indicator, fiche in sorted(declared_fiches().items())
        if not any(reader.follows(fiche) for reader in followers)
    }
    if unread:
        named, fiches = listing(unread, MOST_NAMED), listing(sorted(set(unread.values())))
        sentence = f"Personne ne reçoit {named}."
        return ill(
            sentence, f"Ajoutez à la colonne « fiches » de {visible(str(table))} : {fiches}."
        )
    return well(f"{count(len(readers), 'lecteur', 'lecteurs')} ; tout indicateur en a un.")


def amounting_to(region: str, settings: Settings) -> SubjectHealth:
    """Say what the settings of a real station amount to."""
    if not (settings.smtp_host or settings.heartbeat_url.get_secret_value()):
        to_do = "Donnez VIGIE_SMTP_HOST et VIGIE_MAIL_TO, ou VIGIE_HEARTBEAT_URL."
        return ill(f"{region} ; une nuit qui échoue ne serait dite à personne.", to_do)
    unread = Settings.model_fields["mail_to"].default
    if (
        settings.smtp_host
        and settings.smtp_host not in loopback.NAMES
        and settings.mail_to == unread
    ):
        to_do = "Donnez VIGIE_MAIL_TO : les adresses de qui lit le rapport."
        return ill(f"{region} ; les courriels iraient à {unread}, que personne ne lit.", to_do)
    if not settings.france_travail_client_id.get_secret_value():
        to_do = "Pour France Travail, donnez FRANCE_TRAVAIL_CLIENT_ID et _SECRET."
        return well(f"{region} ; sans accès à l'interface de France Travail.", to_do)
    return well(f"{region}.")
