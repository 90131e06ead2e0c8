"""Reference tables shipped with the code, each beside its producer's contract (see its NOTICE).

Here: their copy and their reading. Not here: the tables (``producers``). They are shipped rather
than fetched because they change once a year, with the geographic code, and a change of areas is a
decision, not a refresh.
"""

import hashlib
import shutil
from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.contract import PRODUCERS
from sources.tables.conformity import conform
from sources.tables.spanning_titles import table_under
from sources.tables.tabular import read_csv, read_sheet


class ReferenceClient:
    """Takes a workbook or a CSV file from the shipped ones, and reads it."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Copy the file, unless it is the last extract."""
        shipped = PRODUCERS / source.contract.dataset
        with shipped.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        url = source.producer.homepage
        if context.last and context.last.extract_id == sha256 and not context.again:
            return Unchanged(url)
        copy = Path(shutil.copyfile(shipped, context.scratch / shipped.name))
        return Fetched((FetchedPart(copy.name, copy, sha256, copy.stat().st_size),), url)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the file, or the sheet that the contract names.

        Raises:
            ExtractRefused: It is not what the contract says.
        """
        contract, path = source.contract, extract.paths[0]
        layout = contract.format
        if layout.kind == "csv":
            return conform(contract, read_csv(path, layout.delimiter))
        sheet = read_sheet(path, layout.sheet, layout.header_row)
        return conform(contract, table_under(sheet, layout.header_rows))
