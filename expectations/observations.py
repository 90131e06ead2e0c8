"""The uniform observation: its columns, its key, and one way to read them safely.

What an observation must *satisfy* is in ``rules``; this module only gives the table one shape.
"""

import pandas as pd

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
    _refuse_bad_keys(table)
    return table.sort_values(KEY, ignore_index=True)


def _refuse_bad_keys(table: pd.DataFrame) -> None:
    empty = table[KEY].isna().any(axis=1)
    twice = table.duplicated(KEY, keep=False)
    for rows, fault in ((empty, "incomplète"), (twice, "en double")):
        if rows.any():
            first = table.loc[rows, KEY].head(3).astype(object).to_numpy().tolist()
            message = f"{int(rows.sum())} observation(s) à la clé {fault}, dont : {first}."
            raise ValueError(message)
