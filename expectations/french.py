"""Numbers, chances, periods and dates as a French reader writes them, by Unicode's rules (Babel).

Here: formatting. Not here: the sentences themselves (``rules``, ``findings.wording``), the words of
pages (``orchestration.reporting``).
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from expectations.cells.seeds import rows

PARIS = ZoneInfo("Europe/Paris")
UNITS = {row["unit_measure"]: row["label"] for row in rows("units")}
OF_ONE = {row["unit_measure"]: row["singular"] for row in rows("units")}
PLURAL_FROM = 2
LOCALE = Locale("fr")
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MILLION = 1e6
BILLION = 1e9
OPENINGS = frozenset(
    re.findall(
        r"\w+",
        "à au aucun aucune ce ces cet cette chaque d dans de depuis des du en entre hors il jamais "
        "jusqu l la là le les non pas pour rien sous sur tant tous toutes un une attendue "
        "catégorie cellules code constaté définition détails disparue nouveaux nouvelle période "
        "première publié valeur valeurs",
    )
)
"""Words that open a sentence and are no name: any other keeps its capital within a sentence."""


@lru_cache(maxsize=4096)
def number(value: float, decimals: int = 2) -> str:
    """Return a number: ``1 795``, ``26,89``, ``−3``; needless zeros are dropped.

    Args:
        value: A finite number.
        decimals: Most decimals shown.
    """
    text = format_decimal(value, format=f"#,##0.{'#' * decimals}", locale=LOCALE)
    return "0" if text == "-0" else text.replace("-", MINUS)


def percent(value: float, decimals: int = 2) -> str:
    """Return a percentage: ``26,89 %``."""
    return f"{number(value, decimals)}{NBSP}%"


def change(before: float, after: float, decimals: int = 1) -> str:
    """Return how much a number moved, with its sign: ``+20,7 %``.

    Args:
        before: First number, not zero.
        after: Second number.
        decimals: Most decimals shown.
    """
    moved = 100 * (after - before) / before
    return f"{'+' if moved > 0 else ''}{percent(moved, decimals)}"


def chance(p_value: float) -> str:
    """Return a probability as a chance, to two figures: ``environ 1 chance sur 12 000``."""
    if p_value > 0.5:
        return f"plus de 1 chance sur{NBSP}2"
    if p_value * BILLION < 1:
        return "moins de 1 chance sur un milliard"
    return f"environ 1 chance sur {_odds(1 / p_value)}"


def _odds(odds: float) -> str:
    digits = 1 - math.floor(math.log10(odds))
    rounded = round(odds, min(digits, 0))
    if rounded < MILLION:
        return number(rounded)
    if rounded >= BILLION:
        return "un milliard"
    millions = rounded / MILLION
    return f"{number(millions)}{NBSP}{'millions' if millions >= 2 else 'million'}"


def period(code: str) -> str:
    """Return a period: ``2024`` and ``2022-2023`` as they are, ``2025-04`` as ``avril 2025``.

    A quarter, ``2025-Q1``, is ``2025 (1er trimestre)``, so that « en » may stand before any period.
    """
    quarter = re.fullmatch(r"([0-9]{4})-Q([1-4])", code)
    if quarter is not None:
        return f"{quarter[1]} ({quarter[2]}{'er' if quarter[2] == '1' else 'e'} trimestre)"
    month = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", code)
    if month is None:
        return code
    return format_date(date(int(month[1]), int(month[2]), 1), "MMMM y", locale=LOCALE)


def span(codes: Sequence[str]) -> str:
    """Return a period, or the first and the last of several: « 2019 à 2024 »."""
    return " à ".join(map(period, dict.fromkeys((codes[0], codes[-1]))))


def listing(items: Iterable[str], most: int | None = None) -> str:
    """Return items one after the other: ``Maine-et-Loire (26), Sarthe (1)``.

    Args:
        items: The items.
        most: How many are named, the rest being counted (« et 3 autres »); all, unless given.
    """
    named = list(items)
    rest = 0 if most is None else len(named[most:])
    beyond = f" et {count(rest, 'autre', 'autres')}" if rest else ""
    return ", ".join(named[:most]) + beyond


def quoted(text: str) -> str:
    """Return a text between French quotes; quotes inside it become the inner ones, ``“ ”``."""
    inner = re.sub(r"\s*»", "”", re.sub(r"«\s*", "“", text))
    return f"«{NBSP}{inner}{NBSP}»"


def after_colon(text: str) -> str:
    """Return a sentence as it goes on after a colon: without its capital, but that of a name."""
    opening = re.match(r"\w*", text)
    is_no_name = opening is not None and opening[0].lower() in OPENINGS
    return text[:1].lower() + text[1:] if is_no_name else text


def typeset(text: str) -> str:
    """Return a text with no-break spaces where French punctuation wants them."""
    return re.sub(r" (?=[:;?!»%])|(?<=«) ", NBSP, text)


def figure(value: float, unit: str) -> str:
    """Write a number without its unit, but for a percentage: « 1 795 », « 26,89 % »."""
    return percent(value) if unit == "pct" else number(value)


def quantity(value: float, unit: str = "") -> str:
    """Write a number and its unit: « 1 795 », « 26,89 % », « 43 PCRH », « 1 réunion ».

    Args:
        value: A finite number; at most two decimals are shown, and no trailing zero.
        unit: Unit code or French word, written after a no-break space; empty for none.
    """
    text, names = number(value), UNITS if abs(value) >= PLURAL_FROM else OF_ONE
    return f"{text}{NBSP}{names.get(unit, unit)}" if unit else text


def both_readings(written: str) -> tuple[str, str]:
    """Return what a number may mean whose one mark is followed by three digits.

    Args:
        written: Such as ``1,234`` or ``1.234``.

    Returns:
        ``1 234`` and ``1,234``.
    """
    whole, decimals = written.replace(".", ",").split(",")
    return number(float(whole + decimals)), f"{whole},{decimals}"


@lru_cache(maxsize=256)
def date_long(moment: datetime) -> str:
    """Write the day of an aware moment, in Paris: « 1er décembre 2026 »."""
    return day_long(moment.astimezone(PARIS).date())


def day_long(day: date) -> str:
    """Write a day: « 1er décembre 2026 »."""
    rank = "1er" if day.day == 1 else str(day.day)
    return f"{rank}{NBSP}{format_date(day, 'MMMM y', locale=LOCALE)}"


def time_short(moment: datetime) -> str:
    """Write the time of an aware moment, in Paris: « 3 h 05 »."""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}{_which(moment)}"


def moment_short(moment: datetime) -> str:
    """Write the day and the time of an aware moment, in Paris: « 01/12/2026 03:05 »."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M}{_which(moment)}"


def moment_precise(moment: datetime) -> str:
    """Write an aware moment to the second, in Paris: « 01/12/2026 à 03:05:09 »."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}{_which(moment)}"


def _which(moment: datetime) -> str:
    """Say which one, of an hour that clocks show twice, one night in October."""
    local = moment.astimezone(PARIS)
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return ""
    return " (heure d'hiver)" if local.fold else " (heure d'été)"


def moment_long(moment: datetime) -> str:
    """Write the day and the time of an aware moment, in Paris: « 1er décembre 2026 à 3 h 05 »."""
    return f"{date_long(moment)} à {time_short(moment)}"


def count(total: int, singular: str, plural: str) -> str:
    """Write a count with its noun, singular for 0 and 1 as French has it: « 0 source »."""
    return f"{number(total)} {singular if total < PLURAL_FROM else plural}"
