"""The commands that carry a station away and bring it back: ``vigie backup``, ``vigie restore``.

Here: what is typed, what is refused, what is told in French. Not here: what is kept and how
(``backups``), whether it is whole (``integrity``).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from expectations.french import count, moment_long, number, typeset
from expectations.untrusted import cleaned
from orchestration.backups.backup_manifest import LEFT_OUT, BackupManifest, NotABackupError
from orchestration.backups.gathering import MovingStationError
from orchestration.backups.last_backup import LastBackup, note_backup
from orchestration.backups.packing import ENDINGS, BackupBusyError, back_up
from orchestration.backups.unpacking import HomeTakenError
from orchestration.backups.unpacking import restore as restore_station
from orchestration.commands.alone import STATION_BUSY, say_who_is_waited_for
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, progress, refuse
from orchestration.commands.stations import Live, no_night_in, station
from orchestration.commands.verify import inspections_record, print_inspections
from orchestration.settings.folders import Folders
from sources.errors import visible
from sources.storage.register_store import is_there

app = CommandLine()
WEIGHT = 1_000_000


@app.command()
def backup(
    fichier: Annotated[Path, typer.Argument(help="Sauvegarde à écrire : .tar, .tar.gz ou .tgz.")],
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Sauvegarde la station dans un fichier, même pendant une nuit."""
    folders = station(live=live).folders
    if not is_there(folders.home):
        refuse(f"Il n'y a rien à sauvegarder. {no_night_in(folders.home, live=live)}")
    target = fichier.resolve()
    _refuse_target(target, folders.home)
    try:
        with progress.status("La station se sauvegarde…"):
            manifest = back_up(folders, target, datetime.now(UTC))
    except (BackupBusyError, MovingStationError) as error:
        refuse(str(error), STATION_BUSY)
    _note(folders, target, manifest)
    if as_json:
        print_json(_as_record(target, manifest))
        return
    console.print(typeset(f"Sauvegarde : {visible(str(target))} ({_described(manifest)})."))
    console.print(f"Laissés de côté, car ils se refont : {', '.join(LEFT_OUT)}.")


@app.command()
def restore(
    fichier: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="La sauvegarde.")],
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Restaure une station d'un fichier, dans un dossier vide ou absent, et la vérifie."""
    from orchestration.integrity.whole_station import (  # noqa: PLC0415 the clients cost half a second
        inspect_station,
    )

    settings = station(live=live)
    folders, database = settings.folders, settings.database if live else None
    try:
        with progress.status("La station se restaure…"):
            manifest = restore_station(fichier, folders, say_who_is_waited_for, database)
    except (HomeTakenError, NotABackupError) as error:
        refuse(visible(str(error)))
    inspections = inspect_station(folders, is_rebuilt=False)
    if as_json:
        record = inspections_record(list(inspections))
        print_json(_as_record(fichier, manifest) | {"home": str(folders.home)} | record)
        raise typer.Exit(0 if record["whole"] else 1)
    console.print(typeset(f"Station restaurée dans {folders.home} ({_described(manifest)})."))
    is_whole = print_inspections(inspections)
    console.print("La prochaine nuit refait les tables et les pages de contrôle.")
    raise typer.Exit(0 if is_whole else 1)


def _note(folders: Folders, target: Path, manifest: BackupManifest) -> None:
    """Note a backup in its station; one whose disk is full is backed up all the same."""
    backup = LastBackup(at=datetime.fromisoformat(manifest.made_at), archive=str(target))
    try:
        note_backup(folders, backup)
    except OSError as error:
        progress.print(
            f"La sauvegarde est entière, mais {folders.home} n'en garde pas la date "
            f"({cleaned(str(error.strerror), 100)}) : « vigie doctor » dira la précédente."
        )


def _refuse_target(target: Path, home: Path) -> None:
    """Refuse a name that would not be a backup, or would be lost with the station."""
    if not target.name.endswith(ENDINGS):
        message = f"« {visible(target.name)} » : nommez la sauvegarde en {', '.join(ENDINGS)}."
        raise typer.BadParameter(message)
    if target.is_dir() or not target.parent.is_dir():
        message = f"« {visible(str(target))} » est un dossier, ou son dossier n'existe pas."
        raise typer.BadParameter(message)
    if target.is_relative_to(home):
        message = f"Choisissez un fichier hors de la station ({home}), qui se perdrait avec elle."
        raise typer.BadParameter(message)


def _as_record(archive: Path, manifest: BackupManifest) -> dict[str, Any]:
    return {
        "archive": str(archive),
        "made_at": manifest.made_at,
        "files": len(manifest.files),
        "bytes": manifest.weight,
    }


def _described(manifest: BackupManifest) -> str:
    moment = datetime.fromisoformat(manifest.made_at)
    files = count(len(manifest.files), "fichier", "fichiers")
    weight = number(round(manifest.weight / WEIGHT, 1))
    return f"{files}, {weight} Mo, du {moment_long(moment)}"
