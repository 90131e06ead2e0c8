"""The rules of a source's suite as one check of its extract: what each says, what records fail.

Here: the check, and its result in Dagster's vocabulary. Not here: judging (``checks.extracts``),
the verdicts and their sentences (``expectations.extracts``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from expectations import french
from expectations.extracts.rule_verdict import RuleVerdict
from expectations.suites.sources.record_entries import RecordRule
from expectations.verdicts.table import Outcome, Severity
from orchestration.checks import shown
from orchestration.keys import SEVERITIES
from orchestration.reporting.vocabulary import SEVERITIES as NAMED

RECORDS_CHECK = "enregistrements_conformes"
RULE_COLUMNS = (
    "Règle",
    "Nom",
    "Code",
    "Gravité",
    "Résultat",
    "Enregistrements jugés",
    "En écart",
    "À demander",
)
RECORD_COLUMNS = ("Règle", "Ligne", "Ce qu'elle porte")


def records_spec(
    key: dg.AssetKey, rules: Iterable[RecordRule], after: Sequence[dg.AssetKey]
) -> dg.AssetCheckSpec:
    """Return the check of the rules that a suite asks of the records of an extract."""
    asked = " ; ".join(f"{rule.explanation.rstrip('.')} ({rule.code})" for rule in rules)
    return dg.AssetCheckSpec(
        RECORDS_CHECK,
        asset=key,
        additional_deps=after,
        description=french.typeset(f"Les enregistrements tiennent les règles : {asked}."),
    )


def records_results(
    key: dg.AssetKey, verdicts: Sequence[RuleVerdict]
) -> Iterable[dg.AssetCheckResult]:
    """Yield what came of the rules of a suite, unless none of them could judge a record."""
    failing = sorted(
        (verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL),
        key=lambda verdict: list(Severity).index(verdict.severity),
    )
    if all(verdict.outcome is Outcome.NOT_EVALUATED for verdict in verdicts):
        return
    gravest = failing[0].severity if failing else Severity.WARNING
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=RECORDS_CHECK,
        passed=not failing,
        severity=SEVERITIES[gravest],
        description=shown.description(verdict.message for verdict in failing),
        metadata={
            "règles": shown.table(map(_rule_record, verdicts), RULE_COLUMNS),
            **_evidence(failing),
        },
    )


def _rule_record(verdict: RuleVerdict) -> dict[str, str]:
    texts = (
        verdict.explanation,
        verdict.name,
        verdict.code,
        NAMED[verdict.severity.value],
        _result(verdict),
        french.number(verdict.evaluated),
        french.number(verdict.failing),
        verdict.question if verdict.outcome is Outcome.FAIL else "",
    )
    return dict(zip(RULE_COLUMNS, texts, strict=True))


def _result(verdict: RuleVerdict) -> str:
    match verdict.outcome:
        case Outcome.FAIL:
            return "en écart"
        case Outcome.PASS:
            return "tenue"
        case Outcome.NOT_EVALUATED:
            return f"non évaluée : {verdict.reason}" if verdict.reason else "non évaluée"


def _evidence(failing: Sequence[RuleVerdict]) -> Mapping[str, dg.MetadataValue[Any]]:
    """Return what to ask, and the failing records, the first of each rule."""
    if not failing:
        return {}
    records = (
        (verdict.name, "" if record.line is None else french.number(record.line), record.held)
        for verdict in failing
        for record in verdict.records
    )
    return {
        "en écart": dg.MetadataValue.int(sum(verdict.failing for verdict in failing)),
        "à demander": shown.text(" ".join(verdict.question for verdict in failing)),
        "enregistrements en écart": shown.table(
            (dict(zip(RECORD_COLUMNS, record, strict=True)) for record in records), RECORD_COLUMNS
        ),
    }
