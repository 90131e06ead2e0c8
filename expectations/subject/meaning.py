"""What observations say themselves of what they count: definition, collection, unit, then and now.

Here: whether the words differ between two periods. Not here: what is said of it
(``rules.reporting.comparability``), that a jump is less surprising there (``verdicts.alarms``).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.subject.series import at_rows
from expectations.subject.subject import Subject

WORDS = ("definition", "collection", "unit_measure")


def with_words(subject: Subject) -> pd.DataFrame:
    """Return the pairs, each word of both periods beside them, suffixed ``_before``, ``_after``."""
    pairs = subject.pairs
    words = {
        f"{column}_{end}": at_rows(subject.observations[column], pairs[f"row_{end}"].to_numpy())
        for column in WORDS
        for end in ("before", "after")
    }
    return pairs.assign(**words)


def differs(pairs: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    """Tell for which pairs a word is known in both periods and is not the same.

    Args:
        pairs: Those of ``with_words``.
        column: One of ``WORDS``.
    """
    before, after = (pairs[f"{column}_{end}"].cat.codes.to_numpy() for end in ("before", "after"))
    found: NDArray[np.bool_] = (before != after) & (before >= 0) & (after >= 0)
    return found


def any_word_differs(subject: Subject) -> NDArray[np.bool_]:
    """Tell for which pairs any word differs."""
    pairs = with_words(subject)
    found: NDArray[np.bool_] = np.any([differs(pairs, column) for column in WORDS], axis=0)
    return found
