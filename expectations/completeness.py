"""A check on the checks: has every rule that applies to an indicator spoken of it this night?

A rule that judged nothing because there was nothing to judge says why; a rule that never spoke is a
defect of ours. What rules say is in ``rules``, which apply in ``evaluate``.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.evaluate import applicable_rules
from expectations.verdicts import Outcome

NO_CELL = "aucune cellule cette nuit"


class State(StrEnum):
    """Whether a rule spoke of an indicator."""

    EVALUATED = "évalué"
    NOT_EVALUATED = "non évalué"
    MISSING = "oublié"


@dataclass(frozen=True)
class Coverage:
    """Whether one rule spoke of one indicator.

    Attributes:
        indicator: The indicator.
        rule: Code of the rule.
        state: Whether it judged a cell, none, or never spoke.
        reasons: How many cells it could not judge for each reason, most frequent first.
    """

    indicator: str
    rule: str
    state: State
    reasons: Mapping[str, int]


def completeness(
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    judged: Collection[str],
) -> list[Coverage]:
    """Return the coverage of every indicator × applicable rule.

    Args:
        verdicts: The table of ``evaluate``.
        definitions: The indicators, by id.
        judged: The indicators that had cells to judge; a rule has nothing to say of the others.
    """
    rows = dict(iter(verdicts.groupby(["indicator", "rule"])))
    return [
        Coverage(name, rule, *_state(rows.get((name, rule)), is_judged=name in judged))
        for name, definition in sorted(definitions.items())
        for rule in applicable_rules(definition)
    ]


def _state(rows: pd.DataFrame | None, *, is_judged: bool) -> tuple[State, dict[str, int]]:
    if rows is None:
        return (State.MISSING, {}) if is_judged else (State.NOT_EVALUATED, {NO_CELL: 0})
    reasons = reasons_not_evaluated(rows)
    all_unknown = sum(reasons.values()) == len(rows)
    return (State.NOT_EVALUATED if all_unknown else State.EVALUATED), reasons


def reasons_not_evaluated(rows: pd.DataFrame) -> dict[str, int]:
    """Return why cells could not be judged, and how many for each reason, most frequent first."""
    unknown = rows[rows["outcome"] == Outcome.NOT_EVALUATED]
    counts = unknown["reason"].value_counts()
    return {french.typeset(str(reason)): int(cells) for reason, cells in counts.items()}


def told(coverages: Sequence[Coverage]) -> str:
    """Return the line of the report: how many were evaluated, were not and why, were forgotten."""
    states = Counter(item.state for item in coverages)
    unknown = [item for item in coverages if item.state is State.NOT_EVALUATED]
    main_reasons = Counter(next(iter(item.reasons)) for item in unknown)
    why = french.listing(
        f"{reason} : {french.number(number)}" for reason, number in main_reasons.most_common()
    )
    return french.typeset(
        f"{french.number(states[State.EVALUATED])} contrôles (indicateur × règle) évalués, "
        f"{french.number(states[State.NOT_EVALUATED])} non évalués"
        f"{f' ({why})' if why else ''}, {french.number(states[State.MISSING])} oubliés."
    )
