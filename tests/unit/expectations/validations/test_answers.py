"""What Great Expectations answered of an extract, as a suite: what fails is named by its line."""

import json

import pyarrow as pa

from expectations.extracts.contract_rules import contract_rules
from expectations.extracts.distinct import Records
from expectations.validations.data_docs.content import ContentTable, LineStatus, lines
from expectations.validations.extracts.answers import suite_result
from expectations.validations.extracts.judge import judge
from expectations.validations.suite_result import SuiteResult


def answered(*departments: str | None) -> SuiteResult:
    records = Records(pa.table({"departement": pa.array(departments, pa.string())}))
    rules = contract_rules(
        columns={"departement": "integer", "annee": "year"},
        mandatory=["departement"],
        key=["departement"],
        rows_at_least=1,
        rows_at_most=None,
        decimal_mark=".",
    )
    return suite_result("depot", "Un dépôt", "ab12", judge(records, rules, "52"))


def test_a_failing_record_is_named_by_its_line() -> None:
    shown = lines(answered("44", "<b>49</b>", None))
    tables = [part for line in shown for part in line.expected if isinstance(part, ContentTable)]
    assert ("2", "departement «\xa0<b>49</b>\xa0»") in [
        row for table in tables for row in table.rows
    ]
    assert shown[0].status is LineStatus.FAILED


def test_what_could_not_be_asked_says_why() -> None:
    result = answered("44", "49")
    unknown = [line for line in lines(result) if line.status is LineStatus.UNKNOWN]
    assert len(unknown) == len(result.not_asked) > 0
    assert any("annee" in reason for reason in result.not_asked.values())


def test_what_is_kept_does_not_grow_with_the_extract() -> None:
    few, many = (
        len(json.dumps(answered(*["x"] * rows).validation.to_json_dict())) for rows in (200, 2_000)
    )
    assert many - few < 200
