"""What Great Expectations answered of an extract, as one suite of the Data Docs.

Here: putting the answers together, with the lines of the records that fail, which it does not know,
for it judged values, each once. Not here: judging (``judge``), pages (``data_docs``).
"""

from collections.abc import Sequence
from pathlib import Path

from great_expectations.core import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)

from expectations.extracts.rule_verdict import RuleVerdict
from expectations.validations.extracts.judge import RuleJudgement
from expectations.validations.suite_result import SOURCE, SuiteResult, write_suite_result

KEPT = ("observed_value", "element_count", "unexpected_count", "unexpected_percent")
"""What is kept of an answer: values and places would be as long as the extract."""


def write_answers(
    folder: Path,
    source_id: str,
    label: str,
    extract_id: str,
    judgements: Sequence[RuleJudgement],
) -> None:
    """Keep the answers on the last extract of a source, in the place of the former ones."""
    write_suite_result(folder, suite_result(source_id, label, extract_id, judgements))


def suite_result(
    source_id: str, label: str, extract_id: str, judgements: Sequence[RuleJudgement]
) -> SuiteResult:
    """Return the answers on an extract as a suite.

    Args:
        source_id: The source.
        label: Its French label.
        extract_id: SHA-256 of the extract.
        judgements: What came of each rule.
    """
    results = [
        _result(judgement.verdict, judgement.result)
        for judgement in judgements
        if judgement.result is not None
    ]
    return SuiteResult(
        name=f"{SOURCE}{source_id}",
        title=label,
        data_sha256=extract_id,
        validation=ExpectationSuiteValidationResult(
            success=all(bool(result.success) for result in results),
            results=results,
            suite_name=source_id,
            statistics={},
        ),
        not_asked={
            judgement.verdict.explanation: judgement.verdict.reason
            for judgement in judgements
            if judgement.result is None
        },
    )


def _result(
    verdict: RuleVerdict, answer: ExpectationValidationResult
) -> ExpectationValidationResult:
    """Return an answer with the records that fail, in the place of values and their places."""
    config = answer.expectation_config
    if config is not None:
        config.meta = {
            "rule": verdict.code,
            "evaluated": verdict.evaluated,
            "failing": verdict.failing,
            "records": [
                ["" if record.line is None else record.line, record.held]
                for record in verdict.records
            ],
        }
    kept = {name: value for name, value in answer.result.items() if name in KEPT}
    return ExpectationValidationResult(
        success=answer.success,
        expectation_config=config,
        result=kept,
        exception_info=answer.exception_info,
    )
