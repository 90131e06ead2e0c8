"""A table of one's own as uniform observations: what it does not say is taken for granted.

Here: whether a table can be read, the columns that it leaves out, a definition for what has none.
Not here: what an observation is (``cells.observations``), what a definition may say
(``cells.indicator_definition``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pandas as pd
from pandas.api.types import is_float_dtype

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, KEY, NUMBERS, TOTAL
from expectations.cells.periods import PeriodKind, is_of_kind
from expectations.cells.spellings import meant_period

Definition = IndicatorDefinition | Mapping[str, Any]

ONLY, SOMEBODY = "indicateur", "—"
PRESENT, EMPTY = "A", "O"
UNITS = {"rate": "pct"}
ORDINARY_UNIT = "situation"
"""A unit that says of nothing in particular that it is counted; units are a closed list."""


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose periods are written as codes, once its columns can be read.

    Pandas makes numbers with a point of years beside an empty one: ``2024.0`` is 2024.

    Raises:
        ValueError: It has no period or no value, what should be a number is none, or its rows are
            told apart by columns that no observation has.
    """
    if missing := [name for name in ("time_period", "obs_value") if name not in table]:
        message = (
            f"Colonnes absentes de la table : {', '.join(missing)}. "
            f"Elle a : {', '.join(map(str, table.columns))}."
        )
        raise ValueError(message)
    _refuse_texts(table)
    _refuse_other_keys(table)
    periods = table["time_period"]
    if not is_float_dtype(periods) or (periods % 1 != 0).any():
        return table
    return table.assign(time_period=periods.astype("int64").astype("str"))


def _refuse_texts(table: pd.DataFrame) -> None:
    for name in (column for column in NUMBERS if column in table):
        read = pd.to_numeric(table[name], errors="coerce")
        if len(unread := table.loc[read.isna() & table[name].notna(), name]):
            message = f"{name} n'a pas que des nombres : « {unread.iloc[0]} » n'en est pas un."
            raise ValueError(message)


def _refuse_other_keys(table: pd.DataFrame) -> None:
    """Refuse rows of one key when another column may be what tells them apart."""
    others = [str(name) for name in table.columns if name not in COLUMNS]
    if others and table.duplicated([name for name in KEY if name in table]).any():
        message = (
            f"Des lignes ont la même clé, et ces colonnes ne sont pas lues : {', '.join(others)}. "
            f"Ce qui distingue deux lignes s'appelle {', '.join(KEY)}."
        )
        raise ValueError(message)


def defined(
    definitions: Mapping[str, Definition], observations: pd.DataFrame
) -> dict[str, IndicatorDefinition]:
    """Return a whole definition of each indicator, from as few words as its owner gave.

    Args:
        definitions: By indicator, the words of a definition, or the definition; when there are
            none, each indicator of the table is a count without anything particular.
        observations: The table, whose periods tell which kind they are of.
    """
    given: Mapping[str, Definition] = definitions or {
        name: {} for name in _names(observations, definitions).unique()
    }
    return {
        name: words
        if isinstance(words, IndicatorDefinition)
        else _definition(name, words, _periods_of(name, observations, definitions))
        for name, words in given.items()
    }


def completed(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    """Return a table with all the columns of an observation; those that it has stay as they are."""
    absent = [column for column in COLUMNS if column not in observations]
    if not absent:
        return observations
    names = _names(observations, definitions)
    granted: dict[str, Any] = {
        "indicator": names,
        "ref_area": TOTAL,
        "breakdown": TOTAL,
        "category": TOTAL,
        "unit_measure": names.map({name: item.unit_measure for name, item in definitions.items()}),
        "obs_status": observations["obs_value"].notna().map({True: PRESENT, False: EMPTY}),
        "conf_status": "F",
    }
    return observations.assign(**{column: granted.get(column) for column in absent})


def _names(observations: pd.DataFrame, definitions: Mapping[str, Definition]) -> "pd.Series[Any]":
    """Return the indicator of each row: without a column for it, the only one that is defined."""
    if "indicator" in observations:
        return observations["indicator"].astype("str")
    name = next(iter(definitions)) if len(definitions) == 1 else ONLY
    return pd.Series(name, index=observations.index, dtype="str")


def _periods_of(
    name: str, observations: pd.DataFrame, definitions: Mapping[str, Definition]
) -> list[str]:
    is_of_it = _names(observations, definitions) == name
    periods: list[str] = observations.loc[is_of_it, "time_period"].astype("str").unique().tolist()
    return periods


def _definition(name: str, words: Mapping[str, Any], periods: Sequence[str]) -> IndicatorDefinition:
    kind = words.get("value_kind", "count")
    granted = {
        "fiche": SOMEBODY,
        "label": name,
        "counts": name,
        "unit_measure": UNITS.get(kind, ORDINARY_UNIT),
        "value_kind": kind,
        "producer": SOMEBODY,
        "contact": SOMEBODY,
        "cadence": "annual",
        "origin": "declared",
        "period_kind": _kind_of(periods),
        "expected_lag_months": None,
        "reference_period": SOMEBODY,
        "comparability": [{"kind": "definition", "version": name}],
    }
    return IndicatorDefinition.model_validate({**granted, **words, "id": name})


def _kind_of(periods: Sequence[str]) -> PeriodKind:
    """Return the kind that most periods are written as, or else seem to mean; years without any.

    A few that are spelt another way do not make all the others wrong.
    """
    kinds: tuple[PeriodKind, ...] = get_args(PeriodKind)
    for is_one in (is_of_kind, meant_period):
        counts = {kind: sum(bool(is_one(period, kind)) for period in periods) for kind in kinds}
        if any(counts.values()):
            return max(kinds, key=lambda kind: counts[kind])
    return "year"
