"""The releases against their manifests, and what they refer to: extracts, findings, reports, links.

Here: every folder of ``releases/``, and the two links that readers follow. Not here: the decisions
that a release knows (``signed``).
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.integrity.integrity_check import IntegrityCheck, IntegrityFault, gathered
from orchestration.settings.folders import Folders
from orchestration.station.findings import findings_path
from orchestration.station.release import CURRENT, MANIFEST, PARTIAL
from orchestration.station.releases_in_force import RELINK, last_in_force
from sources.archive import Archive

_RESTORE = "Restaurez {} depuis une sauvegarde ; ne le corrigez pas à la main."
_NIGHT = "Relancez la nuit : elle refait le rapport de la publication en vigueur."
_NO_RELEASE = "Restaurez releases depuis une sauvegarde."
REPORT_PAGE = "index.html"


def manifests(folders: Folders) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Yield the folder of each release, and its manifest; None where it cannot be read."""
    for folder in sorted(folders.releases.glob("*/")):
        if not folder.is_symlink() and not folder.name.startswith(PARTIAL):
            yield folder, _manifest(folder)


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        content: Any = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    is_one = isinstance(content, dict) and isinstance(content.get("files"), dict)
    return content if is_one and content.get("release_id") == folder.name else None


def inspect_releases(folders: Folders, archive: Archive | None) -> IntegrityCheck:
    """Look at every release: its files, the extracts it was made of, what was found of it.

    Args:
        folders: The station's.
        archive: Its archive; None when it cannot be opened.
    """
    found = (_release(folders, archive, *each) for each in manifests(folders))
    return gathered("Publications", found)


def inspect_release(folders: Folders, folder: Path) -> IntegrityCheck:
    """Look at one release: its files, what was found of it."""
    found = _release(folders, None, folder, _manifest(folder))
    return gathered(f"Publication {folder.name}", [found])


def _release(
    folders: Folders, archive: Archive | None, folder: Path, manifest: dict[str, Any] | None
) -> list[IntegrityFault]:
    name = f"releases/{folder.name}"
    if manifest is None:
        what = "ne se lit pas, ou n'est pas celui de cette publication."
        return [IntegrityFault(f"{name}/{MANIFEST}", what, _RESTORE.format(name))]
    return [
        *_files(folder, manifest),
        *(_extracts(folder, manifest, archive) if archive else ()),
        *_findings(folders, folder, manifest),
    ]


def _files(folder: Path, manifest: dict[str, Any]) -> Iterator[IntegrityFault]:
    name, announced = f"releases/{folder.name}", manifest["files"]
    for file, published in sorted(announced.items()):
        state = _state(folder / Path(file).name, published)
        if state:
            yield IntegrityFault(f"{name}/{file}", state, _RESTORE.format(name))
    for path in sorted(folder.iterdir()):
        if path.name not in {*announced, MANIFEST}:
            what = "n'est pas de cette publication : son manifeste ne le nomme pas."
            yield IntegrityFault(f"{name}/{path.name}", what, "Ôtez ce fichier.")


def _state(path: Path, published: dict[str, Any]) -> str:
    """Say what is wrong with a file of a release; the empty text when it is as announced."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "manque."
    except OSError:
        return "ne se lit pas."
    return "" if digest == published.get("sha256") else "n'a plus le contenu qui a été publié."


def _extracts(folder: Path, manifest: dict[str, Any], archive: Archive) -> Iterator[IntegrityFault]:
    for source_id, record in sorted(manifest.get("extracts", {}).items()):
        extract_id = str(record.get("sha256"))
        if not archive.has(extract_id):
            what = f"s'appuie sur l'extrait {extract_id[:12]}… de {source_id}, qui n'est plus là."
            yield IntegrityFault(f"releases/{folder.name}", what, _RESTORE.format("raw"))


def _findings(folders: Folders, folder: Path, manifest: dict[str, Any]) -> Iterator[IntegrityFault]:
    """Yield what is missing beside a report; one that was taken away whole is not missed."""
    path = findings_path(folders, folder.name)
    if not path.parent.is_dir():
        return
    where = str(path.relative_to(folders.home))
    try:
        there = {finding["finding_id"] for finding in json.loads(path.read_bytes())}
    except (OSError, ValueError, TypeError, KeyError):
        yield IntegrityFault(where, "manque ou ne se lit pas.", _RESTORE.format(where))
        return
    named = {finding["finding_id"] for finding in manifest.get("findings", [])}
    if lost := sorted(named - there):
        what = f"n'a plus les constats que la publication nomme : {', '.join(lost[:5])}."
        yield IntegrityFault(where, what, _RESTORE.format(where))


def inspect_links(folders: Folders) -> IntegrityCheck:
    """Look at what readers open: the release in force, and its report."""
    return gathered("Publication et rapport en vigueur", [_links(folders)])


def _links(folders: Folders) -> list[IntegrityFault]:
    in_force = _target(folders.releases / CURRENT)
    reported = _target(folders.reports / CURRENT)
    there = [folder.name for folder, _ in manifests(folders)]
    if not there and in_force is None:
        return []
    if in_force not in there:
        what = f"ne mène à aucune publication ({in_force or 'ce lien manque'})."
        last = last_in_force(folders.releases)
        to_do = RELINK.format(last, folders.releases / CURRENT) if last else _NO_RELEASE
        return [IntegrityFault(f"releases/{CURRENT}", what, to_do)]
    if not (folders.reports / str(reported) / REPORT_PAGE).is_file():
        what = f"ne mène à aucun rapport ({reported or 'ce lien manque'})."
        return [IntegrityFault(f"reports/{CURRENT}", what, _NIGHT)]
    if reported != in_force:
        what = f"est le rapport de {reported}, et non de la publication en vigueur {in_force}."
        return [IntegrityFault(f"reports/{CURRENT}", what, _NIGHT)]
    return []


def _target(link: Path) -> str | None:
    return link.readlink().name if link.is_symlink() else None
