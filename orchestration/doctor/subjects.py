"""Every subject, in the order in which an operator looks.

Here: the list. Not here: what each looks at.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from orchestration.doctor.at_the_desk import desk
from orchestration.doctor.configured import configured, recipients
from orchestration.doctor.kept import archive, backup, register, warehouse
from orchestration.doctor.outside import mail_server, mails, portals
from orchestration.doctor.room_left import disk, rights
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill
from orchestration.doctor.time_passing import clock, last_night, schedule
from orchestration.doctor.versions import versions
from sources.errors import visible

Look = Callable[[ExaminedStation], SubjectHealth]


def _not_there(station: ExaminedStation) -> SubjectHealth:
    to_do = (
        "Lancez « vigie nightly », ou corrigez VIGIE_HOME."
        if station.is_live
        else "Lancez « vigie demo », ou ajoutez « --live » : ici, c'est la démonstration."
    )
    return ill(f"{visible(str(station.folders.home))} n'existe pas.", to_do)


OF_THE_MACHINE: Mapping[str, Look] = MappingProxyType(
    {
        "Versions": versions,
        "Réglages": configured,
        "Destinataires": recipients,
        "Portails": portals,
        "Serveur de messagerie": mail_server,
    }
)
OF_THE_STATION: Mapping[str, Look] = MappingProxyType(
    {
        "Droits": rights,
        "Disque": disk,
        "Horloge": clock,
        "Automate": schedule,
        "Dernière bonne nuit": last_night,
        "Registre": register,
        "Archive": archive,
        "Entrepôt": warehouse,
        "Sauvegarde": backup,
        "Courriels": mails,
        "Bureau": desk,
    }
)


def subjects(station: ExaminedStation) -> Mapping[str, Look]:
    """Return what there is to look at: of a station that is not there, only that."""
    if not station.folders.home.is_dir():
        return {**OF_THE_MACHINE, "Station": _not_there}
    return {**OF_THE_MACHINE, **OF_THE_STATION}
