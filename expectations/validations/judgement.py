"""The judgement of a batch of observations: one metric, on which every rule's expectation depends.

Here: Great Expectations works a metric out once for all the expectations that depend on it, so that
however many rules are asked for, the observations are judged once. Not here: the rules
(``rules.evaluate``), what each expectation makes of the judgement (``rule_classes``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from expectations.rules.evaluate import evaluate
from expectations.validations.judging_context import context_of
from expectations.validations.own_tables import Definition, completed, defined, readable
from expectations.validations.undocumented import (
    PandasExecutionEngine,
    TableMetricProvider,
    metric_value,
)
from expectations.verdicts.rule_answers import BatchIdentity, as_result
from expectations.verdicts.table import Outcome
from expectations.verdicts.tally import Tally, tally

JUDGEMENT = "observations.judgement"
BESIDE = ("definitions", "policy", "beside")
"""What a judgement depends on beside the batch: parameters of every expectation."""


@dataclass(frozen=True)
class BatchJudgement:
    """What every rule says of a batch.

    Attributes:
        identity: The observations that were judged.
        verdicts: The table of ``evaluate``.
    """

    identity: BatchIdentity
    verdicts: pd.DataFrame

    def answer(self, rule: str) -> dict[str, Any]:
        """Return what one rule says."""
        failing = self._failing.get(rule, self.verdicts.head(0))
        return as_result(self.identity, self._tallies.get(rule, {}), failing)

    @cached_property
    def indicators(self) -> frozenset[str]:
        """The indicators that the batch has observations of."""
        return frozenset(self.verdicts["indicator"].astype("str").unique())

    @cached_property
    def _failing(self) -> dict[str, pd.DataFrame]:
        failing = self.verdicts[self.verdicts["outcome"] == Outcome.FAIL]
        return {str(rule): rows for rule, rows in failing.groupby("rule")}

    @cached_property
    def _tallies(self) -> dict[str, dict[str, Tally]]:
        by_rule: dict[str, dict[str, Tally]] = {}
        for (rule, indicator), counted in tally(self.verdicts, ["rule", "indicator"]).items():
            by_rule.setdefault(rule, {})[indicator] = counted
        return by_rule


def judge(
    table: pd.DataFrame,
    definitions: Mapping[str, Definition],
    policy: Mapping[str, Any],
    beside: str,
) -> BatchJudgement:
    """Judge a table.

    Args:
        table: Observations; only ``time_period`` and ``obs_value`` cannot be left out.
        definitions: The indicators, or the words of their definitions.
        policy: What differs from ``suites/policy.yml``.
        beside: Name of a context, which then says all of that; empty for none.

    Raises:
        KeyError: No context has that name.
        ValueError: The table is malformed, or an indicator has no definition.
    """
    context = context_of(beside, definitions, policy)
    observations = readable(table)
    whole = defined(context.definitions, observations)
    verdicts = evaluate(
        completed(observations, whole),
        whole,
        context.whole_policy(),
        published=None
        if context.published is None
        else completed(readable(context.published), whole),
        former=context.former,
        printed=context.printed,
    )
    context.verdicts.append(verdicts)
    return BatchJudgement(BatchIdentity.of(table), verdicts)


class ObservationsJudgement(TableMetricProvider):
    """The metric: whatever asks for it on the same batch, beside the same, shares one."""

    metric_name = JUDGEMENT
    value_keys = BESIDE

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 Great Expectations makes a class method of it
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: object,
    ) -> BatchJudgement:
        table = execution_engine.get_domain_records(metric_domain_kwargs)
        return judge(table, **{name: metric_value_kwargs[name] for name in BESIDE})
