"""The documentation of the tables: one page made by dbt, that needs nothing else.

Here: having dbt make it. Not here: what it says, which is written in the dbt project; the
engineers' pages (``docs``).

It is made when somebody asks for it, for it costs seconds and only changes with the code.
"""

import json
from pathlib import Path

from dbt.cli.main import dbtRunner

from orchestration.dbt.translator import VigieTranslator
from orchestration.settings.folders import DBT_PROJECT, Folders
from sources.storage.aside import write_aside

CHARSET = '<meta charset="utf-8">'
ALONE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    'img-src data:; font-src data:">'
)
"""What dbt's page may load: what is inside it. It holds a tracker's code, which stays asleep."""


def write_documentation(folders: Folders) -> Path:
    """Write the page of the station's tables, and return where it is.

    Raises:
        RuntimeError: dbt refuses; its message says why.
    """
    target = folders.dbt_target / "docs"
    places = ["--project-dir", str(DBT_PROJECT), "--target-path", str(target)]
    made = dbtRunner().invoke(
        ["--quiet", "--log-level-file", "none", "docs", "generate", "--static", *places]
    )
    if not made.success:
        message = f"dbt n'a pas pu documenter {folders.warehouse} : {made.exception}"
        raise RuntimeError(message) from made.exception
    folders.documentation.parent.mkdir(parents=True, exist_ok=True)
    write_aside(folders.documentation, _page(target).encode())
    return folders.documentation


def _page(target: Path) -> str:
    """Return dbt's page, with the texts of columns that indicators share and what it may load."""
    page = (target / "static_index.html").read_text("utf-8")
    written = (target / "manifest.json").read_text("utf-8")
    manifest, translator = json.loads(written), VigieTranslator()
    nodes = {name: translator.get_resource_props(manifest, name) for name in manifest["nodes"]}
    page = page.replace(written, json.dumps(manifest | {"nodes": nodes}), 1)
    return page.replace(CHARSET, CHARSET + ALONE, 1)
