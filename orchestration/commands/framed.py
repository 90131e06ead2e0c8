"""The frame around every command: what stops one is told in a sentence, its trace kept in a log.

Here: the sentence, what to do, and the code that the command ends with. Not here: telling what is
wrong from the error (``station.troubles``), what a command refuses by itself.
"""

import getpass
import os
import signal
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from typer.exceptions import TyperException

from expectations.cells.indicator_definition import DefinitionError
from expectations.cells.seeds import SeedError
from expectations.french import typeset
from expectations.suites.words import SuiteError
from expectations.untrusted import cleaned
from orchestration.commands.entry import UNWRITTEN
from orchestration.commands.french_frame import FrenchGroup
from orchestration.commands.replies import refuse
from orchestration.commands.stations import worked_on
from orchestration.commands.termination import TerminatedError
from orchestration.dbt.refused_project import DbtProjectError
from orchestration.settings.folders import Folders
from orchestration.station.instance_settings import InstanceSettingsError
from orchestration.station.logs import begin_anew_when_long
from orchestration.station.privacy import write_privately
from orchestration.station.release import ReleaseDamagedError
from orchestration.station.releases_in_force import ReleaseLostError
from orchestration.station.troubles import Kind, StationTrouble, trouble_of
from sources.contract import ContractError
from sources.errors import visible
from sources.storage.register_file import NewerRegisterError
from sources.storage.register_server import MisplacedRegisterError

WRITTEN_WRONG = (ContractError, DefinitionError, DbtProjectError, SeedError, SuiteError)
"""What says by itself which file of the project is not written as it should be, and where."""

CORRECTED = "Corrigez ce fichier, puis relancez la commande : rien n'est à défaire."
LOG = "vigie.log"
PRINTERS = ("rich", "typer")
BY_CTRL_C, BY_SIGTERM = 128 + signal.SIGINT, 128 + signal.SIGTERM
"""What a shell gives a command that a signal ends."""
INTERRUPTED = (
    "Commande interrompue (Ctrl-C). Rien n'est à défaire : relancez-la quand vous voudrez, elle "
    "reprendra ce qui reste à faire."
)
TERMINATED = (
    "Commande arrêtée par un autre programme (signal SIGTERM : « kill », l'arrêt d'un service ou "
    "de la machine). Un courriel le signale. Rien n'est à défaire : relancez-la, elle reprendra ce "
    "qui reste à faire."
)
SENTENCES = {
    Kind.FULL: "Le disque de {place} est plein. Libérez de la place (« df -h »), puis "
    "relancez la commande : rien n'est à défaire.",
    Kind.FAILING: "Le disque de {place} rend des erreurs de lecture ou d'écriture. Sauvegardez la "
    "station avant toute autre chose, puis vérifiez ce disque (« dmesg »).",
    Kind.READ_ONLY: "{place} est en lecture seule. Remontez son disque en écriture, ou choisissez "
    "un autre dossier par VIGIE_HOME, puis relancez la commande.",
    Kind.NOT_A_FOLDER: "{place} est un fichier, ou passe par un fichier, là où la station attend "
    "un dossier. Déplacez ce fichier, ou corrigez VIGIE_HOME, puis relancez la commande.",
    Kind.UNOPENED: "{place} ne s'ouvre pas : son dossier manque, ou « {user} » n'y a pas droit. "
    "Vérifiez-le (« ls -l »), puis relancez la commande.",
    Kind.FORBIDDEN: "« {user} » n'a pas le droit d'ouvrir {place}. Lancez la commande sous le "
    "compte de la station, ou rendez-lui ce fichier (« chown »).",
    Kind.DAMAGED: "{place} est abîmé et ne peut pas être lu. Ne le supprimez pas : mettez-le de "
    "côté, puis restaurez-le depuis une sauvegarde.",
    Kind.NO_MEMORY: "La machine n'a plus de mémoire pour {place}. Arrêtez ce qui en prend "
    "(« top »), ou donnez-en à la machine, puis relancez la commande : rien n'est à défaire.",
    Kind.BUSY: "{place} est pris par {holder}. Attendez qu'il ait fini, ou fermez-le (« fuser -v » "
    "sur ce fichier le nomme), puis relancez la commande.",
}
OF_A_SERVER = {
    Kind.AWAY: "La base PostgreSQL de VIGIE_DATABASE_URL ne répond pas, ou refuse la connexion : "
    "{answer}. Vérifiez que le serveur est démarré et que l'adresse, le compte et le mot de passe "
    "sont les bons, puis relancez la commande : rien n'est à défaire.",
    Kind.BUSY: "La base PostgreSQL est prise par d'autres sessions : {answer}. Attendez qu'elles "
    "aient fini (« select * from pg_stat_activity » les nomme), puis relancez la commande.",
    Kind.FULL: "Le serveur PostgreSQL n'a plus de place : {answer}. Libérez-en, puis relancez la "
    "commande : rien n'est à défaire.",
    Kind.FAILING: "Le disque du serveur PostgreSQL rend des erreurs : {answer}. Sauvegardez la "
    "station, puis vérifiez ce disque.",
    Kind.READ_ONLY: "La base PostgreSQL est en lecture seule : {answer}. Donnez par "
    "VIGIE_DATABASE_URL celle où l'on écrit, puis relancez la commande.",
    Kind.FORBIDDEN: "La base PostgreSQL refuse ce que la station lui demande : {answer}. Donnez au "
    "compte de VIGIE_DATABASE_URL la propriété de cette base, puis relancez la commande.",
    Kind.DAMAGED: "La base PostgreSQL est abîmée : {answer}. Restaurez la station depuis une "
    "sauvegarde, avec une base vide.",
}
"""What its server says keeps a station from working, and what to do."""

BEGUN_ANEW = (
    "Rien de ce que la station garde n'y est : arrêtez ses services, déplacez ce dossier ; la "
    "prochaine nuit commence un autre historique."
)
REMADE = "Rien n'y est perdu : refaites-le (« vigie rebuild », avec « --live » hors démonstration)."

ENDS = {
    Kind.FULL: os.EX_IOERR,
    Kind.FAILING: os.EX_IOERR,
    Kind.READ_ONLY: os.EX_CANTCREAT,
    Kind.NOT_A_FOLDER: os.EX_CANTCREAT,
    Kind.UNOPENED: os.EX_CANTCREAT,
    Kind.FORBIDDEN: os.EX_NOPERM,
    Kind.DAMAGED: os.EX_DATAERR,
    Kind.BUSY: os.EX_TEMPFAIL,
    Kind.AWAY: os.EX_UNAVAILABLE,
    Kind.NO_MEMORY: os.EX_OSERR,
}
"""What a command ends with, as ``sysexits.h`` and systemd name it."""
CODES = """\
Codes de fin : 0 tout va bien ; 1 la commande n'est pas allée à son terme, elle dit pourquoi ; \
2 mal écrite ; 65 fichier abîmé, ou lien perdu ; 69 serveur PostgreSQL absent ; 70 erreur \
inconnue ; 71 mémoire épuisée ; 73 lecture seule, ou chemin qui n'est pas un dossier ; 74 disque \
plein ou en panne ; 75 station occupée, à réessayer ; 77 droits manquants ; 130 interrompue par \
Ctrl-C ; 143 arrêtée par SIGTERM."""


class FramedGroup(FrenchGroup):
    """The commands, none of which ends in a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 as typer's own
        """Run what is typed; help and version, which come before any command, are told too."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            sys.exit(tell(error, None))

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 as typer's own
        """Run a command, for this account only; what stops it is told, whatever it is."""
        write_privately()
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except (InstanceSettingsError, NewerRegisterError, MisplacedRegisterError) as error:
            refuse(str(error))
        except (ReleaseDamagedError, ReleaseLostError) as error:
            refuse(visible(str(error)), os.EX_DATAERR)
        except WRITTEN_WRONG as error:
            refuse(f"{typeset(str(error))}\n{CORRECTED}")
        except KeyboardInterrupt:
            refuse(INTERRUPTED, BY_CTRL_C)
        except TerminatedError:
            refuse(TERMINATED, BY_SIGTERM)
        except Exception as error:  # the one place where nothing may escape
            raise typer.Exit(tell(error, worked_on())) from None


def tell(error: Exception, folders: Folders | None) -> int:
    """Say on standard error what stopped a command; return the code that it ends with.

    Args:
        error: What stopped it.
        folders: Those of the station that it worked on; None before there was one.
    """
    out = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    if isinstance(error, OSError) and _was_printing(error):
        out.print(UNWRITTEN)
        return os.EX_IOERR
    trace = "".join(traceback.format_exception(error))
    log = _kept(trace, folders) if folders else None
    if log is None:
        out.print(trace)
    trouble = trouble_of(error, folders) if folders else None
    out.print(sentence(trouble) if trouble else _unknown(error))
    out.print(f"Trace : {log or 'ci-dessus, le journal de la station ne pouvant être écrit'}")
    return ENDS[trouble.kind] if trouble else os.EX_SOFTWARE


def _was_printing(error: Exception) -> bool:
    """Tell whether what failed is to show something to who typed the command."""
    names = [
        str(frame.f_globals.get("__name__", ""))
        for frame, _ in traceback.walk_tb(error.__traceback__)
    ]
    return bool(names) and names[-1].partition(".")[0] in PRINTERS


def _kept(trace: str, folders: Folders) -> Path | None:
    """Add a trace to the log of the station; None when that cannot be written either."""
    log = folders.dagster / LOG
    try:
        begin_anew_when_long(log)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{trace}\n")
    except OSError:
        return None
    return log


def _unknown(error: Exception) -> str:
    return (
        f"La commande s'est arrêtée sur une erreur que Vigie ne connaît pas "
        f"({type(error).__name__} : {cleaned(str(error), 300)}). Relancez-la ; si l'erreur "
        f"revient, envoyez la trace à qui entretient la station."
    )


def sentence(trouble: StationTrouble, folders: Folders | None = None) -> str:
    """Return what is wrong, where, and what to do, in French.

    Args:
        trouble: What is wrong.
        folders: Those of the station; of that which the command works on when they are not said.
    """
    if trouble.server:
        answer = cleaned(trouble.server, 300).rstrip(".")
        return OF_A_SERVER[trouble.kind].format(answer=answer)
    worked, damaged = folders or worked_on(), trouble.kind is Kind.DAMAGED
    if worked and damaged and trouble.place == worked.warehouse:
        return f"{visible(str(trouble.place))} est abîmé et ne peut pas être lu. {REMADE}"
    if worked and damaged and trouble.place.is_relative_to(worked.dagster):
        return f"{visible(str(trouble.place))} est abîmé et ne peut pas être lu. {BEGUN_ANEW}"
    return SENTENCES[trouble.kind].format(
        place=visible(str(trouble.place)),
        holder=f"le processus {trouble.holder}" if trouble.holder else "un autre programme",
        user=_user(),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
