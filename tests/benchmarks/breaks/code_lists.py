"""The code lists of the project, with the codes that the panels bring.

Whoever adds an indicator adds its codes to the seeds; the panels are in no seed. Only the codes of
observations before any change are added: a code that a change makes up stays unknown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pandas as pd

from expectations.rules.standard import codes


@contextmanager
def with_codes_of(rows: pd.DataFrame) -> Iterator[None]:
    """Have the codes of some observations in the code lists."""
    added = {column: set(rows[column].dropna().unique()) for column in codes.LISTS}
    added["ref_area"] = {area.partition("-")[0] for area in added["ref_area"]}
    lists = {name: (label, own | added[name]) for name, (label, own) in codes.LISTS.items()}
    pairs = set(
        rows[["breakdown", "category"]].drop_duplicates().itertuples(index=False, name=None)
    )
    with (
        patch.object(codes, "LISTS", lists),
        patch.object(codes, "CATEGORIES", codes.CATEGORIES | added["category"]),
        patch.object(codes, "PAIRS", codes.PAIRS | pairs),
    ):
        yield
