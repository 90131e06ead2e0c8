"""The comparisons of a printed report, asserted by Great Expectations: one result a kind.

Importing this module costs the seconds that Great Expectations takes.
"""

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.great_expectations_batch import batch_of
from expectations.printed.comparisons import SEVERITY, Comparison
from expectations.rules.named_expectations import SEVERITIES

HOLDS = "holds"
ROW = "row"


class ExpectPrintedReportToAgreeWithItself(ExpectColumnValuesToBeInSet):
    """What a printed report says twice, it says alike."""

    column: str = HOLDS
    value_set: list[bool] = [True]  # noqa: RUF012 a field of Great Expectations' own model
    severity: FailureSeverity = SEVERITIES[SEVERITY]
    description = "Ce que le bilan imprimé dit deux fois, il le dit pareil les deux fois."


def assert_agreement(comparisons: Iterable[Comparison]) -> dict[str, list[Comparison]]:
    """Return what fails of each kind of comparison; a kind that compared nothing has no result."""
    of_rule: dict[str, list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        of_rule[comparison.rule].append(comparison)
    return {rule: _failing(of_kind) for rule, of_kind in of_rule.items()}


def _failing(comparisons: list[Comparison]) -> list[Comparison]:
    table = pd.DataFrame(
        {ROW: range(len(comparisons)), HOLDS: [comparison.holds for comparison in comparisons]}
    )
    result = batch_of(table).validate(
        ExpectPrintedReportToAgreeWithItself(),
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
    )
    unexpected = result.result.get("unexpected_index_list") or []
    if not result.success and not unexpected:
        message = f"Great Expectations n'a pas pu juger le bilan : {result.exception_info}"
        raise RuntimeError(message)
    return [comparisons[row[ROW]] for row in unexpected]
