"""Which code and which dbt project a night was made by, in one hash.

Here: the files that count. Not here: what else a night depends on (``dbt.fingerprint``).
"""

import hashlib
from pathlib import Path

from orchestration.settings.folders import DBT_PROJECT, PROJECT

CODE = ("sources", "expectations", "orchestration")
CODE_SUFFIXES = {".py", ".yml", ".csv", ".html", ".css", ".txt"}


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


def project_files() -> list[Path]:
    """Return the files of the dbt project that its result depends on, in a stable order."""
    return sorted(
        path
        for path in DBT_PROJECT.rglob("*")
        if path.suffix in {".sql", ".yml", ".csv", ".md"}
        and not {"target", "logs"} & set(path.relative_to(DBT_PROJECT).parts)
    )
