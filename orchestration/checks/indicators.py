"""The asset checks of indicators and of the table of observations: one an indicator and a theme.

Here: which checks there are, and the check on them. Not here: what Great Expectations asserted
(``validated``), which is imported when the checks run, for it costs seconds.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import dagster as dg
import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import applicable_rules
from expectations.rules.silence import RuleCoverage, RuleState
from expectations.verdicts.rules import RULES, Theme
from orchestration.checks import shown
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.keys import (
    DATA_DOCS_KEY,
    OBSERVATIONS_KEY,
    TABLE_CHECK,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
    indicator_key,
)
from orchestration.publication.rule_coverage import read_coverages
from orchestration.reporting import summary
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.station.warehouse import read_observations

COMPLETENESS = "exhaustivite"
BLOCKING = (
    "Ce qui échoue ici bloque la publication des cellules en cause, et d'elles seules, tant qu'une "
    "décision ne l'explique pas ; « non-blocking » ne dit que ceci : Dagster, lui, continue."
)
NOTHING_JUDGED = (
    "Rien n'a pu être jugé cette nuit : ce que ce contrôle disait ne vaut plus. Le contrôle "
    "« exhaustivite » de quality/verdicts dit pourquoi, règle par règle."
)
Definitions = Mapping[str, IndicatorDefinition]
TABLE_RULES = [code for code, rule in RULES.items() if rule.is_asked_of_table]


def build_checks(
    definitions: Definitions,
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
    definitions: Definitions,
) -> dg.AssetChecksDefinition:
    """Return the check on the checks: it runs alone, so that no other can take it away."""

    @dg.asset_check(
        asset=VERDICTS_KEY,
        name=COMPLETENESS,
        description="Chaque règle qui s'applique à un indicateur s'est prononcée sur lui.",
    )
    def every_rule_spoke(station: Station) -> dg.AssetCheckResult:
        return _completeness(station.folders, definitions)

    return every_rule_spoke


def tell_completeness(
    context: dg.AssetExecutionContext, folders: Folders, definitions: Definitions
) -> None:
    """Tell whether every rule spoke, before any other check, which could take it away."""
    context.log_event(shown.evaluation(_completeness(folders, definitions)))


def tell_checks(
    context: dg.AssetExecutionContext, folders: Folders, definitions: Definitions
) -> None:
    """Tell what came of every check; and of those that had nothing to judge, that they had not."""
    given = set()
    for result in _results(folders, definitions):
        evaluation = shown.evaluation(result)
        given.add(evaluation.asset_check_key)
        context.log_event(evaluation)
    silent = (spec.key for spec in _specs(definitions) if spec.key not in given)
    for evaluation in nothing_judged(context.instance, silent):
        context.log_event(evaluation)


def nothing_judged(
    instance: dg.DagsterInstance, silent: Iterable[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckEvaluation]:
    """Say of checks that had nothing to judge that what they said before is not tonight's."""
    for key in silent:
        if instance.get_latest_asset_check_evaluation_record(key) is not None:
            result = dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=False,
                severity=dg.AssetCheckSeverity.WARN,
                description=NOTHING_JUDGED,
            )
            yield shown.evaluation(result)


def _completeness(folders: Folders, definitions: Definitions) -> dg.AssetCheckResult:
    with tried_again_when_held(folders):
        return completeness_result(read_coverages(folders, definitions))


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
        asset_key=VERDICTS_KEY,
        check_name=COMPLETENESS,
        passed=all(coverage.state is not RuleState.MISSING for coverage in coverages),
        severity=dg.AssetCheckSeverity.ERROR,
        description=shown.description([summary.controls(coverages)]),
        metadata={
            "sans verdict": shown.table(
                [dict(zip(columns, row, strict=True)) for row in rows], columns
            )
        },
    )


def _specs(definitions: Definitions) -> Iterator[dg.AssetCheckSpec]:
    for definition in definitions.values():
        applicable = applicable_rules(definition)
        for theme in Theme:
            rules = [code for code in applicable if RULES[code].theme is theme]
            if rules or theme is Theme.PERIOD:
                key = indicator_key(definition.id)
                yield _spec(theme.value, key, theme.claim, rules, VALIDATIONS_KEY)
    table = "La table des observations est celle qui est convenue."
    yield _spec(TABLE_CHECK, OBSERVATIONS_KEY, table, TABLE_RULES, DATA_DOCS_KEY)


def _spec(
    name: str, asset: dg.AssetKey, claim: str, rules: Sequence[str], after: dg.AssetKey
) -> dg.AssetCheckSpec:
    asked = french.listing(f"{RULES[code].title} ({code})" for code in rules)
    description = french.typeset(f"{claim} Règles : {asked}.\n\n{BLOCKING}" if rules else claim)
    return dg.AssetCheckSpec(name, asset=asset, description=description, additional_deps=[after])


def _results(folders: Folders, definitions: Definitions) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every check that had something to look at."""
    from orchestration.checks.validated import results  # noqa: PLC0415 it costs seconds

    yield from results(folders, _observations(folders), definitions)


def _observations(folders: Folders) -> pd.DataFrame:
    with tried_again_when_held(folders):
        return read_observations(folders.warehouse)


def checks_again(
    folders: Folders, definitions: Definitions, decided: Collection[str]
) -> Iterator[dg.AssetCheckEvaluation]:
    """Give again the checks of the indicators that were decided of.

    « Retenu » would otherwise be read there until the figures change: a night that brings nothing
    new gives no check.
    """
    if not decided:
        return
    from orchestration.checks.validated import theme_results  # noqa: PLC0415 it costs seconds

    for result in theme_results(folders, _observations(folders), definitions, decided):
        yield shown.evaluation(result)
