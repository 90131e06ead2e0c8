"""What a portal's catalogue lists, session by session: an asset a family, a partition a session.

Here: fetching one session again from the pages, and the checks on all of them. Not here: the night,
which finds the sessions and fetches them all in its one step (``extracts``).

Checks have no partition: each speaks of every session, and names those that fail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import dagster as dg

from expectations.extracts.rule_verdict import MOST_RECORDS, RuleVerdict
from expectations.suites.sources.record_entries import rules_of_kind
from expectations.verdicts.table import Outcome
from orchestration.assets.extracts import (
    check_specs,
    collect_members,
    contract_result,
    extract_key,
    freshness_result,
    members_of,
    spec_of,
)
from orchestration.checks.record_rules import records_results
from orchestration.resources import Station
from orchestration.station.extract_verdicts import read_verdicts_on_extract
from sources.contract import Family
from sources.registry import source

AGAIN = (
    "Pour redemander une session : « Materialize », choisir la session, lancer. Elle est reçue de "
    "nouveau, même si le portail n'annonce rien de neuf ; la nuit suivante en refait les "
    "indicateurs. Une session nouvelle est trouvée par la nuit dans le catalogue du portail."
)


def build_sessions(family: Family) -> dg.AssetsDefinition:
    """Return the asset of a family, whose partitions can be fetched again one by one."""
    common = spec_of(source(family.id))
    partitions = dg.DynamicPartitionsDefinition(name=family.id)
    description = f"{family.label}.\n\n{AGAIN}"

    @dg.multi_asset(
        name=family.id,
        specs=[common.replace_attributes(partitions_def=partitions, description=description)],
    )
    def sessions(
        context: dg.AssetExecutionContext, station: Station
    ) -> Iterator[dg.MaterializeResult[None]]:
        partition = context.partition_key
        listed = members_of(station.folders.home, family)
        asked = [member for member in listed if member.partition == partition]
        if not asked:
            partitions = ", ".join(member.partition for member in listed)
            message = (
                f"Le catalogue du portail ne donne pas « {partition} » ; il donne : {partitions}. "
                "Une session qui vient de paraître est trouvée par la nuit suivante."
            )
            raise dg.Failure(message)
        by_partition = collect_members(context, station, asked, again=True)
        yield dg.MaterializeResult(
            asset_key=extract_key(family.id), metadata=by_partition.get(partition, {})
        )

    return sessions


def build_session_checks(family: Family) -> dg.AssetChecksDefinition:
    """Return the checks of a family, after its catalogue and all that it lists was fetched."""
    after = [extract_key(family.catalogue)]

    @dg.multi_asset_check(
        name=f"{family.id}_checks",
        specs=check_specs(family.id, rules_of_kind(f"{family.id}_"), after),
        can_subset=True,
    )
    def checks(
        context: dg.AssetCheckExecutionContext, station: Station
    ) -> Iterator[dg.AssetCheckResult]:
        asked = {key.name for key in context.selected_asset_check_keys}
        yield from (result for result in _results(station, family) if result.check_name in asked)

    return checks


def _results(station: Station, family: Family) -> Iterator[dg.AssetCheckResult]:
    latest = station.archive.latest_outcomes()
    listed = [member.id for member in members_of(station.folders.home, family)]
    tonight = {name: latest[name] for name in listed if name in latest}
    if not tonight:
        return
    yield contract_result(family.id, tonight)
    yield freshness_result(family.id, tonight, station.archive.latest_good_outcomes())
    judged = [
        (name, verdict)
        for name in tonight
        for verdict in read_verdicts_on_extract(station.folders, name)
    ]
    asked = (rule.name for rule in rules_of_kind(f"{family.id}_"))
    by_rule = ([pair for pair in judged if pair[1].name == rule] for rule in asked)
    together = [_together(of_rule) for of_rule in by_rule if of_rule]
    yield from records_results(extract_key(family.id), together)


def _together(verdicts: Sequence[tuple[str, RuleVerdict]]) -> RuleVerdict:
    """Return one verdict of those of a rule on several extracts, which its records name."""
    judged = [verdict for _, verdict in verdicts if verdict.outcome is not Outcome.NOT_EVALUATED]
    failing = [verdict for _, verdict in verdicts if verdict.outcome is Outcome.FAIL]
    records = [
        replace(record, values=(("extrait", name), *record.values))
        for name, verdict in verdicts
        for record in verdict.records
    ]
    return replace(
        (failing or judged or [verdicts[0][1]])[0],
        evaluated=sum(verdict.evaluated for _, verdict in verdicts),
        failing=sum(verdict.failing for verdict in failing),
        records=tuple(records[:MOST_RECORDS]),
    )
