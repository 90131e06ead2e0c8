"""Working alone on a station, from the command line: who is waited for, or who refuses.

Here: saying so in French, and the code that a refusal ends with. Not here: the lock itself, which
the runs of Dagster's daemon take too (``station.locks``).
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial

from rich.status import Status

from orchestration.commands.replies import progress, refuse
from orchestration.settings.folders import Folders
from orchestration.station.locks import StationBusyError, alone

STATION_BUSY = os.EX_TEMPFAIL
"""75 in ``sysexits.h``: nothing is wrong, try again later."""


@contextlib.contextmanager
def working_alone(folders: Folders, job: str, doing: str) -> Iterator[Callable[[str], None]]:
    """Be alone to work on a station, before a run begins.

    Args:
        folders: The station's.
        job: The job that will run.
        doing: What is shown meanwhile.

    Yields:
        What shows a stage: in the line that lives on a terminal, in a line of its own elsewhere.

    Raises:
        typer.Exit: A night is under way and this is one too; it was said who runs it.
    """
    try:
        with (
            alone(folders, job, waiting=say_who_is_waited_for),
            progress.status(f"{doing}…") as status,
        ):
            yield partial(_show, status, doing)
    except StationBusyError as error:
        refuse(str(error), STATION_BUSY)


def _show(status: Status, doing: str, stage: str) -> None:
    if progress.is_terminal:
        status.update(f"{doing} : {stage}…")
    else:
        progress.print(f"{stage[0].upper()}{stage[1:]}…")


def say_who_is_waited_for(holder: str) -> None:
    """Name who holds the station."""
    progress.print(f"La station est prise par {holder}. Attente de sa fin ; Ctrl-C pour renoncer.")
