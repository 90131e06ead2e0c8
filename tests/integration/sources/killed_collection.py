"""A collection in a process of its own, which may kill itself at the n-th thing it does on disk.

Run by ``test_killed_collection``: ``killed_collection.py HOME PORTAL KILLED_AT``, where a KILLED_AT
of 0 is never.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from sources.archive import Archive
from sources.collect import Credentials, collect_all
from sources.registry import source
from sources.wire.http import Limits, PortalSession

COLLECTED = (
    "inserjeunes_cfa",
    "insee_emploi_communes",
    "france_travail_acces_emploi",
    "dreets_pcrh_2024",
)
DONE_ON_DISK = frozenset(
    {"open", "os.rename", "os.mkdir", "os.chmod", "os.remove", "os.rmdir", "sqlite3.connect"}
)


def main(home: Path, portal: str, killed_at: int) -> None:
    """Collect some sources of each kind into a home, until killed."""
    steps = count(1)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        ours = event in DONE_ON_DISK and str(arguments[0]).startswith(str(home))
        if ours and next(steps) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    secret = SecretStr("a")
    collect_all(
        [source(name) for name in COLLECTED],
        archive=Archive(home),
        session=PortalSession(replay=portal, limits=Limits(retries=0)),
        region="52",
        credentials=Credentials(
            france_travail_client_id=secret, france_travail_client_secret=secret
        ),
        accept=lambda _source, _table: (),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
