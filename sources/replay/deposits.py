"""Recorded deposits, dropped in an inbox as partners would.

Here: which deposits, and what each fault makes of them. Not here: what the portals serve.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from sources.registry import sources
from sources.replay.faults import RECORDINGS, Fault, faults_by_source

FOLDER = RECORDINGS / "depots"
CUT = 512
"""Bytes that are left of a workbook that was cut."""

NOT_A_SPREADSHEET = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
REPLACED = {
    Fault.COLONNE_RENOMMEE: [("Nombre de PCRH", "Nombre total de PCRH")],
    Fault.CODE_INCONNU: [("2024;85;", "2024;35;")],
    Fault.DEPOT_FAUTIF: [
        ("Thème;", "Sujet;"),
        ("tous;264;", "tous;deux cents;"),
        ("2024;49;", "2023;49;"),
    ],
    Fault.VALEUR_MASQUEE: [("Maine-et-Loire;tous;109;", "Maine-et-Loire;tous;s.s;")],
    Fault.CHIFFRES_CORRIGES: [
        ("Loire-Atlantique;transition_ecologique;2;", "Loire-Atlantique;transition_ecologique;3;"),
        ("Pays de la Loire;transition_ecologique;4;", "Pays de la Loire;transition_ecologique;5;"),
    ],
}


def recorded_region() -> str:
    """Return the INSEE code of the region whose partners' deposits were recorded."""
    return str(json.loads((FOLDER / "scope.json").read_bytes())["region"])


def deposit_recordings(
    inbox: Path, faults: Mapping[str, str] | None = None, region: str | None = None
) -> None:
    """Drop every recorded deposit in an inbox, with the faults asked for.

    Args:
        inbox: Where partners deposit.
        faults: Name of a fault by source id.
        region: The region that is followed, when it may be another: its partners deposit nothing.

    Raises:
        KeyError: No such source.
        ValueError: No such fault, or not for that source.
    """
    shown = faults_by_source(faults or {})
    inbox.mkdir(parents=True, exist_ok=True)
    if region not in {None, recorded_region()}:
        return
    for recorded in sorted(FOLDER.iterdir()):
        if recorded.stem in sources():
            name, content = _deposit(recorded, shown.get(recorded.stem))
            _drop(inbox / name, content)


def _deposit(recorded: Path, fault: Fault | None) -> tuple[str, bytes]:
    content = recorded.read_bytes()
    if fault is Fault.DEPOT_ILLISIBLE:
        return f"{recorded.stem}.xlsx", NOT_A_SPREADSHEET
    if fault is Fault.DEPOT_ABIME:
        workbook = (FOLDER / "dreets_pcrh_2023.xlsx").read_bytes()
        return f"{recorded.stem}.xlsx", workbook[:CUT]
    if fault in REPLACED:
        for old, new in REPLACED[fault]:
            if old.encode() not in content:
                msg = f"{recorded.name} has no {old!r} that could be replaced"
                raise ValueError(msg)
            content = content.replace(old.encode(), new.encode(), 1)
    return recorded.name, content


def _drop(place: Path, content: bytes) -> None:
    aside = place.with_name(f".{place.name}.partial")
    aside.write_bytes(content)
    os.utime(aside, ns=(time.time_ns(), time.time_ns()))
    aside.replace(place)
