"""French typography of quantities, dates and counts in the report.

Belongs here: a number with its unit, a moment in Paris, a count with its noun. Does not belong
here: numbers and periods by themselves (`expectations.french`), sentences (`summary`, the
templates), the names of codes (`vocabulary`).
"""

import csv
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from expectations import french
from orchestration.settings import PROJECT

PARIS = ZoneInfo("Europe/Paris")
UNITS_SEED = PROJECT / "dbt_project" / "seeds" / "units.csv"


def _units() -> dict[str, str]:
    with UNITS_SEED.open(encoding="utf-8", newline="") as file:
        return {row["unit_measure"]: row["label"] for row in csv.DictReader(file)}


UNITS = _units()


def quantity(value: float, unit: str = "") -> str:
    """Write a number and its unit: « 1 795 », « 26,89 % », « 43 PCRH ».

    Args:
        value: A finite number; at most two decimals are shown, and no trailing zero.
        unit: Unit code or French word, written after a no-break space; empty for none.
    """
    text = french.number(value)
    return f"{text}{french.NBSP}{UNITS.get(unit, unit)}" if unit else text


@lru_cache(maxsize=256)
def date_long(moment: datetime) -> str:
    """Write the day of an aware moment, in Paris: « 1er décembre 2026 »."""
    day = moment.astimezone(PARIS).date()
    rank = "1er" if day.day == 1 else str(day.day)
    return f"{rank}{french.NBSP}{format_date(day, 'MMMM y', locale=french.LOCALE)}"


def time_short(moment: datetime) -> str:
    """Write the time of an aware moment, in Paris: « 3 h 05 »."""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{french.NBSP}h{french.NBSP}{local.minute:02d}"


def count(total: int, one: str, many: str) -> str:
    """Write a count with its noun, singular for 0 and 1 as French has it: « 0 source »."""
    return f"{french.number(total)} {one if total < 2 else many}"
