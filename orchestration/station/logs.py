"""The logs of a station: what is printed goes there, and none grows without bound.

Here: writing to one, and beginning another when it is long. Not here: what is told of an error
(``commands.framed``), dbt's own, which dbt bounds.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

LARGEST_LOG = 1 << 20


def begin_anew_when_long(log: Path) -> None:
    """Put a long log aside, in the place of the one before."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


@contextlib.contextmanager
def logged_to(log: Path) -> Iterator[None]:
    """Send what Dagster and dbt print to a file: the console is for the reader."""
    with (
        log.open("a", encoding="utf-8") as stream,
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        yield
