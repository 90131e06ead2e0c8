"""Texts and numbers as the evidence of a verdict holds them: JSON has no missing number.

Here: what is none of either is None. Not here: which of them prove a verdict (each rule).
"""

import numpy as np


def text_or_none(value: object) -> str | None:
    """Return a text; None for what is not one, such as an empty cell."""
    return value if isinstance(value, str) else None


def number_or_none(value: float) -> float | None:
    """Return a number; None for one that is missing or infinite."""
    return float(value) if np.isfinite(value) else None
