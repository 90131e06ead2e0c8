"""The manifest of the dbt project, parsed again when the project or dbt is another.

Here: dbt's own account of its graph. Not here: how its nodes become assets (``translator``), how
they are run (``run``), what they compute (``dbt_project``).
"""

import fcntl
import hashlib
import json
from typing import Any

from dbt import version as dbt_version
from dbt.cli.main import dbtRunner

from orchestration.dbt.lazy_contexts import contexts_made_when_read
from orchestration.dbt.refused_project import DbtProjectError
from orchestration.settings.folders import DBT_PROJECT, Folders
from orchestration.station.code_version import project_files
from sources.storage.aside import write_aside

VERSION, PARSING = "manifest.version", ".parsing.lock"


def read_manifest(folders: Folders) -> dict[str, Any]:
    """Return dbt's manifest, parsed again when the project or dbt itself is another.

    The services of a station begin together: one of them parses, and the others wait for it.
    """
    if not is_fresh(folders):
        folders.dbt_target.mkdir(parents=True, exist_ok=True)
        with (folders.dbt_target / PARSING).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_fresh(folders):
                _parse(folders)
    manifest: dict[str, Any] = json.loads(folders.dbt_manifest.read_text("utf-8"))
    return manifest


def is_fresh(folders: Folders) -> bool:
    """Tell whether the manifest is the one that today's project was parsed into, whole."""
    manifest, version = folders.dbt_manifest, folders.dbt_target / VERSION
    if not manifest.exists() or not version.exists():
        return False
    return version.read_text("utf-8") == version_of(project_version(), manifest.read_bytes())


def version_of(project: str, manifest: bytes) -> str:
    """Return what is written beside a manifest: the project that it is of, and its own SHA-256."""
    return f"{project} {hashlib.sha256(manifest).hexdigest()}"


def project_version() -> str:
    """Return the SHA-256 of the dbt project and of dbt's own version."""
    whole = hashlib.sha256(dbt_version.__version__.encode())
    for path in project_files():
        whole.update(str(path.relative_to(DBT_PROJECT)).encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _parse(folders: Folders) -> None:
    """Write the manifest, in this process: another one would pay dbt's imports again.

    The whole project is read: in part, dbt forgets what its tests mean where a source changed.

    Raises:
        DbtProjectError: dbt cannot read the project; its message says where.
    """
    target, project = folders.dbt_parse, project_version()
    paths = ["--project-dir", str(DBT_PROJECT), "--target-path", str(target)]
    with contexts_made_when_read():
        result = dbtRunner().invoke(["--quiet", "--no-partial-parse", "parse", *paths])
    if not result.success:
        message = f"dbt ne peut pas lire {DBT_PROJECT} : {result.exception}"
        raise DbtProjectError(message) from result.exception
    manifest = (target / folders.dbt_manifest.name).read_bytes()
    write_aside(folders.dbt_manifest, manifest)
    # Last: a kill before leaves a version that the manifest beside it is not of.
    write_aside(folders.dbt_target / VERSION, version_of(project, manifest).encode())
