"""The verdicts of the rules on the extract in use of each source, kept in one file a source.

Here: writing them and reading them again. Not here: what they say (``expectations.extracts``), nor
when they are given again (``checks.extracts``).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expectations.extracts.rule_verdict import RuleVerdict
from orchestration.settings.folders import Folders
from sources.storage.aside import write_aside

KEPT = {"extract_id", "region", "code", "verdicts"}


def read_verdicts_on_extract(folders: Folders, source_id: str) -> list[RuleVerdict]:
    """Return the verdicts that were kept on the extract of a source; none when there are none."""
    content = read_kept(folders, source_id)
    return verdicts_of(content) if content else []


def verdicts_of(content: Mapping[str, Any]) -> list[RuleVerdict]:
    """Return the verdicts of what was kept."""
    return [RuleVerdict.from_dict(verdict) for verdict in content["verdicts"]]


def read_kept(folders: Folders, source_id: str) -> dict[str, Any] | None:
    """Return what was kept on the extract of a source; None when nothing can be read of it."""
    try:
        content: Any = json.loads(_path(folders, source_id).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) and content.keys() >= KEPT else None


def write_kept(folders: Folders, source_id: str, content: Mapping[str, Any]) -> None:
    """Keep what was said of the extract of a source, in the place of what was said before."""
    path = _path(folders, source_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_aside(path, json.dumps(content, ensure_ascii=False).encode())


def _path(folders: Folders, source_id: str) -> Path:
    return folders.quality / "extracts" / f"{source_id}.json"
