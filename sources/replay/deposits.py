"""Recorded deposits, dropped in an inbox as partners would.

Here: which deposits, and what each fault makes of them. Not here: what the portals serve.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from sources.protocols.depots.inbox import deposits_named
from sources.registry import sources
from sources.replay.faults import RECORDINGS, SHOWN_BY, Fault, faults_by_source

FOLDER = RECORDINGS / "depots"
WORKBOOK = b"PK"
CUT = 512
"""Bytes that are left of a workbook that was cut."""

NOT_A_SPREADSHEET = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
REPLACED = {
    Fault.COLONNE_RENOMMEE: [("Nombre de PCRH", "Nombre total de PCRH")],
    Fault.CODE_INCONNU: [("2024;85;", "2024;35;")],
    Fault.INDICATEUR_INCONNU: [("3A1_cos_signes", "3A1_cos_signe")],
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
) -> tuple[str, ...]:
    """Drop every recorded deposit in an inbox, with the faults asked for.

    What a person dropped there for a source is left as it is, and so is all that lies beside it:
    the recorded file is not dropped again.

    Args:
        inbox: Where partners deposit.
        faults: Name of a fault by source id.
        region: The region that is followed, when it may be another: its partners deposit nothing.

    Returns:
        The files that a person dropped, for which the recorded ones were left out.

    Raises:
        KeyError: No such source.
        ValueError: No such fault, or not for that source.
    """
    shown = faults_by_source(faults or {})
    inbox.mkdir(parents=True, exist_ok=True)
    if region not in {None, recorded_region()}:
        return ()
    kept: list[str] = []
    for recorded in sorted(FOLDER.iterdir()):
        if recorded.stem not in sources():
            continue
        ours, theirs = _ours_and_theirs(inbox, recorded)
        if theirs:
            kept += [path.name for path in theirs]
            continue
        name, content = _deposit(recorded, shown.get(recorded.stem))
        if _is_no_file(inbox / name):
            kept.append(name)
            continue
        for path in ours:
            if path.name != name:
                path.unlink()
        _drop(inbox / name, content)
    return tuple(kept)


def shown_by_deposit(source_id: str) -> frozenset[Fault]:
    """Return the faults that the recorded deposit of a source can show.

    Raises:
        KeyError: No deposit of that source was recorded.
    """
    recordings = {recorded.stem: recorded for recorded in FOLDER.iterdir()}
    return frozenset(_faults_of(recordings[source_id]))


def _ours_and_theirs(inbox: Path, recorded: Path) -> tuple[list[Path], list[Path]]:
    """Return the deposits of a source that are in an inbox: those dropped here, and the others."""
    contents = {_deposit(recorded, fault)[1] for fault in (None, *_faults_of(recorded))}
    ours: list[Path] = []
    theirs: list[Path] = []
    for path in deposits_named(inbox, recorded.stem):
        (ours if _holds_one_of(path, contents) else theirs).append(path)
    return ours, theirs


def _is_no_file(place: Path) -> bool:
    """Tell whether something is there that is no plain file: it is opened by nobody."""
    return place.is_symlink() or (place.exists() and not place.is_file())


def _faults_of(recorded: Path) -> Iterator[Fault]:
    """Yield the faults that a recorded deposit can show."""
    for fault in SHOWN_BY[sources()[recorded.stem].contract.protocol]:
        with suppress(ValueError):
            _deposit(recorded, fault)
            yield fault


def _holds_one_of(path: Path, contents: Collection[bytes]) -> bool:
    # Compared by size first: what a person dropped may be as big as he likes, or closed to us.
    try:
        size = path.stat().st_size
        return any(size == len(content) for content in contents) and path.read_bytes() in contents
    except OSError:
        return False


def _deposit(recorded: Path, fault: Fault | None) -> tuple[str, bytes]:
    content = recorded.read_bytes()
    if fault is Fault.DEPOT_ILLISIBLE:
        return f"{recorded.stem}.xlsx", NOT_A_SPREADSHEET
    if fault is Fault.DEPOT_ABIME:
        workbook = (FOLDER / "dreets_pcrh_2023.xlsx").read_bytes()
        return f"{recorded.stem}.xlsx", workbook[:CUT]
    if fault in REPLACED:
        for old, new in REPLACED[fault]:
            replaced = _replaced(content, old.encode(), new.encode())
            if replaced == content:
                msg = f"{recorded.name} has no {old!r} that could be replaced"
                raise ValueError(msg)
            content = replaced
    return recorded.name, content


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return a file with a text replaced once; of a workbook, once in each of its parts."""
    if not content.startswith(WORKBOOK):
        return content.replace(old, new, 1)
    with ZipFile(BytesIO(content)) as workbook:
        parts = {part: workbook.read(part) for part in workbook.infolist()}
    if not any(old in written for written in parts.values()):
        return content
    rewritten = BytesIO()
    with ZipFile(rewritten, "w") as workbook:
        for part, written in parts.items():
            workbook.writestr(part, written.replace(old, new, 1))
    return rewritten.getvalue()


def _drop(place: Path, content: bytes) -> None:
    """Put a file in its place whole; one that is there already keeps its date."""
    if place.exists() and place.read_bytes() == content:
        return
    aside = place.with_name(f".{place.name}.partial")
    aside.write_bytes(content)
    aside.replace(place)
