"""The bridge from Great Expectations to Dagster: one asset check an indicator and a rule.

Here: results put in Dagster's vocabulary. Not here: computing them (``expectations.rules``),
asserting them (``expectations.validations``).

Great Expectations is imported when the checks run, for it costs seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import dagster as dg

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.timeliness import late_periods
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import applicable_rules
from expectations.rules.silence import RuleCoverage, RuleState
from expectations.suites.policy import load_policy
from expectations.verdicts.rules import RULES
from orchestration.checks.evidence import CheckEvidence
from orchestration.keys import (
    OBSERVATIONS_KEY,
    SEVERITIES,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
    indicator_key,
)
from orchestration.publication.rule_coverage import read_coverages
from orchestration.reporting import summary
from orchestration.resources import Station
from orchestration.settings import Folders
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import digest, read_names, read_observations

if TYPE_CHECKING:
    from expectations.validations.objections import CheckResult
    from expectations.validations.suite_result import SuiteResult

SHOWN = 5
PUNCTUALITY, COMPLETENESS = "ponctualite", "exhaustivite"
TABLE_RULES = sorted(code for code, rule in RULES.items() if rule.is_asked_of_table)


def build_checks(
    definitions: Mapping[str, IndicatorDefinition],
) -> dg.AssetChecksDefinition:
    """Return every check of every indicator and of the table of observations, run in one step."""

    @dg.multi_asset_check(
        name="indicator_checks",
        # A check that had nothing to look at is not a success: it stays « never evaluated ».
        can_subset=True,
        specs=list(_specs(definitions)),
    )
    def indicator_checks(
        context: dg.AssetCheckExecutionContext, station: Station
    ) -> Iterator[dg.AssetCheckResult]:
        selected = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
        for result in _results(station.folders, definitions):
            if (result.asset_key, result.check_name) in selected:
                yield result

    return indicator_checks


def build_completeness_check(
    definitions: Mapping[str, IndicatorDefinition],
) -> dg.AssetChecksDefinition:
    """Return the check on the checks: it runs alone, so that no other can take it away."""

    @dg.asset_check(
        asset=VERDICTS_KEY,
        name=COMPLETENESS,
        description="Chaque règle qui s'applique à un indicateur s'est prononcée sur lui.",
    )
    def every_rule_spoke(station: Station) -> dg.AssetCheckResult:
        return completeness_result(read_coverages(station.folders, definitions))

    return every_rule_spoke


def completeness_result(coverages: Sequence[RuleCoverage]) -> dg.AssetCheckResult:
    """Fail when a rule never spoke; list those that had nothing to look at, with the reason."""
    silent = [coverage for coverage in coverages if coverage.state is not RuleState.EVALUATED]
    silent.sort(key=lambda coverage: coverage.state is not RuleState.MISSING)
    rows = [
        (coverage.indicator, coverage.rule, coverage.state.value, coverage.main_reason)
        for coverage in silent
    ]
    columns = ("Indicateur", "Règle", "État", "Raison")
    return dg.AssetCheckResult(
        passed=all(coverage.state is not RuleState.MISSING for coverage in coverages),
        severity=dg.AssetCheckSeverity.ERROR,
        description=summary.controls(coverages),
        metadata={
            "sans verdict": dg.MetadataValue.table(
                [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
                schema=dg.TableSchema([dg.TableColumn(name, type="string") for name in columns]),
            )
        },
    )


def _specs(definitions: Mapping[str, IndicatorDefinition]) -> Iterator[dg.AssetCheckSpec]:
    for definition in definitions.values():
        for rule in applicable_rules(definition):
            yield _spec(rule, indicator_key(definition.id), RULES[rule].title)
        description = "Aucune période due, d'après la cadence et le délai, ne manque."
        yield _spec(PUNCTUALITY, indicator_key(definition.id), description)
    for rule in TABLE_RULES:
        yield _spec(rule, OBSERVATIONS_KEY, RULES[rule].title)


def _spec(name: str, asset: dg.AssetKey, description: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name, asset=asset, description=description, additional_deps=[VALIDATIONS_KEY]
    )


def _results(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every check that had something to look at.

    Raises:
        dagster.Failure: The suites were validated on other observations.
    """
    from expectations.validations.objections import check_results  # noqa: PLC0415 it costs seconds

    observations = read_observations(folders.warehouse)
    verdicts, looked_at = read_verdicts(folders)
    fiches, tables = _suites(folders, looked_at, digest(observations))
    names = read_names(folders.warehouse)
    findings = roll_up(verdicts, observations, definitions, names.areas)
    evidence = CheckEvidence(observations, findings, definitions, names)
    for result in check_results(verdicts, fiches):
        if result.judged_something:
            yield _as_dagster(result, evidence)
    yield from table_results(tables)
    for indicator, periods in late_periods(observations).items():
        yield _punctuality(indicator, periods)


def _suites(
    folders: Folders, looked_at: str, observations: str
) -> tuple[list["SuiteResult"], list["SuiteResult"]]:
    """Return the suites on what the rules looked at, and those on the table as it is."""
    from expectations.validations.observation_table import TABLE  # noqa: PLC0415
    from expectations.validations.suite_result import (  # noqa: PLC0415 it costs seconds
        FICHE,
        read_suite_results,
    )

    suites = read_suite_results(folders.validations)
    fiches = [suite for suite in suites if suite.name.startswith(FICHE)]
    tables = [suite for suite in suites if suite.name.startswith(TABLE)]
    about = ({suite.data_sha256 for suite in fiches}, {suite.data_sha256 for suite in tables})
    if about != ({looked_at}, {observations}):
        raise dg.Failure(
            "Les validations ne portent pas sur les observations de l'entrepôt : matérialisez "
            f"« {VALIDATIONS_KEY.to_user_string()} », ou relancez la nuit."
        )
    return fiches, tables


def table_results(suites: Sequence["SuiteResult"]) -> Iterator[dg.AssetCheckResult]:
    """Say what came of each rule of the table of observations: it has several expectations."""
    from expectations.validations.batch import rule_of  # noqa: PLC0415 it costs seconds

    results = sorted(
        (answer for suite in suites for answer in suite.validation.results), key=rule_of
    )
    for rule, of_rule in groupby(results, key=rule_of):
        expectations = list(of_rule)
        failing = [answer.expectation_config for answer in expectations if not answer.success]
        yield dg.AssetCheckResult(
            asset_key=OBSERVATIONS_KEY,
            check_name=rule,
            passed=not failing,
            severity=SEVERITIES[load_policy().severities[rule]],
            description="\n".join(str(config.description) for config in failing if config) or None,
            metadata={"attentes": len(expectations), "en échec": len(failing)},
        )


def _punctuality(indicator: str, late: Sequence[str]) -> dg.AssetCheckResult:
    """Say that an indicator is late: its table is made every night, and lacks a period."""
    return dg.AssetCheckResult(
        asset_key=indicator_key(indicator),
        check_name=PUNCTUALITY,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"En retard : {', '.join(late)}." if late else "Aucune période en retard.",
    )


def _as_dagster(result: "CheckResult", evidence: CheckEvidence) -> dg.AssetCheckResult:
    tally = result.tally
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "évaluées": dg.MetadataValue.int(tally.evaluated),
        "non évaluées": dg.MetadataValue.int(tally.not_evaluated),
    }
    if tally.reasons:
        reasons = (f"{reason} ({french.number(cells)})" for reason, cells in tally.reasons.items())
        metadata["pourquoi non évaluées"] = dg.MetadataValue.text(french.listing(reasons))
    lines = [f"{evidence.place(row)} : {row['explanation']}" for row in result.failing[:SHOWN]]
    return dg.AssetCheckResult(
        asset_key=indicator_key(result.indicator),
        check_name=result.rule,
        passed=result.success,
        severity=SEVERITIES[tally.severity],
        description="\n".join(lines) or None,
        metadata=metadata | evidence.of(result.indicator, result.rule, result.failing),
    )
