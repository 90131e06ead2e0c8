"""``python -m tests.faults``: every fault at every point, whole nights killed, and the page of it.

Here: the command. Not here: what it runs (``fault_table``, ``whole_nights``), how it is written
down (``fault_page``).
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.faults.fault_page import PAGE, page, printed, with_nights
from tests.faults.fault_table import (
    DAMAGES,
    Bench,
    Row,
    benches,
    damaged,
    killed_twice,
    row_of,
    temporary_folder,
)
from tests.faults.mail_log import mail_server
from tests.faults.small_disk import filled_disks
from tests.faults.subjects import SMALL_NIGHT, Subject, correct_deposit, small_night, subjects
from tests.faults.traced import Fault
from tests.faults.whole_nights import KilledChain, chains

MOST_PAIRS = 60
MOST_DISKS = 64


def main() -> int:
    """Run what is asked, print it, and return 1 when anything did not hold."""
    asked = _asked()
    chance = random.Random(asked.seed)  # noqa: S311 points and instants, not secrets
    print(f"seed {asked.seed}", flush=True)
    rows, killed = list[Row](), list[KilledChain]()
    for came in _asked_for(asked, chance):
        rows.append(came) if isinstance(came, Row) else killed.append(came)
        if asked.page:
            # As far as it went: one that is stopped has its page too.
            PAGE.write_text(_page(asked, rows, killed), "utf-8")
    return 1 if any(each.harm for each in (*rows, *killed)) else 0


def _page(asked: argparse.Namespace, rows: list[Row], killed: list[KilledChain]) -> str:
    if asked.only_nights:
        return with_nights(PAGE.read_text("utf-8"), killed)
    return page(rows, killed, seed=asked.seed, most=asked.points)


def _asked_for(asked: argparse.Namespace, chance: random.Random) -> Iterator[Row | KilledChain]:
    if not asked.only_nights:
        yield from _rows(asked, chance)
    if asked.kills:
        yield from _killed(asked, chance)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what draws points and instants")
    parser.add_argument("--points", type=int, default=0, help="points a row; 0: all of them")
    parser.add_argument("--faults", nargs="*", default=[], help="names of faults; all by default")
    parser.add_argument("--operations", nargs="*", default=[], help="words of their names; all")
    parser.add_argument("--kills", type=int, default=0, help="kills of whole nights")
    parser.add_argument("--only-nights", action="store_true", help="no operation alone")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name}")
    return parser.parse_args()


def _rows(asked: argparse.Namespace, chance: random.Random) -> Iterator[Row]:
    with temporary_folder() as name, mail_server(Path(name)) as mails:
        folder = Path(name)
        night = Subject(SMALL_NIGHT, partial(small_night, mails.port), correct_deposit)
        named = [each for each in (*subjects(mails.port), night) if _is_asked(each, asked)]
        for bench in benches(folder, named, mails):
            found = _met(bench, asked, chance) if bench.subject is night else None
            yield from map(printed, found or _at_points(bench, asked, chance))


def _at_points(bench: Bench, asked: argparse.Namespace, chance: random.Random) -> Iterator[Row]:
    for fault in Fault:
        if fault.name in (asked.faults or Fault.__members__):
            yield row_of(bench, fault, asked.points, chance)
    if not asked.faults:
        yield killed_twice(bench, min(asked.points or MOST_PAIRS, MOST_PAIRS), chance)


def _met(bench: Bench, asked: argparse.Namespace, chance: random.Random) -> Iterator[Row]:
    if not asked.faults:
        yield from (damaged(bench, damage, asked.points, chance) for damage in DAMAGES)
        yield filled_disks(bench, asked.points or MOST_DISKS)


def _is_asked(subject: Subject, asked: argparse.Namespace) -> bool:
    return not asked.operations or any(word in subject.name for word in asked.operations)


def _killed(asked: argparse.Namespace, chance: random.Random) -> Iterator[KilledChain]:
    with tempfile.TemporaryDirectory() as folder:
        for chain in chains(Path(folder), asked.kills, chance):
            print(chain, flush=True)
            yield chain


if __name__ == "__main__":
    sys.exit(main())
