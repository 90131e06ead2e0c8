"""The uniform observation: its columns, its key, and one way to read them safely.

Here: the shape of the table. Not here: what an observation must *satisfy* (``rules``).
"""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KEY = ["indicator", "ref_area", "time_period", "breakdown", "category"]
FRACTION = ("numerator", "denominator")
NUMBERS = ["obs_value", *FRACTION]
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
TEXTS = [column for column in COLUMNS if column not in NUMBERS]
TOTAL = "_T"
REGION = "REG-"
"""How the code of a region begins; a station has one."""
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
    table = in_categories(observations)
    return table.assign(**{column: _in_full(table[column]) for column in TEXTS})


def in_categories(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations as ``normalise`` does, their texts as sorted categories.

    Each text is read once, however many rows say it.
    """
    missing = [column for column in COLUMNS if column not in observations.columns]
    if missing:
        message = f"Colonnes absentes des observations : {', '.join(missing)}."
        raise ValueError(message)
    typed: dict[str, Any] = {
        **{column: observations[column].astype("float64").to_numpy() for column in NUMBERS},
        **{column: _categories(observations[column]) for column in TEXTS},
    }
    table = pd.DataFrame({column: typed[column] for column in COLUMNS})
    numbers = np.zeros(len(table), dtype=np.int64)
    for column in KEY:
        words = table[column].cat
        numbers = numbers * (len(words.categories) + 1) + words.codes.to_numpy() + 1
    order = np.argsort(numbers, kind="stable")
    table = table.take(order).reset_index(drop=True)
    _refuse_bad_keys(table, numbers[order])
    return table


def _categories(column: "pd.Series[Any]") -> "pd.Categorical[Any]":
    """Return what a column says, as text, in sorted categories: none of them that no row says."""
    place, distinct = pd.factorize(column.astype("str") if column.dtype == object else column)
    words = pd.Categorical(pd.Index(distinct).astype("str"))
    codes = np.append(words.codes, -1)[place]
    return pd.Categorical.from_codes(codes, categories=words.categories)


def _in_full(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the text of each row of a column of categories."""
    words = column.cat.categories.array
    return pd.Series(words.take(column.cat.codes.to_numpy(), allow_fill=True))


def texts_as_categories(observations: pd.DataFrame) -> pd.DataFrame:
    """Return a table of the same digest, whose texts are categories: faster to hash and to read."""
    texts = [column for column in observations if observations[column].dtype == "str"]
    return observations.astype(dict.fromkeys(texts, "category"))


def digest(observations: pd.DataFrame) -> str:
    """Return the SHA-256 of the observations, whatever the order of their rows and columns."""
    ordered = observations[sorted(observations.columns)]
    rows = pd.util.hash_pandas_object(ordered, index=False).to_numpy()
    return hashlib.sha256(np.sort(rows).tobytes()).hexdigest()


def _refuse_bad_keys(table: pd.DataFrame, numbers: NDArray[np.int64]) -> None:
    empty = table[KEY].isna().any(axis=1).to_numpy()
    repeats = numbers[1:] == numbers[:-1]
    twice = np.append(repeats, False) | np.append(False, repeats)
    for rows, fault in ((empty, "incomplète"), (twice, "en double")):
        if rows.any():
            keys = table[rows][KEY].astype(object).drop_duplicates().to_numpy().tolist()
            more = f" (et d'autres, {len(keys)} en tout)" if len(keys) > MOST_NAMED else ""
            named = " ; ".join(", ".join(map(str, key)) for key in keys[:MOST_NAMED])
            message = f"Observations à la clé {fault}, {int(rows.sum())} : {named}{more}."
            raise ValueError(message)
