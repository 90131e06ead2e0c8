"""What a step does when another session holds the warehouse: it waits, and tries again.

Here: which failures pass by themselves. Not here: what the steps do; a portal that is down, which
is an outcome of its source and fails no step.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg

from orchestration.settings.folders import Folders
from orchestration.station.troubles import OF_FILES, Kind, trouble_of

MOST_RETRIES = 20
SECONDS = 30
"""Between two tries: ten minutes in all, for somebody to close what they opened."""
PASSING = {Kind.BUSY, Kind.AWAY}


@contextlib.contextmanager
def tried_again_when_held(folders: Folders, seconds: float = SECONDS) -> Iterator[None]:
    """Ask Dagster to run the step again, later, when a database is held, or its server is away.

    Args:
        folders: The station's.
        seconds: How long until then.

    Raises:
        dagster.RetryRequested: Another session holds what the step needs.
        Exception: Whatever else went wrong, as it is.
    """
    try:
        yield
    except OF_FILES as error:
        trouble = trouble_of(error, folders)
        if trouble and trouble.kind in PASSING:
            raise dg.RetryRequested(max_retries=MOST_RETRIES, seconds_to_wait=seconds) from error
        raise
