"""The extracts: one asset a source, fetched side by side inside one step.

Here: asking for them, and saying of each what came of it. Not here: how a source is read
(``sources``), what its rules say (``checks.extracts``).

A source that breaks stops nothing: its last good extract stays in use, its check fails, and the
report says so.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.extracts.rule_verdict import RuleVerdict
from expectations.french import date_long, time_short
from expectations.suites.sources.record_entries import rules_of
from expectations.verdicts.table import Outcome
from orchestration.checks.extracts import Bench
from orchestration.dbt import attributes
from orchestration.dbt.lineage import EXTRACT
from orchestration.deposits.delivery import acknowledge
from orchestration.keys import SEVERITIES
from orchestration.reporting.markdown import escaped
from orchestration.resources import Station
from orchestration.settings import STALE, Settings
from orchestration.station.landed import count_landed
from sources.archive import GOOD, FetchOutcome
from sources.collect import Accept, Credentials, collect_all, ensure_landed
from sources.registry import Source, sources
from sources.replay.recorded import is_recorded
from sources.wire.http import PortalSession

CONTRACT_CHECK = "contrat"
FRESHNESS_CHECK = "fraicheur"
RECEIPT = "accusé de réception"
NOT_ASKED = "Non demandée : le portail rejoué n'a aucun enregistrement de cette source."


def extract_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of a source's extract."""
    return dg.AssetKey([EXTRACT, source_id])


def _spec(source: Source) -> dg.AssetSpec:
    return dg.AssetSpec(
        extract_key(source.id),
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
        *(
            dg.AssetCheckSpec(
                rule.name,
                asset=extract_key(source_id),
                description=rule.explanation,
                metadata={"code": rule.code, "gravité": rule.severity.value},
            )
            for rule in rules_of(source_id)
        ),
    ]


@dg.multi_asset(
    name="extracts",
    # One source can be fetched alone; a rule that had nothing to look at gives no result.
    can_subset=True,
    specs=[_spec(source) for source in sources().values()],
    check_specs=[check for source_id in sources() for check in _check_specs(source_id)],
)
def extracts(
    context: dg.AssetExecutionContext, station: Station
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Fetch every source, and say of each what came of it."""
    selected = [
        source
        for source in sources().values()
        if extract_key(source.id) in context.selected_asset_keys
    ]
    asked = {source.id: source for source in asked_for(station.settings, selected)}
    # What is not asked for is materialized all the same: the models that read it must be built.
    yield from _not_asked(station, [source for source in selected if source.id not in asked])
    bench = Bench(station.folders, station.settings.region)
    outcomes = collect(station.settings, list(asked.values()), bench.accept)
    confirmed = station.archive.latest_good_outcomes()
    for outcome in outcomes:
        _log(context, outcome)
        source = asked[outcome.source_id]
        receipt = acknowledge(station.settings, source, outcome, bench.verdicts_tonight)
        yield _materialized(station, outcome, receipt)
        yield dg.AssetCheckResult(
            asset_key=extract_key(outcome.source_id),
            check_name=CONTRACT_CHECK,
            passed=outcome.status in GOOD,
            description=outcome.message,
        )
        yield _freshness(outcome, confirmed.get(outcome.source_id))
        yield from suite_results(outcome.source_id, bench.verdicts_in_use(source, outcome))


def _materialized(
    station: Station, outcome: FetchOutcome, receipt: Path | None
) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=extract_key(outcome.source_id),
        metadata={
            **_metadata(outcome),
            **({RECEIPT: dg.MetadataValue.path(receipt)} if receipt else {}),
            "dagster/row_count": count_landed(station.folders.home, outcome.source_id),
        },
    )


def asked_for(settings: Settings, selected: Sequence[Source]) -> list[Source]:
    """Return the sources to ask for: all of them, or those that were recorded in a replay."""
    if not settings.replay:
        return list(selected)
    return [source for source in selected if is_recorded(source)]


def _not_asked(station: Station, missing: Sequence[Source]) -> Iterator[dg.MaterializeResult[None]]:
    ensure_landed(station.folders.home, missing)
    for source in missing:
        yield dg.MaterializeResult(
            asset_key=extract_key(source.id),
            metadata={"message": dg.MetadataValue.text(NOT_ASKED), "dagster/row_count": 0},
        )


def suite_results(source_id: str, verdicts: Sequence[RuleVerdict]) -> Iterator[dg.AssetCheckResult]:
    """Say what came of each rule of a suite; one that could not be judged stays unevaluated."""
    named = {rule.name for rule in rules_of(source_id)}
    for verdict in verdicts:
        if verdict.name in named and verdict.outcome is not Outcome.NOT_EVALUATED:
            yield dg.AssetCheckResult(
                asset_key=extract_key(source_id),
                check_name=verdict.name,
                passed=verdict.outcome is Outcome.PASS,
                severity=SEVERITIES[verdict.severity],
                description=verdict.message,
                metadata=_evidence(verdict),
            )


def _evidence(verdict: RuleVerdict) -> dict[str, dg.MetadataValue[Any]]:
    evidence: dict[str, dg.MetadataValue[Any]] = {
        "code": dg.MetadataValue.text(verdict.code),
        "enregistrements jugés": dg.MetadataValue.int(verdict.evaluated),
    }
    if verdict.outcome is Outcome.PASS:
        return evidence
    return evidence | {
        "en écart": dg.MetadataValue.int(verdict.failing),
        "à demander": dg.MetadataValue.text(verdict.question),
        "enregistrements en écart": dg.MetadataValue.md(_failing_table(verdict)),
    }


def _failing_table(verdict: RuleVerdict) -> str:
    """Return the failing records as a table, the first of them: all texts are from outside."""
    lines = ["| Ligne | Ce qu'elle porte |", "|---|---|"]
    lines.extend(
        f"| {'' if record.line is None else record.line} | {escaped(record.held)} |"
        for record in verdict.records
    )
    return "\n".join(lines)


def _freshness(tonight: FetchOutcome, confirmed: FetchOutcome | None) -> dg.AssetCheckResult:
    """Say whether an extract is stale: failing tonight is not enough, it is for ``contrat``."""
    since = confirmed.started_at if confirmed else None
    moment = f"le {date_long(since)} à {time_short(since)}" if since else "jamais"
    return dg.AssetCheckResult(
        asset_key=extract_key(tonight.source_id),
        check_name=FRESHNESS_CHECK,
        passed=since is not None and tonight.started_at - since < STALE,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Dernière réponse valable du producteur : {moment}.",
    )


def collect(settings: Settings, asked: Sequence[Source], accept: Accept) -> list[FetchOutcome]:
    """Collect the sources into the station's archive, and land what is accepted."""
    station = Station(home=str(settings.home))
    return collect_all(
        asked,
        archive=station.archive,
        session=PortalSession(replay=settings.replay or None),
        region=settings.region,
        credentials=Credentials(
            france_travail_client_id=settings.france_travail_client_id,
            france_travail_client_secret=settings.france_travail_client_secret,
        ),
        accept=accept,
    )


def _log(context: dg.AssetExecutionContext, outcome: FetchOutcome) -> None:
    if outcome.status in GOOD:
        context.log.info("%s : %s", outcome.source_id, outcome.status)
    else:
        context.log.warning("%s : %s. %s", outcome.source_id, outcome.status, outcome.message)


def _metadata(outcome: FetchOutcome) -> dict[str, dg.MetadataValue[Any]]:
    shown = {
        "état": outcome.status.value,
        "message": outcome.message,
        "extrait reçu": outcome.extract_id,
        "extrait utilisé": outcome.extract_in_use,
        "adresse": outcome.url,
        "millésime": outcome.vintage,
    }
    metadata: dict[str, dg.MetadataValue[Any]] = {
        name: dg.MetadataValue.text(value) for name, value in shown.items() if value
    }
    if outcome.changes:
        records = [dg.TableRecord({"changement": change}) for change in outcome.changes]
        metadata["changements"] = dg.MetadataValue.table(records)
    return metadata | {"octets": dg.MetadataValue.int(outcome.bytes)}
