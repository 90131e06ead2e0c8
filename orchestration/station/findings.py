"""The findings of a release, kept beside its report: they name the held values, it must not.

Here: writing and reading. Not here: finding (``expectations``).
"""

import json
from collections.abc import Sequence
from pathlib import Path

from expectations.findings.roll_up import Finding
from orchestration.settings.folders import Folders
from sources.storage.aside import write_aside


def write_findings(folders: Folders, release_id: str, findings: Sequence[Finding]) -> None:
    """Keep the findings that a release is made with."""
    path = findings_path(folders, release_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = [finding.to_dict() for finding in findings]
    write_aside(path, json.dumps(content, ensure_ascii=False, indent=2).encode())


def read_findings(folders: Folders, release_id: str) -> list[Finding]:
    """Return the findings that a release was made with.

    Raises:
        FileNotFoundError: There is no such release.
    """
    content = json.loads(findings_path(folders, release_id).read_text("utf-8"))
    return [Finding.from_dict(finding) for finding in content]


def findings_path(folders: Folders, release_id: str) -> Path:
    """Return where the findings of a release are."""
    return folders.reports / release_id / "findings.json"
