"""Deposits: the file of the inbox that bears the source's name, read by what it really is.

Here: taking it, and saying what lay beside it. Not here: which file counts (``arrivals``), how it
is read (``reading``). The file stays in the inbox: it is the partner's, and the archive has its
copy.
"""

from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.depots.arrivals import BESIDE, choose, take
from sources.protocols.depots.confined import read_confined
from sources.protocols.depots.flaws import joined
from sources.protocols.depots.inbox import deposits_named
from sources.protocols.depots.reading import read_deposit


class DepotClient:
    """Takes deposits from the inbox, and reads them."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Copy the deposit of the source that counts.

        Raises:
            FetchFailed: It is too big to be one, or cannot be opened.
        """
        dataset, place = source.contract.dataset, f"{context.inbox.name}/"
        arrivals = take(_named(context.inbox, dataset), context.scratch)
        choice = choose(arrivals.files, context.received)
        if arrivals.trouble and not (choice and choice.is_new):
            raise arrivals.trouble
        if choice is not None:
            name = choice.counts.part.name
            beside = {BESIDE: list(choice.beside)} if choice.beside else {}
            trouble = (arrivals.trouble.message,) if arrivals.trouble else ()
            return Fetched(
                (choice.counts.part,),
                f"{place}{name}",
                {"file": name, **beside},
                notices=(*choice.notices, *arrivals.notices, *trouble),
            )
        if context.last is not None:
            return Unchanged(place, arrivals.notices)
        msg = f"Aucun dépôt reçu : déposer un fichier nommé « {dataset}.xlsx » (ou .ods, .csv)."
        return Absent(" ".join(arrivals.notices) or msg, place, arrivals.notices)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the deposit as a workbook or as CSV.

        Raises:
            ExtractRefused: It is neither, or not what the contract says; the message names it, and
                gives every reason.
        """
        path, name = extract.paths[0], extract.announced.get("file", source.contract.dataset)
        try:
            deposit = read_confined(read_deposit, source.contract, path)
            if deposit.flaws:
                raise ExtractRefused(joined(deposit.flaws), rule=deposit.flaws[0].rule)
            return deposit.table(source.contract)
        except ExtractRefused as error:
            msg = f"Le fichier déposé « {name} » est refusé. {error.message}"
            raise ExtractRefused(msg, rule=error.rule) from None


def _named(inbox: Path, dataset: str) -> list[Path]:
    try:
        return deposits_named(inbox, dataset)
    except OSError:
        msg = "La boîte de dépôt ne peut pas être lue : vérifier les droits de son dossier."
        raise FetchFailed(msg, permanent=False) from None
