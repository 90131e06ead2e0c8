"""The bridge from Great Expectations to Dagster: one asset check an indicator and a rule.

Rules are computed by ``expectations.evaluate`` and asserted by ``expectations.assertions``; here a
result only changes its vocabulary. Great Expectations is imported when the checks run, for it costs
seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from expectations.definitions import IndicatorDefinition
from expectations.evaluate import applicable_rules
from expectations.observations import TOTAL
from expectations.timeliness import late_periods
from expectations.verdicts import RULES, Severity
from orchestration.assets.quality import VERDICTS_KEY
from orchestration.publication.verdicts import read_verdicts
from orchestration.resources import Station
from orchestration.transformation import INDICATOR_LAYER
from orchestration.warehouse import read_observations

if TYPE_CHECKING:
    from expectations.assertions import CheckResult

SHOWN = 5
PUNCTUALITY = "ponctualite"
SEVERITIES = {
    Severity.ERROR: dg.AssetCheckSeverity.ERROR,
    Severity.WARNING: dg.AssetCheckSeverity.WARN,
    Severity.INFORMATION: dg.AssetCheckSeverity.WARN,
}


def indicator_key(indicator: str) -> dg.AssetKey:
    """Return the asset key of an indicator."""
    return dg.AssetKey([INDICATOR_LAYER, indicator])


def build_checks(
    definitions: Mapping[str, IndicatorDefinition],
) -> dg.AssetChecksDefinition:
    """Return every check of every indicator, run in one step."""

    @dg.multi_asset_check(
        name="indicator_checks",
        # A check that had nothing to look at is not a success: it stays « never evaluated ».
        can_subset=True,
        specs=[
            dg.AssetCheckSpec(
                rule,
                asset=indicator_key(definition.id),
                description=RULES[rule].title,
                additional_deps=[VERDICTS_KEY],
            )
            for definition in definitions.values()
            for rule in applicable_rules(definition)
        ]
        + [
            dg.AssetCheckSpec(
                PUNCTUALITY,
                asset=indicator_key(indicator),
                description="Aucune période due, d'après la cadence et le délai, ne manque.",
                additional_deps=[VERDICTS_KEY],
            )
            for indicator in definitions
        ],
    )
    def indicator_checks(
        context: dg.AssetCheckExecutionContext, station: Station
    ) -> Iterator[dg.AssetCheckResult]:
        from expectations.assertions import assert_verdicts  # noqa: PLC0415 it costs seconds

        verdicts, _ = read_verdicts(station.folders)
        for result in assert_verdicts(verdicts):
            check = dg.AssetCheckKey(indicator_key(result.indicator), result.rule)
            if check in context.selected_asset_check_keys:
                yield _as_dagster(result)
        for indicator, periods in late_periods(
            read_observations(station.folders.warehouse)
        ).items():
            if (
                dg.AssetCheckKey(indicator_key(indicator), PUNCTUALITY)
                in context.selected_asset_check_keys
            ):
                yield _punctuality(indicator, periods)

    return indicator_checks


def _punctuality(indicator: str, late: Sequence[str]) -> dg.AssetCheckResult:
    """Say that an indicator is late: its table is made every night, and lacks a period."""
    return dg.AssetCheckResult(
        asset_key=indicator_key(indicator),
        check_name=PUNCTUALITY,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"En retard : {', '.join(late)}." if late else "Aucune période en retard.",
    )


def _as_dagster(result: "CheckResult") -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "évaluées": dg.MetadataValue.int(result.evaluated),
        "non évaluées": dg.MetadataValue.int(result.not_evaluated),
    }
    if result.failing:
        metadata["cellules en échec"] = dg.MetadataValue.md(_failing_table(result.failing))
    return dg.AssetCheckResult(
        asset_key=indicator_key(result.indicator),
        check_name=result.rule,
        passed=result.success,
        severity=SEVERITIES[result.severity],
        description="\n".join(_told(row) for row in result.failing[:SHOWN]) or None,
        metadata=metadata,
    )


def _told(row: Mapping[str, object]) -> str:
    place = [row[name] for name in ("ref_area", "category", "time_period") if row[name] != TOTAL]
    return f"{', '.join(map(str, place))} : {row['explanation']}"


def _failing_table(failing: Sequence[Mapping[str, object]]) -> str:
    lines = ["| Territoire | Période | Catégorie | Constat |", "|---|---|---|---|"]
    lines.extend(
        f"| {row['ref_area']} | {row['time_period']} | {row['category']} | {row['explanation']} |"
        for row in failing
    )
    return "\n".join(lines)
