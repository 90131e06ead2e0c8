"""Deposits: the newest file of the inbox that bears the source's name, read by what it really is.

Here: finding it, copying it and reading it. Not here: what makes a file unsafe (``guards``). The
file stays in the inbox: it is the partner's, and the archive has its copy.
"""

import hashlib
import tempfile
from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, Part, Source, Unchanged
from sources.contract import Format, conform
from sources.depots.guards import MOST_BYTES, Kind, kind_of
from sources.errors import ExtractRefused, FetchFailed
from sources.tabular import read_csv, read_workbook

DELIMITERS = (";", ",", "\t")
ENCODINGS = ("utf-8-sig", "cp1252")


class DepotClient:
    """Takes deposits from the inbox, and reads them."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Copy the newest deposit of the source.

        Raises:
            FetchFailed: It is too big to be one, or cannot be opened.
        """
        name = source.contract.dataset
        try:
            newest = _newest(context.inbox, name)
            part = _copied(newest, context.scratch) if newest else None
        except OSError:
            msg = f"Le dépôt « {name} » ne peut pas être ouvert : vérifier les droits du fichier."
            raise FetchFailed(msg, permanent=False) from None
        if part is not None:
            announced = {"file": part.name}
            return Fetched((part,), f"{context.inbox.name}/{part.name}", announced)
        if context.last is not None:
            return Unchanged(f"{context.inbox.name}/")
        msg = f"Aucun dépôt reçu : déposer un fichier nommé « {name}.xlsx » (ou .ods, .csv)."
        return Absent(msg, f"{context.inbox.name}/")

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the deposit as a workbook or as CSV.

        Raises:
            ExtractRefused: It is neither, or not what the contract says; the message names it.
        """
        path, named = extract.paths[0], extract.announced.get("file", source.contract.dataset)
        try:
            table = _read(path, kind_of(path), source.contract.format)
            return conform(source.contract, table)
        except ExtractRefused as error:
            msg = f"Le fichier déposé « {named} » est refusé. {error.message}"
            raise ExtractRefused(msg, rule=error.rule) from None


def _newest(inbox: Path, stem: str) -> Path | None:
    """Return the newest plain file of that name; links are not followed out of the inbox."""
    if not inbox.is_dir():
        return None
    deposits = [
        path
        for path in inbox.iterdir()
        if path.stem == stem and path.is_file() and not path.is_symlink()
    ]
    return max(deposits, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def _copied(deposit: Path, scratch: Path) -> Part:
    """Copy a deposit while hashing it, so that what is archived is what was hashed."""
    copy, digest, size = scratch / deposit.name, hashlib.sha256(), 0
    with deposit.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(1 << 16):
            size += len(chunk)
            if size > MOST_BYTES:
                msg = f"Le fichier déposé « {deposit.name} » dépasse {MOST_BYTES >> 20} Mo."
                raise FetchFailed(msg, permanent=True)
            digest.update(chunk)
            target.write(chunk)
    return Part(deposit.name, copy, digest.hexdigest(), size)


def _read(path: Path, kind: Kind, how: Format) -> pa.Table:
    if kind is Kind.CSV:
        return _read_text(path)
    return read_workbook(path, how.sheet, how.header_row)


def _read_text(path: Path) -> pa.Table:
    """Read a CSV file in either of the encodings and separators that office suites write."""
    text = _decoded(path.read_bytes())
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    with tempfile.TemporaryDirectory() as folder:
        unified = Path(folder) / "depot.csv"
        unified.write_bytes(text.encode())
        return read_csv(unified, delimiter)


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    msg = "Son texte n'est ni en UTF-8 ni en Windows-1252 : l'enregistrer en « CSV UTF-8 »."
    raise ExtractRefused(msg)
