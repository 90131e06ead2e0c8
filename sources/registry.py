"""Every source, put together from the contracts and the clients.

Here: which client serves which protocol, and the members of a family by their ids. Not here: what a
source is (its folder's ``contract.yml``), nor which members there are, which a portal's catalogue
says. Adding a source to a known protocol means writing a contract, nothing here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from sources.client import Client, Source
from sources.contract import ExtractContract, Family, Producer, folder_contracts
from sources.protocols.depots.client import DepotClient
from sources.protocols.france_travail.client import FranceTravailClient
from sources.protocols.france_travail.quarterly_workbook import SeriesClient
from sources.protocols.melodi.bulk import MelodiFileClient
from sources.protocols.melodi.client import MelodiClient
from sources.protocols.opendatasoft.client import OpendatasoftClient
from sources.protocols.opendatasoft.listing import CatalogueClient
from sources.protocols.reference.client import ReferenceClient

__all__ = ["CLIENTS", "Source", "families", "in_order", "member", "source", "sources"]

CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        "opendatasoft": OpendatasoftClient(),
        "opendatasoft_catalogue": CatalogueClient(),
        "melodi": MelodiClient(),
        "melodi_file": MelodiFileClient(),
        "reference": ReferenceClient(),
        "france_travail": FranceTravailClient(),
        "france_travail_series": SeriesClient(),
        "depot": DepotClient(),
    }
)


SESSION = re.compile(r"20[0-9]{2}")


@cache
def sources() -> dict[str, Source]:
    """Return every source that a contract declares, by its id; not the members of families.

    Raises:
        ValueError: Two folders declare the same source.
    """
    registered: dict[str, Source] = {}
    for folder in folder_contracts():
        for source_id, contract in folder.extracts.items():
            if source_id in registered:
                msg = f"source {source_id!r} is declared twice"
                raise ValueError(msg)
            registered[source_id] = _source(source_id, contract)
    return registered


@cache
def families() -> dict[str, Family]:
    """Return every family by its id."""
    return {
        name: family for folder in folder_contracts() for name, family in folder.families.items()
    }


@cache
def member(family_id: str, session: str, dataset: str = "") -> Source:
    """Return the source of a session, whether anybody has heard of it or not.

    Args:
        family_id: Its family.
        session: The session.
        dataset: Where its catalogue says that it is; the usual name when it is not known.
    """
    return _source(f"{family_id}_{session}", families()[family_id].contract(session, dataset))


def source(source_id: str) -> Source:
    """Return one source: declared, a member of a family, or what the members have in common.

    Raises:
        KeyError: No contract declares it.
    """
    if source_id in sources():
        return sources()[source_id]
    if family := families().get(source_id):
        common = family.contract(max(family.since)).model_copy(update={"label": family.label})
        return _source(source_id, common)
    family_id, _, session = source_id.rpartition("_")
    if not SESSION.fullmatch(session):
        raise KeyError(source_id)
    return member(family_id, session)


def in_order(source_ids: Iterable[str]) -> list[Source]:
    """Return those of some sources that exist, in the order of the contracts."""
    ranks = {source_id: rank for rank, source_id in enumerate(sources())}
    named = [source(source_id) for source_id in source_ids if is_source(source_id)]

    def rank(found: Source) -> tuple[int, str]:
        catalogue = families()[found.table].catalogue if found.contract.family else found.id
        return ranks[catalogue], found.id

    return sorted(named, key=rank)


def is_source(source_id: str) -> bool:
    """Tell whether a contract declares a source, or the family that it is of."""
    try:
        source(source_id)
    except KeyError:
        return False
    return True


def _source(source_id: str, contract: ExtractContract) -> Source:
    return Source(source_id, _producers()[contract.producer], contract, CLIENTS[contract.protocol])


@cache
def _producers() -> dict[str, Producer]:
    return {producer.id: producer for folder in folder_contracts() for producer in folder.producers}
