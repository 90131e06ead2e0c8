"""A table in memory as Great Expectations wants it: one batch of an ephemeral context.

Here: validating a table, and reading what a result is about. Nothing is written to disk, no
progress is drawn, nothing is sent anywhere. Not here: what is expected, what is made of results.
"""

import threading
from collections.abc import Sequence
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.core import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)

from expectations.validations.undocumented import (
    BatchDefinition,
    EphemeralDataContext,
    ProgressBarsConfig,
    Validator,
)

DETAILED = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
"""The values that fail, and the rows that they are in."""


def validator_of(table: pd.DataFrame) -> Validator:
    """Return what validates the table as one batch, before the same thread asks for another one.

    It says whether expectations hold, until its ``result_format`` is another.
    """
    _, whole_table = memory()
    return Validator(whole_table, "BOOLEAN_ONLY", {"dataframe": table})


def memory() -> tuple[EphemeralDataContext, BatchDefinition[None]]:
    """Return the context of the thread, and what makes a batch of a whole table in it."""
    if not hasattr(_thread, "memory"):
        _thread.memory = _new_memory()
    kept: tuple[EphemeralDataContext, BatchDefinition[None]] = _thread.memory
    return kept


def checkpoint_of(suite: gx.ExpectationSuite) -> gx.Checkpoint:
    """Return a checkpoint that asks one suite of a whole table, in the context of the thread."""
    context, whole_table = memory()
    asked = gx.ValidationDefinition(
        name=suite.name, data=whole_table, suite=context.suites.add_or_update(suite)
    )
    return context.checkpoints.add_or_update(
        gx.Checkpoint(
            name=suite.name,
            validation_definitions=[context.validation_definitions.add_or_update(asked)],
            result_format=DETAILED,
        )
    )


def validate(
    table: pd.DataFrame, expectations: Sequence[gxe.Expectation], row_names: Sequence[str]
) -> ExpectationSuiteValidationResult:
    """Validate a table, and name the rows that fail.

    Args:
        table: The table.
        expectations: What is expected of it; their ``meta`` is added to.
        row_names: The columns that name a row; they may be none.

    Returns:
        One result an expectation, in their order.

    Raises:
        RuntimeError: Great Expectations could not judge one of them: that is no pass.
    """
    validator = validator_of(table)
    validation = _validate(validator, expectations)
    failing = [rank for rank, result in enumerate(validation.results) if not result.success]
    if not failing:
        return validation
    # Naming rows costs several times the validation: only for what fails.
    validator.result_format = {**DETAILED, "unexpected_index_column_names": list(row_names)}
    named = _validate(validator, [expectations[rank] for rank in failing])
    for rank, result in zip(failing, named.results, strict=True):
        validation.results[rank] = _judged(result)
    return validation


def meta_of(result: ExpectationValidationResult) -> dict[str, Any]:
    """Return the ``meta`` of the expectation that a result is about.

    Raises:
        RuntimeError: Great Expectations does not say which expectation that is.
    """
    if result.expectation_config is None:
        message = f"Great Expectations rend un résultat sans dire de quelle attente : {result}"
        raise RuntimeError(message)
    return dict(result.expectation_config.meta or {})


def rule_of(result: ExpectationValidationResult) -> str:
    """Return the code of the rule that a result is about, from the ``meta`` of its expectation."""
    return str(meta_of(result)["rule"])


def _validate(
    validator: Validator, expectations: Sequence[gxe.Expectation]
) -> ExpectationSuiteValidationResult:
    """Validate, and put the results in the order of the expectations: they come in another."""
    for rank, expectation in enumerate(expectations):
        expectation.meta = {**(expectation.meta or {}), "rank": rank}
    validation = validator.validate_expectation_suite(
        gx.ExpectationSuite("suite", expectations=list(expectations))
    )
    validation.results.sort(key=_rank)
    return validation


def _rank(result: ExpectationValidationResult) -> int:
    return int(meta_of(result)["rank"])


def _judged(result: ExpectationValidationResult) -> ExpectationValidationResult:
    if not result.result:
        message = (
            f"Great Expectations n'a pas pu juger {result.expectation_config} : "
            f"{result.exception_info}"
        )
        raise RuntimeError(message)
    return result


_thread = threading.local()
"""A context takes tens of milliseconds to make, and holds one table of that name at a time: each
thread has its own, for all its batches."""


def _new_memory() -> tuple[EphemeralDataContext, BatchDefinition[None]]:
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("table")
    return context, asset.add_batch_definition_whole_dataframe("whole")
