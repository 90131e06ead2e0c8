"""Working alone on a station, from the command line: who is waited for, or who refuses.

Here: saying so in French, and the code that a refusal ends with. Not here: the lock itself, which
the runs of Dagster's daemon take too (``station.locks``).
"""

import contextlib
import os
from collections.abc import Iterator

import typer

from orchestration.commands.stations import console
from orchestration.settings import Folders
from orchestration.station.locks import StationBusyError, alone

STATION_BUSY = os.EX_TEMPFAIL
"""75 in ``sysexits.h``: nothing is wrong, try again later."""


@contextlib.contextmanager
def working_alone(folders: Folders, job: str, doing: str) -> Iterator[None]:
    """Be alone to work on a station, before a run begins.

    Args:
        folders: The station's.
        job: The job that will run.
        doing: What is said meanwhile.

    Raises:
        typer.Exit: A night is under way and this is one too; it was said who runs it.
    """
    try:
        with alone(folders, job, waiting=_say_on_the_console), console.status(doing):
            yield
    except StationBusyError as error:
        console.print(str(error))
        raise typer.Exit(STATION_BUSY) from None


def _say_on_the_console(holder: str) -> None:
    console.print(f"La station est prise par {holder}. Attente de sa fin ; Ctrl-C pour renoncer.")


def say_who_is_waited_for(holder: str) -> None:
    """Name who holds the station on standard error: what the command prints may be JSON."""
    typer.echo(f"La station est prise par {holder}. Attente de sa fin.", err=True)
