"""Which release is in force, which ones were, and what is done when nothing says so any more.

Here: the link to it, and the record of those that were. Not here: what a release is (``release``),
switching to another one (``publishing``).

``current`` is a symbolic link to the last whole one, and the only name that readers use.
"""

import json
from pathlib import Path

from orchestration.station.release import CURRENT, MANIFEST, PARTIAL, Release
from sources.storage.aside import write_aside

IN_FORCE = "in_force.json"
"""The names of all releases that were in force, oldest first."""

RELINK = (
    "Sans lui aucune nuit ne sait ce qui a été publié. Restaurez-le avant la prochaine, vers la "
    "dernière publication : « ln -sfn {} '{}' »."
)


def current_release(releases: Path) -> Release | None:
    """Return the release in force, or None before the first one."""
    link = releases / CURRENT
    return Release(link.resolve(strict=True)) if link.is_symlink() else None


class ReleaseLostError(FileNotFoundError):
    """Releases were in force, and nothing says any more which one is; the message, in French."""


def refuse_when_lost(releases: Path) -> None:
    """Make sure that a station that published knows what: its next night would be a first one.

    Raises:
        ReleaseLostError: The link is gone, or leads nowhere.
    """
    link = releases / CURRENT
    if link.exists():
        return
    last = last_in_force(releases)
    if last or link.is_symlink() or recorded_in_force(releases):
        to_do = RELINK.format(last, link) if last else f"Restaurez {releases} d'une sauvegarde."
        raise ReleaseLostError(f"Le lien {link} manque, ou ne mène à rien. {to_do}")


def last_in_force(releases: Path) -> str | None:
    """Return the release that must have been in force last, where nothing leads to it any more.

    A folder that a kill kept from being switched in was never published: it counts only where
    nothing is written down.
    """
    there = sorted(
        path.parent.name for path in releases.glob(f"*/{MANIFEST}") if _is_whole(path.parent)
    )
    names = recorded_in_force(releases)
    return next(
        (name for name in reversed(there if names is None else names) if name in there), None
    )


def _is_whole(folder: Path) -> bool:
    return not (folder.is_symlink() or folder.name.startswith(PARTIAL))


def release_in_force(releases: Path) -> Release:
    """Return the release in force.

    Raises:
        FileNotFoundError: There is none yet.
    """
    release = current_release(releases)
    if release is None:
        message = f"Aucune publication dans {releases} ; lancez d'abord la nuit."
        raise FileNotFoundError(message)
    return release


def ever_in_force(releases: Path) -> list[str]:
    """Return the names of the releases that were in force, oldest first.

    A folder that a kill kept from being switched in was read by nobody. Where nothing is recorded
    yet, or what was cannot be read any more, they are those that the release in force replaced, one
    after the other.
    """
    recorded, current = recorded_in_force(releases), current_release(releases)
    names = _replaced_by(current) if recorded is None else recorded
    if current is None or current.release_id in names:
        return names
    return [*names, current.release_id]


def record_in_force(releases: Path) -> None:
    """Write down which releases were in force, before any of them is taken away."""
    names = ever_in_force(releases)
    if recorded_in_force(releases) != names:
        write_aside(releases / IN_FORCE, json.dumps(names, indent=1).encode())


def recorded_in_force(releases: Path) -> list[str] | None:
    """Return the names that are written down; None when none are, or they cannot be read."""
    try:
        names = json.loads((releases / IN_FORCE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return names if is_list else None


def _replaced_by(release: Release | None) -> list[str]:
    """Return a release's name after those of all that it and they replaced."""
    names: list[str] = []
    while release and release.release_id not in names:
        names.insert(0, release.release_id)
        release = release.previous
    return names
