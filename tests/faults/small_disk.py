"""A disk of a few megabytes that is really full: a small night on it, with less and less room.

Here: the disk, which only root can mount, and filling it. Not here: a full disk at each single
write (``traced``), what must hold (``fault_table``).
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.faults.fault_table import Bench, Row, harm_of

SIZE: Final = 16 << 20
FILLER: Final = "filler"


def filled_disks(bench: Bench, steps: int) -> Row:
    """Run an operation on a disk that has room for ever more of it, from none.

    Args:
        bench: The operation.
        steps: How many disks, from one that is full to one that has room enough.
    """
    bench.fresh()
    bench.run()
    needed = (
        sum(path.stat().st_size for path in bench.place.rglob("*") if path.is_file()) + SIZE // 8
    )
    told, harm = 0, list[str]()
    with _small_disk(bench.place.with_name("disk")) as disk:
        small = replace(bench, place=disk / "home")
        for step in range(steps):
            small.fresh()
            filler = disk / FILLER
            _fill(filler, left=needed * step // steps)
            ended = small.run()
            filler.unlink()
            harm += [f"with {step}/{steps} of the room: {line}" for line in harm_of(small, ended)]
            told += ended.code > 0
    return Row(bench.subject.name, "a disk that is really full", steps, told, 0, tuple(harm))


def _fill(filler: Path, left: int) -> None:
    room = shutil.disk_usage(filler.parent).free - left
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, room))


@contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
