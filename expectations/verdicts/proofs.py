"""What proves a verdict, beside its words: its evidence, and the period that it compares with.

Here: the names under which a rule writes what findings and decisions read, and the reading of it,
always whole: what producers wrote is among its values. Not here: the rest of the table (``table``),
what each rule proves (``rules``).
"""

import json
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

Verdict = Mapping[Hashable, Any]
"""A row of the table of verdicts."""

HEADLINE = "headline"
"""What is wrong, in a few words, for a title."""
QUESTION = "question"
"""What to ask, where it is not the usual question of the rule."""
MEANT_PERIOD = "meant_period"
"""How the period of the cell is probably written elsewhere."""
ENTERED_EVERYWHERE = "entered_everywhere"
"""The extent of a category that entered everywhere at once."""
MOVED_EVERYWHERE = "moved_everywhere"
"""What a category was and is in the areas where it moved at once."""
EVENT = "event"
"""What all series of a table did at once."""
GROWTH, SPREAD = "growth", "spread"
"""Logarithm of the growth expected of a number, and standard deviation of an ordinary one."""
ROUNDED_TO = "rounded_to"
"""What most values of a table were suddenly rounded to."""
SUMS = "sums"
"""Each sum that a total should be."""
VANISHED = "vanished"
"""The details of a total that are not given any more."""
WHOLE, WHOLE_BEFORE, WHOLE_AFTER = "whole", "whole_before", "whole_after"
"""The indicator that this one is a part of, what it was and what it is."""
DECLARED = "declared"
"""The reasons that a definition gives for what changed."""


def as_evidence(numbers: Mapping[str, Any]) -> str:
    """Return the numbers behind a verdict as JSON text."""
    return json.dumps(numbers, ensure_ascii=False, sort_keys=True, allow_nan=False)


def evidence_of(verdict: Verdict | Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers behind a verdict, from its text."""
    evidence: dict[str, Any] = json.loads(verdict["evidence"])
    return evidence


def period_before_of(verdict: Verdict) -> str | None:
    """Return the period that a verdict compares with, None when it compares with none."""
    return str(verdict["period_before"]) if pd.notna(verdict["period_before"]) else None
