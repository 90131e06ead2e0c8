"""The verdicts of a night, asserted by Great Expectations: a suite a fiche, a result a rule.

Here: what rules have against each cell, asserted, and what comes of each rule and indicator. Not
here: the verdicts (``rules.evaluate``), Dagster's vocabulary (``orchestration.checks``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.validations.batch import rule_of, validate
from expectations.validations.rule_classes import EXPECTATIONS, SEVERITIES, ExpectNoObjection
from expectations.validations.suite_result import SuiteResult
from expectations.verdicts.table import Outcome
from expectations.verdicts.tally import Tally, tally

NUMBERS = ["period_before", "value_before", "value_after", "p_value", "explanation"]


@dataclass(frozen=True)
class CheckResult:
    """What one rule says of one indicator.

    Attributes:
        indicator: The indicator.
        rule: Code of the rule.
        tally: How many cells it judged, how many it could not and why, and how serious it is.
        failing: The failing rows: key, both values, p-value, explanation.
    """

    indicator: str
    rule: str
    tally: Tally
    failing: list[dict[str, Any]]

    @property
    def success(self) -> bool:
        """Whether no cell fails."""
        return not self.failing

    @property
    def judged_something(self) -> bool:
        """Whether it says anything at all: a rule that judged no cell is no success."""
        return self.tally.evaluated > 0


def assert_verdicts(
    verdicts: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], data_sha256: str
) -> list[SuiteResult]:
    """Return what Great Expectations says of the verdicts: one suite a fiche.

    A rule is asserted once for all the indicators of a fiche: a validation costs milliseconds
    whatever the number of rows, and there are hundreds of indicators × rules.

    Args:
        verdicts: The table of ``evaluate``.
        definitions: The indicators, by id.
        data_sha256: Digest of the observations that the verdicts speak of.

    Raises:
        RuntimeError: Great Expectations could not judge a rule.
    """
    fiches = verdicts["indicator"].map({name: item.fiche for name, item in definitions.items()})
    return [
        SuiteResult(
            name=f"fiche_{str(fiche).replace('.', '').lower()}",
            title=f"Fiche {fiche}",
            data_sha256=data_sha256,
            validation=validate(objections(rows), _expectations(rows), KEY),
        )
        for fiche, rows in verdicts.groupby(fiches.astype("str"))
    ]


def objections(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return what the rules have against each cell.

    Returns:
        One row a cell, one column a rule: its sentence where the cell fails, nothing elsewhere.
    """
    failing = verdicts[verdicts["outcome"] == Outcome.FAIL]
    sentences = failing.pivot(index=KEY, columns="rule", values="explanation")
    cells = pd.MultiIndex.from_frame(verdicts[KEY].drop_duplicates())
    rules = sorted(verdicts["rule"].unique())
    return sentences.reindex(index=cells, columns=rules).reset_index()


def check_results(verdicts: pd.DataFrame, suites: Sequence[SuiteResult]) -> list[CheckResult]:
    """Return what each rule says of each indicator, from the suites of ``assert_verdicts``.

    Args:
        verdicts: The verdicts that were asserted.
        suites: What Great Expectations said of them.
    """
    named = pd.DataFrame(_failing_cells(suites), columns=["rule", *KEY])
    found = verdicts.merge(named.astype("str"), on=["rule", *KEY])
    failing = {
        (str(indicator), str(rule)): _records(rows[[*KEY, *NUMBERS]])
        for (indicator, rule), rows in found.groupby(["indicator", "rule"], observed=True)
    }
    return [
        CheckResult(indicator, rule, counted, failing.get((indicator, rule), []))
        for (indicator, rule), counted in tally(verdicts, ["indicator", "rule"]).items()
    ]


def _failing_cells(suites: Sequence[SuiteResult]) -> list[list[str]]:
    return [
        [rule_of(result), *(row[part] for part in KEY)]
        for suite in suites
        for result in suite.validation.results
        for row in result.result.get("unexpected_index_list") or []
    ]


def _expectations(verdicts: pd.DataFrame) -> list[ExpectNoObjection]:
    return [_expectation(rule, counted) for (rule,), counted in tally(verdicts, ["rule"]).items()]


def _expectation(rule: str, counted: Tally) -> ExpectNoObjection:
    meta = {
        "rule": rule,
        "evaluated": counted.evaluated,
        "not_evaluated": counted.not_evaluated,
        "reasons": counted.reasons,
    }
    return EXPECTATIONS[rule](severity=SEVERITIES[counted.severity], meta=meta)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
