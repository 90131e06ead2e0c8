"""The manifest of the dbt project, as it was when the project was last parsed.

Here: reading it. Not here: parsing the project again when it is another (``dbt.project``).
"""

import json
from typing import Any

from orchestration.settings import Folders


def read_last_manifest(folders: Folders) -> dict[str, Any]:
    """Return the content of dbt's ``manifest.json``.

    Raises:
        FileNotFoundError: The project was never parsed in this station.
    """
    manifest: dict[str, Any] = json.loads(folders.dbt_manifest.read_text("utf-8"))
    return manifest
