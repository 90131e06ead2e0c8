"""The extracts: one asset a source, fetched side by side inside one step.

A source that breaks stops nothing: its last good extract stays in use, its check fails, and the
report says so. How a source is read belongs to ``sources``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from orchestration.resources import Station
from orchestration.settings import Settings
from sources.archive import Outcome, Status
from sources.collect import Credentials, collect_all
from sources.http import PortalSession
from sources.registry import Source, sources

LAYER = "extract"
CONTRACT_CHECK = "contrat"
GOOD = {Status.NEW, Status.UNCHANGED}


def extract_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of a source's extract."""
    return dg.AssetKey([LAYER, source_id])


def _spec(source: Source) -> dg.AssetSpec:
    return dg.AssetSpec(
        extract_key(source.id),
        group_name="sources",
        description=source.label,
        kinds={source.contract.format.kind},
        owners=[f"team:{source.producer.id}"],
        metadata={
            "producteur": source.producer.name,
            "contact": source.producer.contact,
            "licence": source.producer.licence,
        },
    )


def _check_spec(source_id: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        CONTRACT_CHECK,
        asset=extract_key(source_id),
        description="L'extrait de cette nuit respecte son contrat : colonnes, types, clé, lignes.",
    )


@dg.multi_asset(
    name="extracts",
    specs=[_spec(source) for source in sources().values()],
    check_specs=[_check_spec(source_id) for source_id in sources()],
)
def extracts(
    context: dg.AssetExecutionContext, station: Station
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Fetch every source, and say of each what came of it."""
    known = list(sources().values())
    for outcome in collect(station.settings, known):
        _log(context, outcome)
        yield dg.MaterializeResult(
            asset_key=extract_key(outcome.source_id), metadata=_metadata(outcome)
        )
        yield dg.AssetCheckResult(
            asset_key=extract_key(outcome.source_id),
            check_name=CONTRACT_CHECK,
            passed=outcome.status in GOOD,
            description=outcome.message,
        )


def collect(settings: Settings, known: Sequence[Source]) -> list[Outcome]:
    """Collect the sources into the station's archive, and land what is accepted."""
    station = Station(home=str(settings.home))
    return collect_all(
        known,
        archive=station.archive,
        session=PortalSession(replay=settings.replay or None),
        region=settings.region,
        credentials=Credentials(
            france_travail_client_id=settings.france_travail_client_id,
            france_travail_client_secret=settings.france_travail_client_secret,
        ),
        accept=accept,
    )


def accept(source: Source, table: pa.Table) -> Sequence[str]:
    """Return the reasons to refuse an extract, by its contract; none when it is sound."""
    from expectations.extracts import check_extract  # noqa: PLC0415 importing it costs seconds

    contract = source.contract
    return check_extract(
        table.to_pandas(),
        columns={name: column.type for name, column in contract.columns.items()},
        mandatory=[name for name, column in contract.columns.items() if column.filled],
        key=contract.key,
        rows_at_least=contract.rows.at_least,
        rows_at_most=contract.rows.at_most,
        decimal_mark=contract.format.decimal,
    )


def _log(context: dg.AssetExecutionContext, outcome: Outcome) -> None:
    if outcome.status in GOOD:
        context.log.info("%s : %s", outcome.source_id, outcome.status)
    else:
        context.log.warning("%s : %s. %s", outcome.source_id, outcome.status, outcome.message)


def _metadata(outcome: Outcome) -> dict[str, dg.MetadataValue[Any]]:
    shown = {
        "état": outcome.status.value,
        "message": outcome.message,
        "extrait reçu": outcome.extract_id,
        "extrait utilisé": outcome.extract_in_use,
        "adresse": outcome.url,
    }
    return {name: dg.MetadataValue.text(value) for name, value in shown.items() if value} | {
        "octets": dg.MetadataValue.int(outcome.bytes)
    }
