"""The extracts: one asset a source, fetched side by side inside one step.

Here: asking for them, and saying of each what came of it. Not here: how a source is read
(``sources``), what its rules say (``checks.extracts``), the asset of what a catalogue lists
(``sessions``), though a night fetches them here, after their catalogue.

A source that breaks stops nothing: its last good extract stays in use, its check fails, and the
report says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg

from expectations.extracts.rule_verdict import RuleVerdict
from expectations.french import moment_long
from expectations.suites.sources.record_entries import RecordRule, rules_of
from expectations.untrusted import cleaned
from orchestration.checks import shown
from orchestration.checks.extracts import Bench
from orchestration.checks.record_rules import records_results, records_spec
from orchestration.dbt import attributes
from orchestration.dbt.lineage import EXTRACT
from orchestration.deposits.delivery import acknowledge
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.reporting.vocabulary import SOURCE_STATUSES
from orchestration.resources import Station
from orchestration.settings.settings import STALE, Settings
from orchestration.station.inbox_strays import (
    found_in_inbox,
    keep_strays,
    look_at_inbox,
    read_strays,
)
from orchestration.station.landed import count_landed
from sources.archive import FetchOutcome
from sources.collect import Accept, Credentials, collect_all, ensure_landed, members
from sources.contract import Family
from sources.registry import Source, families, sources
from sources.replay.recorded import is_recorded
from sources.wire.http import Limits, PortalSession

CONTRACT_CHECK = "contrat"
FRESHNESS_CHECK = "fraicheur"
RECEIPT = "accusé de réception"
NOT_READ = "dans la boîte de dépôt, et pas lu"
Metadata: TypeAlias = dict[str, dg.MetadataValue[Any]]
NOT_ASKED = "Non demandée : le portail rejoué n'a aucun enregistrement de cette source."


def extract_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of a source's extract."""
    return dg.AssetKey([EXTRACT, source_id])


def declared_sources() -> list[Source]:
    """Return the sources that have an asset of their own."""
    return [source for source in sources().values() if not source.contract.family]


def spec_of(source: Source) -> dg.AssetSpec:
    """Return the asset of a source, or of a family by what its members have in common."""
    return dg.AssetSpec(
        extract_key(source.table),
        group_name="sources",
        description=source.label,
        kinds={source.contract.format.kind},
        owners=attributes.owners_of_sources([source.id]),
        tags={"producer": source.producer.id, "cadence": source.contract.cadence},
        freshness_policy=attributes.EXTRACT_FRESHNESS,
        metadata={
            "producteur": source.producer.name,
            "contact": source.producer.contact,
            "licence": source.producer.licence,
            "dagster/column_schema": attributes.column_schema(source.contract),
        },
    )


def check_specs(
    table: str, rules: Iterable[RecordRule], after: Sequence[dg.AssetKey] = ()
) -> list[dg.AssetCheckSpec]:
    """Return the checks of an extract: its contract, its age, its records by its suite."""
    return [
        dg.AssetCheckSpec(
            CONTRACT_CHECK,
            asset=extract_key(table),
            additional_deps=after,
            description=(
                "L'extrait de cette nuit respecte son contrat : colonnes, types, clé, lignes."
            ),
        ),
        dg.AssetCheckSpec(
            FRESHNESS_CHECK,
            asset=extract_key(table),
            additional_deps=after,
            description=(
                "L'extrait en service a été reçu ou confirmé par le producteur il y a moins de "
                f"{STALE.days} nuits ; sinon il est périmé."
            ),
        ),
        records_spec(extract_key(table), rules, after),
    ]


@dg.multi_asset(
    name="extracts",
    # One source can be fetched alone; no run plans the checks, which are told as events.
    can_subset=True,
    specs=[spec_of(source) for source in declared_sources()],
    check_specs=[
        check
        for source in declared_sources()
        for check in check_specs(source.id, rules_of(source.id))
    ],
)
def extracts(
    context: dg.AssetExecutionContext, station: Station
) -> Iterator[dg.MaterializeResult[None]]:
    """Fetch every source, and say of each what came of it; again when the register is away."""
    with tried_again_when_held(station.folders):
        yield from _fetched(context, station)


def _fetched(
    context: dg.AssetExecutionContext, station: Station
) -> Iterator[dg.MaterializeResult[None]]:
    selected = [
        source
        for source in declared_sources()
        if extract_key(source.id) in context.selected_asset_keys
    ]
    asked = {source.id: source for source in asked_for(station.settings, selected)}
    # What is not asked for is materialized all the same: the models that read it must be built.
    yield from _not_asked(station, [source for source in selected if source.id not in asked])
    bench = Bench(station.folders, station.settings.region)
    outcomes = collect(station.settings, list(asked.values()), bench.accept)
    _look_at_inbox(context, station)
    confirmed = station.archive.latest_good_outcomes()
    for outcome in outcomes:
        log_outcome(context, outcome)
        source = asked[outcome.source_id]
        receipt = acknowledge(station.settings, source, outcome, bench.verdicts_tonight)
        yield _materialized(station, outcome, receipt)
        judged = asked_by_suite(source.id, bench.verdicts_in_use(source, outcome))
        for result in (
            contract_result(source.table, {source.id: outcome}),
            freshness_result(source.table, {source.id: outcome}, confirmed),
            *records_results(extract_key(source.id), judged),
        ):
            context.log_event(shown.evaluation(result))
    for family in families().values():
        if extract_key(family.catalogue) in context.selected_asset_keys:
            _collect_listed(context, station, family)


def _collect_listed(context: dg.AssetExecutionContext, station: Station, family: Family) -> None:
    """Fetch all that a catalogue lists: a new session is a new partition.

    The night has no partition: of those of another asset it tells by events of its own.
    """
    listed = members_of(station.folders.home, family)
    context.instance.add_dynamic_partitions(family.id, [source.partition for source in listed])
    for partition, metadata in collect_members(context, station, listed).items():
        materialization = dg.AssetMaterialization(
            extract_key(family.id), metadata=metadata, partition=partition
        )
        context.log_event(materialization)


def members_of(home: Path, family: Family) -> list[Source]:
    """Return the sources of a family: those that its catalogue lists, and those of a fixed name."""
    named = [source for source in sources().values() if source.contract.family == family.id]
    return [*members(home, family.catalogue), *named]


def collect_members(
    context: dg.AssetExecutionContext,
    station: Station,
    listed: Sequence[Source],
    *,
    again: bool = False,
) -> dict[str, Metadata]:
    """Fetch members of a family, and return what is to be said of the partition of each."""
    settings = station.settings
    asked = {source.id: source for source in asked_for(settings, listed)}
    ensure_landed(station.folders.home, [source for source in listed if source.id not in asked])
    bench = Bench(station.folders, settings.region)
    by_partition = {}
    for outcome in collect(settings, list(asked.values()), bench.accept, again=again):
        log_outcome(context, outcome)
        source = asked[outcome.source_id]
        bench.verdicts_in_use(source, outcome)
        by_partition[source.partition] = metadata_of(station, outcome)
    return by_partition


def _look_at_inbox(context: dg.AssetExecutionContext, station: Station) -> None:
    """Keep and tell what lies in the inbox and is read by nobody."""
    found = look_at_inbox(station.folders)
    keep_strays(station.folders, found)
    for sentence in found.sentences:
        context.log.warning("Boîte de dépôt : %s", sentence)


def _not_read(station: Station, outcome: FetchOutcome) -> dict[str, dg.MetadataValue[Any]]:
    """Return what the inbox holds that seems to be about a source, and is not used."""
    dataset = sources()[outcome.source_id].contract.dataset
    notices = (*outcome.notices, *map(str, read_strays(station.folders).about(dataset)))
    if not notices:
        return {}
    return {NOT_READ: shown.table({"fichier": sentence} for sentence in notices)}


def _materialized(
    station: Station, outcome: FetchOutcome, receipt: Path | None
) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=extract_key(outcome.source_id),
        metadata={
            **metadata_of(station, outcome),
            **({RECEIPT: dg.MetadataValue.path(receipt)} if receipt else {}),
            **_not_read(station, outcome),
        },
    )


def metadata_of(station: Station, outcome: FetchOutcome) -> Metadata:
    """Return what is to be said of an extract in the pages."""
    rows = count_landed(station.folders.home, outcome.source_id)
    return outcome_metadata(outcome) | {"dagster/row_count": dg.MetadataValue.int(rows)}


def asked_for(settings: Settings, selected: Sequence[Source]) -> list[Source]:
    """Return the sources to ask for: all of them; in a replay, those recorded or deposited by hand.

    Whoever adds a source, in a region whose deposits nobody recorded, drops its file in the inbox.
    """
    if not settings.replay:
        return list(selected)
    dropped = found_in_inbox(settings.folders)
    return [source for source in selected if is_recorded(source) or source.id in dropped]


def _not_asked(station: Station, missing: Sequence[Source]) -> Iterator[dg.MaterializeResult[None]]:
    ensure_landed(station.folders.home, missing)
    for source in missing:
        yield dg.MaterializeResult(
            asset_key=extract_key(source.id),
            metadata={"message": dg.MetadataValue.text(NOT_ASKED), "dagster/row_count": 0},
        )


def asked_by_suite(source_id: str, verdicts: Iterable[RuleVerdict]) -> list[RuleVerdict]:
    """Return the verdicts of the rules of a suite, those that the contract implies left out."""
    named = {rule.name for rule in rules_of(source_id)}
    return [verdict for verdict in verdicts if verdict.name in named]


def contract_result(table: str, tonight: Mapping[str, FetchOutcome]) -> dg.AssetCheckResult:
    """Say whether what came tonight of an asset's extracts is what their contracts say."""
    wrong = {name: outcome for name, outcome in tonight.items() if not outcome.is_good}
    return dg.AssetCheckResult(
        asset_key=extract_key(table),
        check_name=CONTRACT_CHECK,
        passed=not wrong,
        description=_by_extract(
            table, {name: outcome.message or "" for name, outcome in wrong.items()}
        ),
    )


def freshness_result(
    table: str, tonight: Mapping[str, FetchOutcome], confirmed: Mapping[str, FetchOutcome]
) -> dg.AssetCheckResult:
    """Say whether an extract is stale: failing tonight is not enough, it is for ``contrat``."""
    since = {name: confirmed[name].started_at for name in tonight if name in confirmed}
    stale = [name for name, outcome in tonight.items() if _is_stale(outcome, since.get(name))]
    return dg.AssetCheckResult(
        asset_key=extract_key(table),
        check_name=FRESHNESS_CHECK,
        passed=not stale,
        severity=dg.AssetCheckSeverity.WARN,
        description=_by_extract(
            table, {name: _last_good_answer(since.get(name)) for name in stale or tonight}
        ),
    )


def _is_stale(tonight: FetchOutcome, since: datetime | None) -> bool:
    return since is None or tonight.started_at - since >= STALE


def _last_good_answer(since: datetime | None) -> str:
    moment = f"le {moment_long(since)}" if since else "jamais"
    return f"Dernière réponse valable du producteur : {moment}."


def _by_extract(table: str, sentences: Mapping[str, str]) -> str | None:
    """Return what is said of the extracts of an asset, each named when it is one among others."""
    return shown.description(
        text if name == table else f"{name} : {text}" for name, text in sentences.items()
    )


def collect(
    settings: Settings, asked: Sequence[Source], accept: Accept, *, again: bool = False
) -> list[FetchOutcome]:
    """Collect the sources into the station's archive, and land what is accepted."""
    station = Station(home=str(settings.home))
    return collect_all(
        asked,
        archive=station.archive,
        session=PortalSession(
            replay=settings.replay or None,
            limits=Limits(source=60 * settings.source_minutes),
        ),
        region=settings.region,
        credentials=Credentials(
            france_travail_client_id=settings.france_travail_client_id,
            france_travail_client_secret=settings.france_travail_client_secret,
        ),
        accept=accept,
        again=again,
    )


def log_outcome(context: dg.AssetExecutionContext, outcome: FetchOutcome) -> None:
    """Say in the log of the step what came of a source."""
    state = SOURCE_STATUSES[outcome.status.value].lower()
    if outcome.is_good:
        context.log.info("%s : %s", outcome.source_id, state)
    else:
        message = cleaned(outcome.message or "")
        context.log.warning("%s : %s. %s", outcome.source_id, state, message)


def outcome_metadata(outcome: FetchOutcome) -> Metadata:
    """Return what a source gave tonight, in texts."""
    entries = {
        "état": SOURCE_STATUSES[outcome.status.value].lower(),
        "message": outcome.message,
        "extrait reçu": outcome.extract_id,
        "extrait utilisé": outcome.extract_in_use,
        "adresse": outcome.url,
        "millésime": outcome.vintage,
    }
    metadata: Metadata = {name: shown.text(value) for name, value in entries.items() if value}
    if lines := (*outcome.repairs, *outcome.changes):
        metadata["changements"] = shown.table({"changement": change} for change in lines)
    return metadata | {"octets": dg.MetadataValue.int(outcome.bytes)}
