"""What a night depends on, in one hash, so that a night that brings nothing new is not rebuilt.

It covers the extracts in use, the troubles of the sources, and the code. It says nothing about the
result; whether a release is sound is for the gate.
"""

import hashlib
import json
from pathlib import Path

from orchestration.aside import write_aside
from orchestration.publication.release import CURRENT
from orchestration.settings import PROJECT, Settings
from orchestration.transformation import project_files
from sources.archive import Archive

CODE = ("sources", "expectations", "orchestration")
CODE_SUFFIXES = {".py", ".yml", ".html", ".css", ".txt"}
LAST_NIGHT = "last_night.json"


def fingerprint(settings: Settings) -> str:
    """Return the SHA-256 of everything that tonight's result depends on."""
    outcomes = Archive(settings.folders.home).latest_outcomes()
    inputs = {
        source_id: [outcome.extract_in_use, outcome.message]
        for source_id, outcome in sorted(outcomes.items())
    }
    content = json.dumps([settings.region, inputs, code_version()], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def code_version() -> str:
    """Return the SHA-256 of the code and of the dbt project."""
    whole = hashlib.sha256()
    for path in [*_code_files(), *project_files()]:
        whole.update(str(path.relative_to(PROJECT)).encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _code_files() -> list[Path]:
    return sorted(
        path
        for package in CODE
        for path in (PROJECT / package).rglob("*")
        if path.suffix in CODE_SUFFIXES
    )


def is_quiet(settings: Settings) -> bool:
    """Tell whether the last night that went to its end had the very same inputs.

    A station from which something was taken away is never quiet: the night makes it again.
    """
    folders = settings.folders
    record = folders.quality / LAST_NIGHT
    made = (record, folders.warehouse, folders.releases / CURRENT, folders.reports / CURRENT)
    if not all(path.exists() for path in made):
        return False
    return bool(json.loads(record.read_text("utf-8"))["fingerprint"] == fingerprint(settings))


def remember_night(settings: Settings) -> None:
    """Record that the night went to its end; called by the last stage of the line."""
    record = settings.folders.quality / LAST_NIGHT
    write_aside(record, json.dumps({"fingerprint": fingerprint(settings)}).encode())
