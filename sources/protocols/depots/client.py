"""Deposits: the newest file of the inbox that bears the source's name, read by what it really is.

Here: finding it and copying it. Not here: how it is read (``reading``). The file stays in the
inbox: it is the partner's, and the archive has its copy.
"""

import hashlib
from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.depots.flaws import joined
from sources.protocols.depots.guards import MOST_BYTES
from sources.protocols.depots.reading import read_deposit


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
            ExtractRefused: It is neither, or not what the contract says; the message names it, and
                gives every reason.
        """
        path, name = extract.paths[0], extract.announced.get("file", source.contract.dataset)
        try:
            deposit = read_deposit(source.contract, path)
            if deposit.flaws:
                raise ExtractRefused(joined(deposit.flaws), rule=deposit.flaws[0].rule)
            return deposit.table(source.contract)
        except ExtractRefused as error:
            msg = f"Le fichier déposé « {name} » est refusé. {error.message}"
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


def _copied(deposit: Path, scratch: Path) -> FetchedPart:
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
    return FetchedPart(deposit.name, copy, digest.hexdigest(), size)
