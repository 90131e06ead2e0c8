"""Every operation × every fault at every point of it: what came of it, in one table.

Here: running them, and judging what they leave. Not here: the operations (``subjects``), how a
process is harmed (``traced``), what is compared (``station_pictures``).

After each fault the operation is run again by nobody who knows of it, as the next night would: it
must end well, and leave what it leaves where nothing happened, byte for byte.
"""

import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from orchestration.integrity.whole_station import inspect_station
from orchestration.settings.folders import Folders
from orchestration.station.troubles import trouble_of
from tests.faults.mail_log import MailLog
from tests.faults.station_pictures import (
    LOCKS,
    Picture,
    differences,
    harm_at_once,
    picture_of,
    without_moments,
)
from tests.faults.subjects import Subject, make_station
from tests.faults.traced import Ended, Fault, run_in_child

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 the disk of memory, in a folder of our own
KILLED: Final = -9
OURS: Final = ("orchestration.", "sources.", "expectations.")
SENT: Final = "sent by the server"
UNPROVEN: Final = ("outbox/", SENT)
"""What nothing proves: a mail that waits is sent as the disk gives it."""


@dataclass(frozen=True)
class Row:
    """What came of one fault at each point of one operation.

    Attributes:
        subject: The operation.
        fault: The fault.
        points: At how many points it was tried.
        told: How often the operation ended with a sentence instead.
        again: How many mails the server was given twice.
        harm: What did not hold, each with where.
    """

    subject: str
    fault: str
    points: int
    told: int
    again: int
    harm: tuple[str, ...]


class KnownTroubleError(RuntimeError):
    """What stopped an operation is told in a sentence, whose class this names."""


@dataclass(frozen=True)
class Bench:
    """A subject, ready to be harmed.

    Attributes:
        subject: The operation.
        before: The station that it begins on.
        place: Where copies of it are made.
        usual: What it leaves when nothing happens.
        mails: What the mail server was given.
    """

    subject: Subject
    before: Path
    place: Path
    usual: Picture
    mails: MailLog

    def fresh(self) -> Path:
        """Return a copy of the station as it was."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.before, self.place, symlinks=True)
        self.mails.forget()
        return self.place

    def run(self, fault: Fault | None = None, at: int = 0) -> Ended:
        """Run the operation on that copy, in a child."""
        return run_in_child(_told(self.subject.act, self.place), fault, at)

    def picture(self) -> Picture:
        """Return what it left, there and at the mail server's."""
        return {**picture_of(self.place), SENT: " ".join(sorted(set(self.mails.accepted())))}


def benches(folder: Path, operations: Sequence[Subject], mails: MailLog) -> Iterator[Bench]:
    """Yield each subject, with its station and what it leaves when nothing happens."""
    _done(run_in_child(lambda: make_station(folder / "station")), "the station")
    for subject in operations:
        before = folder / "before"
        shutil.rmtree(before, ignore_errors=True)
        shutil.copytree(folder / "station", before, symlinks=True)
        _done(run_in_child(_told(subject.prepare, before)), subject.name)
        bare = Bench(subject, before, folder / "home", {}, mails)
        bare.fresh()
        _done(bare.run(), subject.name)
        yield Bench(subject, before, bare.place, bare.picture(), mails)


def row_of(bench: Bench, fault: Fault, most: int, chance: random.Random) -> Row:
    """Try a fault at the points of an operation.

    Args:
        bench: The operation.
        fault: The fault.
        most: How many points at most, spread and drawn; all of them when 0.
        chance: What draws them.
    """
    bench.fresh()
    counts, harm = Counter[str](), list[str]()
    for at in _drawn(bench.run().done, most, chance):
        bench.fresh()
        ended = bench.run(fault, at)
        found = list(harm_of(bench, ended))
        harm += [f"at {at}, before {ended.at}: {line}" for line in found]
        counts += Counter(points=1, told=ended.code > 0, again=bench.mails.again())
    return Row(
        bench.subject.name, fault, counts["points"], counts["told"], counts["again"], tuple(harm)
    )


def _drawn(points: int, most: int, chance: random.Random) -> Iterable[int]:
    """Return the points to try, from 1: all of them, or one of each of some equal parts."""
    if not most or points <= most:
        return range(1, points + 1)
    bounds = [points * part // most for part in range(most + 1)]
    return [chance.randint(low + 1, high) for low, high in pairwise(bounds)]


def killed_twice(bench: Bench, pairs: int, chance: random.Random) -> Row:
    """Kill an operation, then kill what recovers from it."""
    bench.fresh()
    longest = bench.run().done
    points, harm = 0, []
    for _ in range(pairs):
        bench.fresh()
        once, twice = (bench.run(Fault.KILLED, chance.randint(1, longest)) for _ in range(2))
        if KILLED in (once.code, twice.code):
            points += 1
            found = list(harm_of(bench, twice))
            harm += [f"before {once.at}, then before {twice.at}: {line}" for line in found]
    return Row(bench.subject.name, "killed, and killed again", points, 0, 0, tuple(harm))


def damaged(bench: Bench, damage: str, most: int, chance: random.Random) -> Row:
    """Damage each file of a station in turn, and let an operation meet it.

    It must be made again, or told: by the operation, which goes on once the file is restored, or by
    ``vigie verify`` when nothing needs it.
    """
    points, told, harm = 0, 0, []
    places = sorted(path for path in bench.before.rglob("*") if _is_kept(path))
    for rank in _drawn(len(places), most, chance):
        name = places[rank - 1].relative_to(bench.before)
        bench.fresh()
        DAMAGES[damage](bench.place / name)
        ended = bench.run()
        points, told = points + 1, told + (ended.code > 0)
        harm += [f"{name}: {line}" for line in _unmended(bench, name, ended)]
    return Row(bench.subject.name, damage, points, told, 0, tuple(harm))


def _is_kept(path: Path) -> bool:
    is_file = path.is_file() and not path.is_symlink()
    return is_file and path.name not in LOCKS and "inbox" not in path.parts


def _unmended(bench: Bench, name: Path, ended: Ended) -> Iterator[str]:
    """Tell what is not made again, and what nobody tells."""
    if ended.code != 0:
        if KnownTroubleError.__name__ not in ended.said:
            yield f"stopped by what no sentence tells: {ended.said.strip().splitlines()[-1]}"
        shutil.copy2(bench.before / name, bench.place / name)
        again = bench.run()
        if again.code != 0:
            yield f"restored, it ends with {again.code}: {again.said.strip().splitlines()[-1]}"
    changed = differences(bench.usual, bench.picture())
    told = [re.compile(re.escape(where)) for where in _verified(bench)] if changed else []
    if any(where.match(str(name)) for where in told):
        return
    for each in changed:
        if not any(where.match(each) for where in told) and not each.startswith(UNPROVEN):
            yield f"{each} differs, and « vigie verify » does not say so"


def _verified(bench: Bench) -> list[str]:
    place = bench.place.with_name("verified.txt")

    def verify() -> None:
        found = [
            each.where for look in inspect_station(Folders(bench.place)) for each in look.faults
        ]
        place.write_text("\n".join(found), "utf-8")

    _done(run_in_child(verify), "verify")
    return list(without_moments(bench.place, place.read_text("utf-8").splitlines()))


def _flipped(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0x10
    _written(place, bytes(content))


def _written(place: Path, content: bytes) -> None:
    place.unlink()
    place.write_bytes(content)


DAMAGES: Final[Mapping[str, Callable[[Path], None]]] = {
    "a byte is another one": _flipped,
    "cut in the middle": lambda place: _written(
        place, place.read_bytes()[: place.stat().st_size // 2]
    ),
    "emptied": lambda place: _written(place, b""),
    "gone": Path.unlink,
}


def harm_of(bench: Bench, ended: Ended) -> Iterator[str]:
    """Tell what does not hold after a fault, at once and once the operation is run again."""
    yield from harm_at_once(bench.place, bench.before)
    if ended.code > 0 and KnownTroubleError.__name__ not in ended.said:
        yield f"stopped by what no sentence tells: {ended.said.strip().splitlines()[-1]}"
    again = bench.run()
    if again.code != 0:
        yield f"the next run ends with {again.code}: {again.said.strip().splitlines()[-1]}"
    yield from (f"{name} differs" for name in differences(bench.usual, bench.picture()))


def _told(act: Callable[[Path], None], home: Path) -> Callable[[], None]:
    def run() -> None:
        try:
            act(home)
        except Exception as error:
            trouble = trouble_of(error, Folders(home))
            if trouble:
                raise KnownTroubleError(trouble.kind.name) from error
            if type(error).__module__.startswith(OURS):
                raise KnownTroubleError(type(error).__name__) from error
            raise

    return run


def _done(ended: Ended, what: str) -> None:
    if ended.code != 0:
        message = f"{what} cannot be made: {ended.said}"
        raise RuntimeError(message)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder in memory where there is one: what waits for a disk costs nothing there."""
    return tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
