"""The shape that every panel takes: uniform observations, totals, definitions.

Which numbers take it is in ``panels`` and ``parcoursup``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, NUMBERS, TOTAL
from expectations.cells.statuses import ABSENT

PROJECT = Path(__file__).resolve().parents[3]
COUNTRY = "FR"
WHOLE_COUNTRY = "PAYS-FR"
TEXTS = [column for column in COLUMNS if column not in NUMBERS]


@dataclass(frozen=True)
class Panel:
    """The indicators of one producer's file.

    Attributes:
        observations: Uniform observations.
        definitions: Its indicators.
        shares: Those computed as numerator over denominator.
        orders: Categories in their order, by breakdown.
    """

    observations: pd.DataFrame
    definitions: Sequence[IndicatorDefinition]
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def with_totals(rows: pd.DataFrame, whole: str | None, measures: list[str]) -> pd.DataFrame:
    """Return rows with the total of their areas, if they have a whole, and of their categories."""
    keys = ["ref_area", "time_period", "breakdown", "category"]
    if whole is not None:
        rows = pd.concat(
            [rows, rows.assign(ref_area=whole).groupby(keys, as_index=False)[measures].sum()]
        )
    totals = (
        rows.assign(breakdown=TOTAL, category=TOTAL).groupby(keys, as_index=False)[measures].sum()
    )
    return pd.concat([rows, totals], ignore_index=True)


def uniform(rows: pd.DataFrame, indicator: str, value: str, unit: str) -> pd.DataFrame:
    """Return uniform observations whose grid is complete: what has no line is absent."""
    series = ["ref_area", "breakdown", "category"]
    grid = (
        rows[series].drop_duplicates().merge(rows[["time_period"]].drop_duplicates(), how="cross")
    )
    table = grid.merge(rows[[*series, "time_period", value]], how="left")
    table = table.assign(
        indicator=indicator,
        obs_value=table[value].astype("float64"),
        unit_measure=unit,
        obs_status=np.where(table[value].isna(), ABSENT, "A"),
        conf_status="F",
        reference_period=table["time_period"],
        definition=f"{indicator}-1",
        collection="regionale",
    )
    whole = table.reindex(columns=COLUMNS)
    return whole.astype({**dict.fromkeys(TEXTS, "str"), **dict.fromkeys(NUMBERS, "float64")})


def definition(
    name: str, label: str, unit: str, kind: str = "count", **own: object
) -> IndicatorDefinition:
    """Return a definition; its own words add to what all panels have in common."""
    usual = {
        "id": name,
        "fiche": "banc d'essai",
        "label": label,
        "counts": label,
        "unit_measure": unit,
        "value_kind": kind,
        "producer": "producteur",
        "contact": "le producteur",
        "cadence": "annual",
        "origin": "open_data",
        "period_kind": "year",
        "expected_lag_months": 6,
        "reference_period": "la période",
        "comparability": [
            {"kind": "definition", "version": f"{name}-1"},
            {"kind": "collection", "version": "regionale"},
        ],
    }
    return IndicatorDefinition.model_validate({**usual, **own})


@cache
def region_of_departments() -> "pd.Series[str]":
    """Return the code of the region of each department, by code."""
    names = pd.read_csv(PROJECT / "dbt_project" / "seeds" / "departments.csv", dtype=str)
    return names.set_index("department_code")["region_code"]
