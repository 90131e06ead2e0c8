"""What the catalogue of assets says of each: its owner, its tags, its columns, when it is stale.

Here: what follows from the definitions beside the models and from the contracts of sources.
Not here: naming assets (``translator``); whether a period is late, which only its values can tell
(the check ``ponctualite``, in ``checks.indicators``).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import dagster as dg
import pyarrow as pa

from expectations.cells.indicator_definition import DefinitionError
from orchestration.keys import DECISIONS_KEY
from orchestration.settings.settings import STALE
from sources.contract import ExtractContract, folder_contracts
from sources.registry import source

A_NIGHT_MISSED = timedelta(hours=36)
YEAR, QUARTER, MONTH = timedelta(days=366), timedelta(days=92), timedelta(days=31)

OURSELVES = "team:cariforef"
"""Who answers for what no producer makes."""
REMADE = {"marts", "quality", "publication"}
"""The layers of what is made again of all producers' tables together."""
EXTRACT_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=STALE, warn_window=A_NIGHT_MISSED)
"""An extract is asked for every night: nobody asked for it when no night has run."""


def owner(producer: str) -> str:
    """Return the owner of what a producer makes.

    Args:
        producer: Its name, as an indicator's definition has it.

    Raises:
        DefinitionError: No contract declares such a producer.
    """
    producers = _producers()
    if producer.casefold() not in producers:
        message = (
            f"Le producteur « {producer} » d'un indicateur n'est déclaré par aucun contract.yml ; "
            f"producteurs déclarés : {', '.join(sorted(producers))}."
        )
        raise DefinitionError(message)
    return f"team:{producers[producer.casefold()]}"


def owners_of_sources(source_ids: Iterable[str]) -> list[str]:
    """Return the owners of some sources, each once."""
    producers = (source(source_id).producer.id for source_id in source_ids)
    return [f"team:{producer}" for producer in dict.fromkeys(producers)]


def tags(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return what an indicator can be found by, from its definition."""
    named = {"fiche": "fiche", "cadence": "cadence", "unit": "unit_measure", "origin": "origin"}
    own = {tag: str(definition[key]) for tag, key in named.items() if key in definition}
    return {**own, "producer": owner(definition["producer"]).removeprefix("team:")}


def indicator_freshness(definition: Mapping[str, Any]) -> dg.FreshnessPolicy | None:
    """Return when the table of an indicator is stale whatever it holds.

    A table made longer ago than a period and its lag cannot hold the period that is due since.
    That a table made yesterday lacks it as well, only its check ``ponctualite`` can say.
    """
    lag = definition.get("expected_lag_months")
    if lag is None:
        return None
    period = QUARTER if definition["cadence"] in {"quarterly", "reading"} else YEAR
    return dg.FreshnessPolicy.time_window(fail_window=period + lag * MONTH)


def kept(spec: dg.AssetSpec, *, is_month_set: bool) -> dg.AssetSpec:
    """Return an asset with who answers for it, and when it is stale, where nothing else says so.

    The first night of a month makes all tables and the release again: what is older than that and a
    few nights was not made by those that should have.

    Args:
        spec: The asset.
        is_month_set: The station is kept in one month, whose nights may bring nothing new for ever.
    """
    owners = spec.owners or [OURSELVES]
    if spec.key.path[0] not in REMADE or spec.freshness_policy or spec.key == DECISIONS_KEY:
        return spec.replace_attributes(owners=owners)
    lasting = YEAR if is_month_set else MONTH
    policy = dg.FreshnessPolicy.time_window(
        fail_window=lasting + STALE, warn_window=lasting + A_NIGHT_MISSED
    )
    return spec.replace_attributes(owners=owners, freshness_policy=policy)


def column_schema(contract: ExtractContract) -> dg.TableSchema:
    """Return the columns of an extract as they are landed, those that its contract names."""
    columns = [
        dg.TableColumn(
            name,
            type="text",
            description=_titles(column.header),
            constraints=dg.TableColumnConstraints(nullable=not column.filled),
        )
        for name, column in contract.columns.items()
    ]
    own = [
        dg.TableColumn("_extract_id", type="text", description="Empreinte SHA-256 de l'extrait."),
        dg.TableColumn("_line", type="integer", description="Rang de la ligne, à partir de 1."),
    ]
    return dg.TableSchema([*columns, *own])


def file_schema(schema: pa.Schema) -> dg.TableSchema:
    """Return the columns of a Parquet file."""
    return dg.TableSchema([dg.TableColumn(field.name, type=str(field.type)) for field in schema])


def _titles(header: tuple[str, ...]) -> str | None:
    """Say under which titles the producer writes a column, when they are not its landed name."""
    return f"Titre : {' ou '.join(f'« {title} »' for title in header)}." if header else None


@cache
def _producers() -> Mapping[str, str]:
    """The id of each producer, by its name in small letters."""
    return {p.name.casefold(): p.id for folder in folder_contracts() for p in folder.producers}
