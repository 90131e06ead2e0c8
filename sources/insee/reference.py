"""Reference workbooks of INSEE, shipped with the code in ``reference/`` (see its NOTICE).

Here: their reading. Not here: why they are shipped rather than fetched: they change once a year,
with the geographic code, and a change of zones is a decision, not a refresh.
"""

import hashlib
import shutil
from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, Part, Source, Unchanged
from sources.contract import conform
from sources.tabular import read_workbook

FOLDER = Path(__file__).parent / "reference"


class ReferenceClient:
    """Takes a workbook from the shipped folder, and reads it."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Copy the workbook, unless it is the last extract."""
        shipped = FOLDER / source.contract.dataset
        with shipped.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        url = source.producer.homepage
        if context.last and context.last.extract_id == sha256:
            return Unchanged(url)
        copy = Path(shutil.copyfile(shipped, context.scratch / shipped.name))
        return Fetched((Part(copy.name, copy, sha256, copy.stat().st_size),), url)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the sheet that the contract names.

        Raises:
            ExtractRefused: It is not what the contract says.
        """
        how = source.contract.format
        return conform(source.contract, read_workbook(extract.paths[0], how.sheet, how.header_row))
