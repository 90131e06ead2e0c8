"""The verdicts of the last night: what was answered of every rule, and the table of all cells.

Here: writing the table, with the digest of the observations that it speaks of, and reading both.
The gate reads the answers; the table also says what passed, for whoever asks about one cell. Not
here: working them out (``expectations.validations``), which answers are trusted
(``expectations.verdicts.rule_answers``).
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.settings.folders import Folders
from sources.storage.aside import write_aside

OBSERVATIONS_DIGEST = b"observations_sha256"


def answers_path(folders: Folders) -> Path:
    """Return where what Great Expectations answered of every rule is."""
    return folders.validations / "regles.json"


def read_answers(folders: Folders) -> list[dict[str, Any]]:
    """Return the answers on every rule, as Great Expectations' JSON holds them; none when none."""
    path = answers_path(folders)
    if not path.exists():
        return []
    answers: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["validation"]["results"]
    return answers


def verdicts_path(folders: Folders) -> Path:
    """Return where the verdicts of the last night are."""
    return folders.quality / "verdicts.parquet"


def write_verdicts(folders: Folders, verdicts: pd.DataFrame, observations_digest: str) -> None:
    """Write the verdicts, with the digest of the observations that they speak of."""
    table = pa.Table.from_pandas(verdicts, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), OBSERVATIONS_DIGEST: observations_digest.encode()}
    content = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), content, write_page_checksum=True)
    write_aside(verdicts_path(folders), content.getvalue().to_pybytes())


def last_verdicts(folders: Folders) -> pd.DataFrame | None:
    """Return the verdicts of the last night, None before the first.

    Nor are there any when they cannot be read any more: tonight's take their place.
    """
    try:
        return read_verdicts(folders)[0]
    except (OSError, ValueError, LookupError):
        return None


def read_verdicts(folders: Folders) -> tuple[pd.DataFrame, str]:
    """Return the verdicts of the last night and the digest of their observations.

    Raises:
        FileNotFoundError: No verdict was ever computed here.
    """
    table = pq.read_table(verdicts_path(folders), page_checksum_verification=True)
    return table.to_pandas(), (table.schema.metadata or {})[OBSERVATIONS_DIGEST].decode()
