"""All verdicts of a night: runs every rule, then judges the statistical ones together.

What each rule asks is in ``rules``, what follows from a failure in ``findings``.
"""

import json
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from expectations.definitions import IndicatorDefinition
from expectations.observations import normalise
from expectations.policy import Policy, load_policy
from expectations.rules.aggregates import aggregates_match_details
from expectations.rules.breaks import no_reporting_break
from expectations.rules.coherence import consistent_cells, missing_values
from expectations.rules.linked import part_follows_whole
from expectations.rules.ranges import values_in_range
from expectations.rules.vanished import no_vanished_category
from expectations.statistics.false_alarms import adjusted_p_values
from expectations.verdicts import Outcome, as_evidence, verdict_table

Rule = Callable[[pd.DataFrame, Mapping[str, IndicatorDefinition], Policy], pd.DataFrame]

EVERY_RULE: dict[str, Rule] = {
    "FDM": missing_values,
    "VCO": consistent_cells,
    "VIR": values_in_range,
    "VAD": aggregates_match_details,
    "VAN": no_vanished_category,
    "BRK": no_reporting_break,
    "LNK": part_follows_whole,
}


def applicable_rules(definition: IndicatorDefinition) -> tuple[str, ...]:
    """Return the codes of the rules that apply to an indicator."""
    needed = {
        "VAD": bool(definition.breakdowns),
        "BRK": definition.value_kind == "count",
        "LNK": definition.part_of is not None,
    }
    return tuple(rule for rule in EVERY_RULE if needed.get(rule, True))


def evaluate(
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    policy: Policy | None = None,
) -> pd.DataFrame:
    """Return every verdict on the observations.

    Args:
        observations: The uniform observations, every period of every indicator, in any order.
        definitions: The indicators, by id.
        policy: Severities and thresholds; those of ``suites/policy.yml`` unless told.

    Returns:
        One row per cell and rule, in the columns of ``verdicts.COLUMNS``.

    Raises:
        ValueError: The observations are malformed, or one has no definition.
    """
    policy = policy or load_policy()
    cells = normalise(observations)
    undefined = sorted(set(cells["indicator"]) - set(definitions))
    if undefined:
        message = f"Indicateurs sans définition : {', '.join(undefined)}."
        raise ValueError(message)
    verdicts = [rule(cells, definitions, policy) for rule in EVERY_RULE.values()]
    spoken = [rows for rows in verdicts if len(rows)] or verdicts[:1]
    together = pd.concat(spoken, ignore_index=True)
    return verdict_table(_judge(together, policy.false_discovery_rate))


def _judge(verdicts: pd.DataFrame, accepted: float) -> pd.DataFrame:
    """Fail the statistical verdicts that stand out among all those of the night."""
    adjusted = adjusted_p_values(verdicts["p_value"])
    outcome = np.where(adjusted <= accepted, str(Outcome.FAIL), verdicts["outcome"])
    evidence = [
        text if np.isnan(p) else as_evidence({**json.loads(text), "p_adjusted": p})
        for text, p in zip(verdicts["evidence"], adjusted, strict=True)
    ]
    return verdicts.assign(outcome=outcome, evidence=evidence)
