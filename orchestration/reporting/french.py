"""French typography of numbers, units, dates and counts.

Belongs here: how a number or a date is written for a French reader. Does not belong here: sentences
(`summary`, the templates) and the names of codes (`vocabulary`).
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
THIN = "\u202f"
PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
UNITS = {"pct": "%", "pcrh": "PCRH"}


def number(value: float, unit: str = "") -> str:
    """Write a number: « 1 795 », « 26,89 % », « −3,5 ».

    Args:
        value: A finite number; at most two decimals are shown, and no trailing zero.
        unit: Unit code or French word, written after a no-break space; empty for none.
    """
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    text = text.translate({ord(","): THIN, ord("."): ",", ord("-"): "−"})
    text = "0" if text == "−0" else text
    return f"{text}{NO_BREAK}{UNITS.get(unit, unit)}" if unit else text


def growth(before: float, after: float) -> str:
    """Write the relative change between two values, rounded: « +21 % », « −91 % ».

    Raises:
        ZeroDivisionError: If `before` is zero: a growth from nothing has no rate.
    """
    rate = round(100 * (after - before) / before)
    return f"{'+' if rate > 0 else ''}{number(rate, 'pct')}"


def date_long(moment: datetime) -> str:
    """Write the day of an aware moment, in Paris: « 1er décembre 2026 »."""
    day = moment.astimezone(PARIS)
    rank = "1er" if day.day == 1 else str(day.day)
    return f"{rank}{NO_BREAK}{MONTHS[day.month - 1]} {day.year}"


def time_short(moment: datetime) -> str:
    """Write the time of an aware moment, in Paris: « 3 h 05 »."""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


def period(code: str) -> str:
    """Write a period: « 2023 » and « 2022-2023 » as they are, `2025-04` as « avril 2025 »."""
    year, _, month = code.partition("-")
    if len(month) == 2 and month.isdecimal() and 1 <= int(month) <= 12:
        return f"{MONTHS[int(month) - 1]} {year}"
    return code


def typeset(text: str) -> str:
    """Make the spaces of French punctuation unbreakable: before « : ; ? ! % », inside « »."""
    return re.sub(r" (?=[:;?!%»])|(?<=«) ", NO_BREAK, text)


def count(total: int, one: str, many: str) -> str:
    """Write a count with its noun, singular for 0 and 1 as French has it: « 0 source »."""
    return f"{number(total)} {one if total < 2 else many}"
