"""What a station keeps: register, archive, warehouse, last backup, without reading them through.

Here: whether they open, their form, what is missing. Not here: their hashes (``integrity``).
"""

import os
from datetime import datetime, timedelta

from expectations.french import count, listing, moment_long
from orchestration.backups.last_backup import LastBackup, read_last_backup
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.integrity.signed import inspect_file
from orchestration.settings.folders import Folders
from orchestration.station.troubles import Kind, trouble_of
from orchestration.station.warehouse import WarehouseBusyError, WarehouseDamagedError, opened
from sources.archive import Archive
from sources.errors import visible
from sources.storage.blobs import DAMAGED
from sources.storage.register_file import REGISTER
from sources.storage.register_store import formats, is_there, register_name

NO_NIGHT = "Lancez une première nuit : elle le crée. Si des nuits ont eu lieu, restaurez-le."
BACK_UP = "Tapez « vigie backup --live /ailleurs/vigie.tar.gz », et faites-en une habitude."
A_WEEK = timedelta(days=8)
"""Between two backups, and a day for the one that is late."""
ALL_OF_IT = "« vigie verify » relit tout."


def register(station: ExaminedStation) -> SubjectHealth:
    """Look whether the register opens, and whether this version knows its form."""
    if not is_there(station.folders.home):
        return ill(f"{REGISTER} n'est pas là.", NO_NIGHT)
    if faults := inspect_file(station.folders).faults:
        return ill(f"{faults[0].where} {faults[0].what}", faults[0].to_do)
    file = station.folders.home / REGISTER
    if file.exists() and not os.access(file, os.W_OK):
        to_do = "Rendez à ce compte le droit d'y écrire (« chmod u+w »), ou remontez son disque."
        return ill(f"{REGISTER} ne peut qu'être lu : aucune nuit, aucune décision n'ira.", to_do)
    return of_format(register_name(station.folders.home), *formats(station.folders.home))


def of_format(name: str, found: int, latest: int) -> SubjectHealth:
    """Say whether a form of the register is one that this version knows."""
    if found > latest:
        to_do = "Réinstallez la version récente, ou restaurez une sauvegarde du registre."
        return ill(f"Format {found}, d'une version plus récente de Vigie que celle-ci.", to_do)
    later = "" if found == latest else f" ; la prochaine nuit le passe au format {latest}"
    return well(f"Ouvert, format {found} ({name}){later}.")


def archive(station: ExaminedStation) -> SubjectHealth:
    """Look whether the extracts in use are there, and whether a disk damaged some."""
    folders = station.folders
    if not is_there(folders.home) or len(set(formats(folders.home))) > 1:
        # An archive that is opened brings its register up to date.
        return well("Elle sera regardée après la prochaine nuit.")
    used, missing = _in_use(folders)
    aside = len(list((folders.home / "raw" / DAMAGED).glob("*")))
    return archived(used, missing, aside)


def _in_use(folders: Folders) -> tuple[int, list[str]]:
    kept = Archive(folders.home)
    used = {
        source_id: str(outcome.extract_in_use)
        for source_id, outcome in kept.latest_good_outcomes().items()
        if outcome.extract_in_use
    }
    return len(used), [source_id for source_id, each in used.items() if not kept.has(each)]


def archived(used: int, missing: list[str], aside: int) -> SubjectHealth:
    """Say how the archive is.

    Args:
        used: How many extracts are in use.
        missing: The sources whose extract is not there any more.
        aside: How many files were damaged, and replaced.
    """
    extracts = count(used, "extrait en service", "extraits en service")
    if missing:
        to_do = (
            "La prochaine nuit les redemande ; un dépôt doit être déposé de nouveau, ou raw/ "
            f"restauré. {ALL_OF_IT}"
        )
        return ill(f"{extracts} ; manquent ceux de : {listing(missing, 5)}.", to_do)
    if aside:
        files = count(aside, "fichier abîmé puis remplacé", "fichiers abîmés puis remplacés")
        to_do = f"Vérifiez le disque (« dmesg »), puis videz raw/{DAMAGED}. {ALL_OF_IT}"
        return ill(f"{extracts} ; {files}.", to_do)
    return well(f"{extracts}, tous là.", ALL_OF_IT)


def warehouse(station: ExaminedStation) -> SubjectHealth:
    """Look whether the warehouse opens, which every night needs."""
    place = station.folders.warehouse
    if not place.exists():
        return well("Il n'est pas là ; la prochaine nuit le fait.")
    try:
        with opened(place):
            return well("Il s'ouvre.")
    except WarehouseDamagedError:
        live = " --live" if station.is_live else ""
        again = f"Tapez « vigie rebuild{live} » : rien n'y est perdu."
        return ill(f"{visible(str(place))} est abîmé : aucune nuit n'ira à son terme.", again)
    except WarehouseBusyError as error:
        return unopened(error, station.folders)


def unopened(error: WarehouseBusyError, folders: Folders) -> SubjectHealth:
    """Say why the warehouse does not open: who works on it is no fault, all else is.

    Args:
        error: What opening it ended in.
        folders: The station's.
    """
    trouble = trouble_of(error, folders)
    if trouble and trouble.kind is Kind.BUSY:
        return well("Une exécution, ou un autre programme, l'a ouvert en ce moment.")
    to_do = "Voyez ses droits (« ls -l »), puis le disque (« dmesg ») : aucune nuit n'ira sans lui."
    return ill(f"Il ne s'ouvre pas. DuckDB en dit : {visible(str(error))}", to_do)


def backup(station: ExaminedStation) -> SubjectHealth:
    """Look at when the station was backed up last."""
    if not station.is_live:
        return well("La démonstration se refait : elle n'a pas à être sauvegardée.")
    return backed_up(read_last_backup(station.folders), station.now)


def backed_up(last: LastBackup | None, now: datetime) -> SubjectHealth:
    """Say how old the last backup is.

    Args:
        last: The last one, if ever.
        now: The present moment.
    """
    if last is None:
        return ill("Aucune sauvegarde n'a encore été faite.", BACK_UP)
    sentence = f"La dernière est du {moment_long(last.at)}, dans {visible(last.archive)}."
    return well(sentence) if now - last.at <= A_WEEK else ill(sentence, BACK_UP)
