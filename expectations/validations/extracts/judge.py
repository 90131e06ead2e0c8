"""The verdict of each rule on the records of an extract, by Great Expectations.

A value, or a combination of values, is judged once, however many records bear it: that is what
keeps a million records within twice the time of one query of DuckDB. Which records fail is asked
for what fails only.

Here: judging, and which records fail. Not here: what is put to Great Expectations (``plans``), what
it answered as pages need it (``answers``).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult

from expectations import french
from expectations.extracts.distinct import COLUMN, Records
from expectations.extracts.filters import places_of
from expectations.extracts.likely_codes import codes_of, proposals
from expectations.extracts.rule_verdict import (
    ITS_LINES,
    MISSING_AMONG,
    MOST_RECORDS,
    ROWS,
    FailingRecord,
    RuleVerdict,
)
from expectations.extracts.views import NOWHERE, Ranks
from expectations.suites.sources.record_controls import ColumnComparison, ColumnsPresent, RowCount
from expectations.suites.sources.record_entries import RecordRule
from expectations.validations.batch import DETAILED, validator_of
from expectations.validations.extracts.plans import Plan, Scope, plan
from expectations.validations.rule_classes import SEVERITIES
from expectations.verdicts.table import Outcome

Result = ExpectationValidationResult


@dataclass(frozen=True)
class RuleJudgement:
    """What came of one rule.

    Attributes:
        verdict: What it says.
        lines: The lines of all the records that fail, in their order.
        result: What Great Expectations answered; None when it was not asked.
    """

    verdict: RuleVerdict
    lines: Ranks
    result: Result | None = None


@dataclass(frozen=True)
class _Failure:
    """What fails: how much, which lines, the first records."""

    count: int
    lines: Ranks
    records: tuple[FailingRecord, ...]


NOBODY = "Aucun enregistrement n'est concerné."
SHOWN_LINES = 5
"""Lines of a group that are named, the others being counted."""


def judge(records: Records, rules: Sequence[RecordRule], region: str) -> list[RuleJudgement]:
    """Return what comes of each rule, in the order of the rules.

    Args:
        records: The records of the extract.
        rules: What must hold of them.
        region: INSEE code of the region that is followed.
    """
    return [_judge(records, rule, region) for rule in rules]


def _judge(records: Records, rule: RecordRule, region: str) -> RuleJudgement:
    verdict = RuleVerdict(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        outcome=Outcome.NOT_EVALUATED,
        explanation=rule.explanation,
        question=rule.question,
    )
    about_file = isinstance(rule.control, ColumnsPresent | RowCount)
    absent = [column for column in rule.reads if column not in records.columns]
    if absent and not about_file:
        reason = french.typeset(f"L'extrait n'a pas ce qui est contrôlé : {', '.join(absent)}.")
        return RuleJudgement(replace(verdict, reason=reason), NOWHERE)
    places = places_of(records, rule.only_if)
    if not len(places) and not about_file:
        return RuleJudgement(replace(verdict, reason=NOBODY), NOWHERE)
    planned = _without(plan(rule.control, Scope(records, places, region)), rule.excused)
    result = _validate(planned.view.table, _expectation(planned, rule))
    verdict = replace(verdict, evaluated=len(places))
    if result.success:
        return RuleJudgement(replace(verdict, outcome=Outcome.PASS), NOWHERE, result)
    failure = _failure(planned, rule, records, result, codes_of(rule, region))
    failed = replace(verdict, outcome=Outcome.FAIL, failing=failure.count, records=failure.records)
    return RuleJudgement(failed, failure.lines, result)


def _without(planned: Plan, excused: Sequence[str]) -> Plan:
    """Leave out the rows that hold an excused value; the others keep their places."""
    if not excused:
        return planned
    table = planned.view.table
    kept = table[~table.isin(list(excused)).any(axis=1)]
    return replace(planned, view=replace(planned.view, table=kept))


def _expectation(planned: Plan, rule: RecordRule) -> gxe.Expectation:
    expectation = planned.expectation
    expectation.severity = SEVERITIES[rule.severity]
    expectation.description = rule.explanation
    expectation.meta = {"code": rule.code, "name": rule.name}
    return expectation


def _validate(table: pd.DataFrame, expectation: gxe.Expectation) -> Result:
    """Validate, and ask again for the rows when it fails: naming them takes longer than judging."""
    validator = validator_of(table)
    result = validator.validate_expectation(expectation)
    if result.success:
        return result
    validator.result_format = DETAILED
    return validator.validate_expectation(expectation)


def _failure(
    planned: Plan,
    rule: RecordRule,
    records: Records,
    result: Result,
    codes: Mapping[str, Sequence[str]],
) -> _Failure:
    """Tell what fails.

    Raises:
        RuntimeError: Great Expectations could not judge the rule: that is no pass.
    """
    rows = np.array(result.result.get("unexpected_index_list") or [], dtype=np.int64)
    if facts := planned.facts(planned.view.table.loc[rows]) if planned.facts else []:
        return _failure_of_groups(planned, records, rows, facts)
    if not len(rows):
        message = f"Great Expectations n'a pas pu juger « {rule.name} » : {result.exception_info}"
        raise RuntimeError(message)
    places, behind = planned.view.records_behind(rows)
    first = zip(places[:MOST_RECORDS], behind[:MOST_RECORDS], strict=True)
    table = planned.view.table
    shown = []
    for place, row in first:
        columns = _columns(table, row, rule)
        values = tuple((column, records.text(column, place)) for column in columns)
        line = int(records.lines[place])
        shown.append(FailingRecord(line, values, proposals(codes, values)))
    return _Failure(len(places), records.lines[places], tuple(shown))


def _failure_of_groups(
    planned: Plan, records: Records, rows: Ranks, facts: Sequence[Mapping[Hashable, Any]]
) -> _Failure:
    """Tell which groups of records fail, each with the lines of its own records."""
    if planned.is_of_whole:
        lines = records.lines[planned.view.places]
        return _Failure(len(facts), lines, tuple(_group(fact, lines) for fact in facts))
    places, behind = planned.view.records_behind(rows)
    shown = zip(rows[:MOST_RECORDS], facts, strict=False) if len(rows) else ()
    named = [_group(fact, records.lines[places[behind == row]]) for row, fact in shown]
    unnamed = [FailingRecord(None, _texts(fact)) for fact in facts[:MOST_RECORDS]]
    return _Failure(len(facts), records.lines[places], tuple(named or unnamed))


def _group(fact: Mapping[Hashable, Any], lines: Ranks) -> FailingRecord:
    """Return a group of records with the numbers of its lines, the first ones when many."""
    named = ITS_LINES if fact.get(ROWS) else MISSING_AMONG
    numbers = french.listing(map(french.number, lines), SHOWN_LINES)
    return FailingRecord(None, (*_texts(fact), *(((named, numbers),) if len(lines) else ())))


def _columns(table: pd.DataFrame, row: int, rule: RecordRule) -> Sequence[str]:
    """Return the columns that a failing row is about."""
    if COLUMN not in table:
        return rule.control.reads
    compared = [rule.control.other] if isinstance(rule.control, ColumnComparison) else []
    return [str(table.at[row, COLUMN]), *compared]


def _texts(fact: Mapping[Hashable, Any]) -> tuple[tuple[str, str | None], ...]:
    return tuple((str(name), _text(value)) for name, value in fact.items())


def _text(value: Any) -> str | None:  # noqa: ANN401 a cell of a table, of any type
    if pd.isna(value):
        return None
    return str(value) if isinstance(value, str) else french.number(value)
