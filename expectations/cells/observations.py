"""The uniform observation: its columns, its key, and one way to read them safely.

Here: the shape of the table. Not here: what an observation must *satisfy* (``rules``).
"""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KEY = ["indicator", "ref_area", "time_period", "breakdown", "category"]
NUMBERS = ["obs_value", "numerator", "denominator"]
COLUMNS = [
    *KEY,
    *NUMBERS,
    "unit_measure",
    "obs_status",
    "conf_status",
    "reference_period",
    "reporters",
    "definition",
    "collection",
    "extract_id",
    "comment",
]
TOTAL = "_T"
MOST_NAMED = 100
"""Keys that a refusal names: enough to find what they have in common."""


def normalise(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations with exactly their columns, typed, in the order of their key.

    Args:
        observations: One row per cell; other columns are dropped, rows come in any order.

    Returns:
        Numbers as float64 (exact to six decimals below 10⁹), the rest as text, missing as NaN.

    Raises:
        ValueError: A column is missing, a part of a key is empty, or a key occurs twice.
    """
    missing = [column for column in COLUMNS if column not in observations.columns]
    if missing:
        message = f"Colonnes absentes des observations : {', '.join(missing)}."
        raise ValueError(message)
    texts = [column for column in COLUMNS if column not in NUMBERS]
    table = observations[COLUMNS].astype(dict.fromkeys(texts, "str"))
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    codes = key_codes(table)
    order = np.lexsort(codes[::-1])
    table = table.take(order).reset_index(drop=True)
    _refuse_bad_keys(table, codes[:, order])
    return table


def digest(observations: pd.DataFrame) -> str:
    """Return the SHA-256 of the observations, whatever the order of their rows and columns."""
    ordered = observations[sorted(observations.columns)]
    rows = pd.util.hash_pandas_object(ordered, index=False).to_numpy()
    return hashlib.sha256(np.sort(rows).tobytes()).hexdigest()


def key_codes(table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the key as numbers in the order of its texts, one line a column; -1 where empty."""
    return np.array([pd.factorize(table[column], sort=True)[0] for column in KEY], dtype=np.int64)


def _refuse_bad_keys(table: pd.DataFrame, codes: NDArray[np.int64]) -> None:
    empty = (codes < 0).any(axis=0)
    repeats = (codes[:, 1:] == codes[:, :-1]).all(axis=0)
    twice = np.zeros(len(table), dtype=bool)
    twice[1:] |= repeats
    twice[:-1] |= repeats
    for rows, fault in ((empty, "incomplète"), (twice, "en double")):
        if rows.any():
            keys = table[rows][KEY].astype(object).drop_duplicates().to_numpy().tolist()
            more = f" (et d'autres, {len(keys)} en tout)" if len(keys) > MOST_NAMED else ""
            named = " ; ".join(", ".join(map(str, key)) for key in keys[:MOST_NAMED])
            message = f"Observations à la clé {fault}, {int(rows.sum())} : {named}{more}."
            raise ValueError(message)
