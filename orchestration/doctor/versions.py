"""What is installed, against what the lock file pins.

Here: comparing. Not here: installing.
"""

import platform
import re
from collections.abc import Mapping, Sequence
from importlib import metadata

from expectations.french import count, listing
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.settings.folders import PROJECT

LOCK = PROJECT / "requirements" / "run.lock"
PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(\s*;)?", re.MULTILINE)
MOST_NAMED = 5


def versions(_station: ExaminedStation) -> SubjectHealth:
    """Look at what runs: Vigie, Python, and the packages."""
    sentence = f"Vigie {metadata.version('vigie')}, Python {platform.python_version()}"
    if not LOCK.is_file():
        return well(f"{sentence} ; cette installation n'a pas de fichier de verrou à comparer.")
    installed = {plain(found.name): found.version for found in metadata.distributions()}
    return locked(sentence, LOCK.read_text("utf-8"), installed)


def locked(sentence: str, lock: str, installed: Mapping[str, str]) -> SubjectHealth:
    """Compare what is installed with a lock file.

    Args:
        sentence: What is said first.
        lock: The text of the lock file.
        installed: The version of each package, by its plain name.
    """
    if wrong := differing(lock, installed):
        named = listing(wrong, MOST_NAMED)
        packages = count(len(wrong), "paquet n'est pas celui", "paquets ne sont pas ceux")
        to_do = (
            "Réinstallez ceux du verrou : pip install --require-hashes --requirement "
            "requirements/run.lock."
        )
        return ill(f"{sentence} ; {packages} du verrou : {named}.", to_do)
    return well(f"{sentence}, paquets du verrou.")


def differing(lock: str, installed: Mapping[str, str]) -> Sequence[str]:
    """Return the packages that are not those of a lock file, in French.

    One that is pinned for some machines only may be missing.
    """
    pinned: dict[str, set[str]] = {}
    everywhere = set[str]()
    for name, version, condition in PINNED.findall(lock):
        pinned.setdefault(plain(name), set()).add(version)
        if not condition:
            everywhere.add(plain(name))
    return [
        f"{name} {installed.get(name, 'absent')} au lieu de {' ou '.join(sorted(wanted))}"
        for name, wanted in pinned.items()
        if installed.get(name) not in wanted and (name in installed or name in everywhere)
    ]


def plain(name: str) -> str:
    """Return the name of a package as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()
