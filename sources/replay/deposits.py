"""Recorded deposits, dropped in an inbox as partners would. Not here: what the portals serve."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from sources.registry import sources
from sources.replay.faults import RECORDINGS, Fault, known_faults

FOLDER = RECORDINGS / "depots"
NOT_A_SPREADSHEET = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
RENAMED = ("Nombre de PCRH", "Nombre total de PCRH")


def deposit_recordings(inbox: Path, faults: Mapping[str, str] | None = None) -> None:
    """Drop every recorded deposit in an inbox, with the faults asked for.

    Raises:
        KeyError: No such source.
        ValueError: No such fault, or not for that source.
    """
    known = known_faults(faults or {})
    inbox.mkdir(parents=True, exist_ok=True)
    for recorded in sorted(FOLDER.iterdir()):
        if recorded.stem in sources():
            name, content = _deposit(recorded, known.get(recorded.stem))
            _drop(inbox / name, content)


def _deposit(recorded: Path, fault: Fault | None) -> tuple[str, bytes]:
    content = recorded.read_bytes()
    if fault is Fault.DEPOT_ILLISIBLE:
        return f"{recorded.stem}.xlsx", NOT_A_SPREADSHEET
    if fault is Fault.COLONNE_RENOMMEE:
        old, new = (title.encode() for title in RENAMED)
        if old not in content:
            msg = f"{recorded.name} has no column {RENAMED[0]!r} that could be renamed"
            raise ValueError(msg)
        return recorded.name, content.replace(old, new, 1)
    return recorded.name, content


def _drop(place: Path, content: bytes) -> None:
    aside = place.with_name(f".{place.name}.partial")
    aside.write_bytes(content)
    os.utime(aside, ns=(time.time_ns(), time.time_ns()))
    aside.replace(place)
