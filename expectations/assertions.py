"""The verdicts of a night, asserted by Great Expectations: a suite a fiche, a result a rule.

The verdicts were computed by ``evaluate``; turning results into Dagster's vocabulary is for
``orchestration``. Importing this module costs the seconds that Great Expectations takes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expectations import french
from expectations.data_docs.suite_result import SuiteResult
from expectations.definitions import IndicatorDefinition
from expectations.great_expectations_batch import validate
from expectations.observations import KEY
from expectations.rules.named_expectations import EXPECTATIONS, SEVERITIES, ExpectNoObjection
from expectations.verdicts import Outcome, Severity

NUMBERS = ["period_before", "value_before", "value_after", "p_value", "explanation"]


@dataclass(frozen=True)
class CheckResult:
    """What one rule says of one indicator.

    Attributes:
        indicator: The indicator.
        rule: Code of the rule.
        success: Whether no cell fails.
        severity: Severity of the failures: the highest of them.
        failing: The failing rows: key, both values, p-value, explanation.
        evaluated: Number of cells that the rule could judge.
        not_evaluated: Number of cells that it could not.
        reasons: How many cells it could not judge for each reason.
    """

    indicator: str
    rule: str
    success: bool
    severity: Severity
    failing: list[dict[str, Any]]
    evaluated: int
    not_evaluated: int
    reasons: Mapping[str, int]

    @property
    def had_something_to_look_at(self) -> bool:
        """Whether it says anything at all: a rule that judged no cell is no success."""
        return self.evaluated > 0


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
        for fiche, rows in verdicts.groupby(fiches)
    ]


def objections(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return what the rules have against each cell.

    Returns:
        One row a cell, one column a rule: its sentence where the cell fails, nothing elsewhere.
    """
    failing = verdicts[verdicts["outcome"] == Outcome.FAIL]
    told = failing.pivot(index=KEY, columns="rule", values="explanation")
    cells = pd.MultiIndex.from_frame(verdicts[KEY].drop_duplicates())
    return told.reindex(index=cells, columns=sorted(verdicts["rule"].unique())).reset_index()


def check_results(verdicts: pd.DataFrame, suites: Sequence[SuiteResult]) -> list[CheckResult]:
    """Return what each rule says of each indicator, from the suites of ``assert_verdicts``.

    Args:
        verdicts: The verdicts that were asserted.
        suites: What Great Expectations said of them.
    """
    named = pd.DataFrame(_failing_cells(suites), columns=["rule", *KEY])
    found = verdicts.merge(named, on=["rule", *KEY])
    failing = dict(iter(found.groupby(["indicator", "rule"])))
    return [
        _result(str(indicator), str(rule), rows, failing.get((indicator, rule), found.head(0)))
        for (indicator, rule), rows in verdicts.groupby(["indicator", "rule"])
    ]


def _failing_cells(suites: Sequence[SuiteResult]) -> Iterator[list[str]]:
    for suite in suites:
        for result in suite.validation.results:
            config = result.expectation_config
            for row in result.result.get("unexpected_index_list") or []:
                yield [config.kwargs["column"] if config else "", *(row[part] for part in KEY)]


def _expectations(verdicts: pd.DataFrame) -> list[ExpectNoObjection]:
    return [_expectation(str(rule), rows) for rule, rows in verdicts.groupby("rule")]


def _expectation(rule: str, rows: pd.DataFrame) -> ExpectNoObjection:
    reasons = reasons_not_evaluated(rows)
    unknown = sum(reasons.values())
    told = {"evaluated": len(rows) - unknown, "not_evaluated": unknown, "reasons": reasons}
    return EXPECTATIONS[rule](severity=SEVERITIES[_severity(rows)], meta=told)


def _result(indicator: str, rule: str, rows: pd.DataFrame, failing: pd.DataFrame) -> CheckResult:
    reasons = reasons_not_evaluated(rows)
    unknown = sum(reasons.values())
    return CheckResult(
        indicator=indicator,
        rule=rule,
        success=failing.empty,
        severity=_severity(rows),
        failing=failing[[*KEY, *NUMBERS]].to_dict("records"),
        evaluated=len(rows) - unknown,
        not_evaluated=unknown,
        reasons=reasons,
    )


def reasons_not_evaluated(rows: pd.DataFrame) -> dict[str, int]:
    """Return why cells could not be judged, and how many for each reason, most frequent first."""
    unknown = rows[rows["outcome"] == Outcome.NOT_EVALUATED]
    return {french.typeset(str(reason)): int(n) for reason, n in unknown["reason"].value_counts().items()}


def _severity(rows: pd.DataFrame) -> Severity:
    """Return the highest severity of what fails; of all rows when nothing does."""
    failing = rows[rows["outcome"] == Outcome.FAIL]
    return Severity.highest((failing if len(failing) else rows)["severity"].unique().tolist())
