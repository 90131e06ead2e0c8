"""Every source, put together from the contracts and the clients.

Here: which client serves which protocol. Not here: what a source is (its folder's
``contract.yml``). Adding a source to a known protocol means writing a contract, nothing here.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from sources.client import Client, Source
from sources.contract import folder_contracts
from sources.protocols.depots.client import DepotClient
from sources.protocols.france_travail.client import FranceTravailClient
from sources.protocols.france_travail.quarterly_workbook import SeriesClient
from sources.protocols.melodi.bulk import MelodiFileClient
from sources.protocols.melodi.client import MelodiClient
from sources.protocols.opendatasoft.client import OpendatasoftClient
from sources.protocols.reference.client import ReferenceClient

__all__ = ["CLIENTS", "Source", "source", "sources"]

CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        "opendatasoft": OpendatasoftClient(),
        "melodi": MelodiClient(),
        "melodi_file": MelodiFileClient(),
        "reference": ReferenceClient(),
        "france_travail": FranceTravailClient(),
        "france_travail_series": SeriesClient(),
        "depot": DepotClient(),
    }
)


@cache
def sources() -> dict[str, Source]:
    """Return every source by its id.

    Raises:
        ValueError: Two folders declare the same source.
    """
    registered: dict[str, Source] = {}
    for folder in folder_contracts():
        producers = {producer.id: producer for producer in folder.producers}
        for source_id, contract in folder.extracts.items():
            if source_id in registered:
                msg = f"source {source_id!r} is declared twice"
                raise ValueError(msg)
            producer = producers[contract.producer]
            client = CLIENTS[contract.protocol]
            registered[source_id] = Source(source_id, producer, contract, client)
    return registered


def source(source_id: str) -> Source:
    """Return one source.

    Raises:
        KeyError: No contract declares it.
    """
    return sources()[source_id]
