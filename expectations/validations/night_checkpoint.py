"""The checkpoint of a night: every rule asked of its observations, in one suite, judged once.

Here: running it, and its answers cut into the pages of the fiches. Not here: what is judged and
beside what (``judging_context``), which answers are trusted (``verdicts.rule_answers``).
"""

from collections.abc import Mapping
from dataclasses import replace

import great_expectations as gx
import pandas as pd
from great_expectations.core import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)

from expectations.cells.observations import texts_as_categories
from expectations.validations.batch import checkpoint_of, rule_of
from expectations.validations.judging_context import JudgingContext, named
from expectations.validations.rule_classes import EXPECTATIONS
from expectations.validations.suite_result import FICHE, RULES_SUITE, SuiteResult
from expectations.verdicts.rule_answers import restricted


def ask_every_rule(
    observations: pd.DataFrame, context: JudgingContext, data_sha256: str
) -> SuiteResult:
    """Return what Great Expectations answers of every rule on the observations of a night.

    Args:
        observations: What is judged.
        context: What it is judged beside; the whole table of verdicts is left in it.
        data_sha256: Digest of the observations.
    """
    with named(context) as beside:
        suite = gx.ExpectationSuite(
            RULES_SUITE,
            expectations=[
                expected(beside=beside, meta={"rule": code})
                for code, expected in EXPECTATIONS.items()
            ],
        )
        run = checkpoint_of(suite).run(
            batch_parameters={"dataframe": texts_as_categories(observations)}
        )
    (validation,) = run.run_results.values()
    return SuiteResult(RULES_SUITE, "Toutes les règles", data_sha256, validation)


def by_fiche(suite: SuiteResult, fiches: Mapping[str, str]) -> list[SuiteResult]:
    """Return the answers on every rule, a suite a fiche: what each says of its indicators.

    Args:
        suite: The answers of ``ask_every_rule``.
        fiches: The fiche of each indicator.
    """
    return [
        replace(
            suite,
            name=f"{FICHE}{fiche.replace('.', '').lower()}",
            title=f"Fiche {fiche}",
            validation=_about(suite.validation, {name for name in fiches if fiches[name] == fiche}),
        )
        for fiche in sorted(set(fiches.values()))
    ]


def _about(
    validation: ExpectationSuiteValidationResult, indicators: set[str]
) -> ExpectationSuiteValidationResult:
    results = [
        answer
        for whole in validation.results
        if indicators & whole.result.get("by_indicator", {}).keys()
        for answer in [_restricted(whole, indicators)]
    ]
    return ExpectationSuiteValidationResult(
        success=all(bool(answer.success) for answer in results),
        results=sorted(results, key=rule_of),
        suite_name=validation.suite_name,
        statistics={},
    )


def _restricted(
    answer: ExpectationValidationResult, indicators: set[str]
) -> ExpectationValidationResult:
    result = restricted(answer.result, indicators)
    return ExpectationValidationResult(
        success=not result["unexpected_count"],
        expectation_config=answer.expectation_config,
        result=result,
    )
