"""The extracts: one asset a source, fetched side by side inside one step.

A source that breaks stops nothing: its last good extract stays in use, its check fails, and the
report says so. How a source is read belongs to ``sources``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import catalogue
from orchestration.lineage import EXTRACT
from orchestration.reporting.french import date_long, time_short
from orchestration.reporting.night import STALE
from orchestration.resources import Station
from orchestration.settings import Settings
from sources.archive import GOOD, Outcome
from sources.collect import Credentials, collect_all
from sources.http import PortalSession
from sources.landing import landed_path
from sources.registry import Source, sources

CONTRACT_CHECK = "contrat"
FRESHNESS_CHECK = "fraicheur"


def extract_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of a source's extract."""
    return dg.AssetKey([EXTRACT, source_id])


def _spec(source: Source) -> dg.AssetSpec:
    return dg.AssetSpec(
        extract_key(source.id),
        group_name="sources",
        description=source.label,
        kinds={source.contract.format.kind},
        owners=catalogue.owners_of_sources([source.id]),
        tags={"producer": source.producer.id, "cadence": source.contract.cadence},
        freshness_policy=catalogue.EXTRACT_FRESHNESS,
        metadata={
            "producteur": source.producer.name,
            "contact": source.producer.contact,
            "licence": source.producer.licence,
            "dagster/column_schema": catalogue.column_schema(source.contract),
        },
    )


def _check_specs(source_id: str) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            CONTRACT_CHECK,
            asset=extract_key(source_id),
            description=(
                "L'extrait de cette nuit respecte son contrat : colonnes, types, clé, lignes."
            ),
        ),
        dg.AssetCheckSpec(
            FRESHNESS_CHECK,
            asset=extract_key(source_id),
            description=(
                "L'extrait en service a été reçu ou confirmé par le producteur il y a moins de "
                f"{STALE.days} nuits ; sinon il est périmé."
            ),
        ),
    ]


@dg.multi_asset(
    name="extracts",
    specs=[_spec(source) for source in sources().values()],
    check_specs=[check for source_id in sources() for check in _check_specs(source_id)],
)
def extracts(
    context: dg.AssetExecutionContext, station: Station
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Fetch every source, and say of each what came of it."""
    known = list(sources().values())
    outcomes = collect(station.settings, known)
    confirmed = station.archive.latest_good_outcomes()
    for outcome in outcomes:
        _log(context, outcome)
        landed = pq.read_metadata(landed_path(station.folders.home, outcome.source_id))
        yield dg.MaterializeResult(
            asset_key=extract_key(outcome.source_id),
            metadata={**_metadata(outcome), "dagster/row_count": landed.num_rows},
        )
        yield dg.AssetCheckResult(
            asset_key=extract_key(outcome.source_id),
            check_name=CONTRACT_CHECK,
            passed=outcome.status in GOOD,
            description=outcome.message,
        )
        yield _freshness(outcome, confirmed.get(outcome.source_id))


def _freshness(tonight: Outcome, confirmed: Outcome | None) -> dg.AssetCheckResult:
    """Say whether an extract is stale: failing tonight is not enough, it is for ``contrat``."""
    since = confirmed.started_at if confirmed else None
    told = f"le {date_long(since)} à {time_short(since)}" if since else "jamais"
    return dg.AssetCheckResult(
        asset_key=extract_key(tonight.source_id),
        check_name=FRESHNESS_CHECK,
        passed=since is not None and tonight.started_at - since < STALE,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Dernière réponse valable du producteur : {told}.",
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
