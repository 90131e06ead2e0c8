"""The rows that a template already has: what was deposited last, and the cells that are asked for.

Here: which rows, and what is left to be filled in them. Not here: the workbook (``template``).

A deposit replaces the one before, whole: rows of the past are given back as they were received, so
that none is lost by omission. Readings of a dashboard are kept one by one, and are not; where years
are kept so, the rows of the last one that has ended are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.periods import PeriodKind
from expectations.suites.fiches.controls import ExpectedCells
from expectations.suites.fiches.entries import load_suites
from orchestration.deposits.choices import AREA, TOTAL, CodeChoice
from orchestration.deposits.feeding import INDICATOR
from sources.contract import ExtractContract
from sources.protocols.depots.collection import COMMENT, MODE, REPORTERS

PERIOD, READ_ON = "periode", "date_lecture"
VALUES = frozenset({"valeur", "nombre"})
ASKED_ANEW = frozenset({*VALUES, MODE, REPORTERS, COMMENT, "periode_reference"})
"""What is left to be filled in a row that is asked for."""
TOTALS = {"_T": TOTAL}
"""How deposits write the total, by how suites do."""

Row = dict[str, str | None]


@dataclass(frozen=True)
class TemplateRequest:
    """What a template is made for.

    Attributes:
        indicator: The indicator that somebody wants to give.
        region: INSEE code of the region that is followed.
        today: The day of the template.
    """

    indicator: IndicatorDefinition
    region: str
    today: date


def prefilled_rows(
    contract: ExtractContract,
    asked: TemplateRequest,
    choices: Mapping[str, Sequence[CodeChoice]],
    words: Mapping[str, tuple[str, Mapping[str, str]]],
    last: Sequence[Row],
) -> list[Row]:
    """Return the rows of a template: those of the last deposit, then those that are asked for.

    Args:
        contract: The contract of the deposit.
        asked: What it is made for.
        choices: What each column may hold.
        words: The columns that say a code again in words.
        last: The rows of the last deposit that was accepted; none when there was none.
    """
    if contract.reading == READ_ON:
        return _every_key(contract, _reading_choices(asked, choices))
    if PERIOD in contract.columns:
        return [*last, *_next_rows(contract, asked, last)]
    if period_column := contract.reading:
        period = last_ended(asked.indicator.period_kind, asked.today)
        choices = {**choices, period_column: (CodeChoice(period),)}
        last = [row for row in last if row[period_column] == period]
    given = {_key(contract, row) for row in last}
    every = [_with_words(row, words) for row in _every_key(contract, choices)]
    return [*last, *(row for row in every if _key(contract, row) not in given)]


def _key(contract: ExtractContract, row: Row) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in contract.key)


def _with_words(row: Row, words: Mapping[str, tuple[str, Mapping[str, str]]]) -> Row:
    labels = {name: names.get(str(row.get(code))) for name, (code, names) in words.items()}
    return {**row, **labels}


def _reading_choices(
    asked: TemplateRequest, choices: Mapping[str, Sequence[CodeChoice]]
) -> dict[str, Sequence[CodeChoice]]:
    codes = {READ_ON: asked.today.isoformat(), INDICATOR: asked.indicator.id, AREA: asked.region}
    only = {name: [CodeChoice(code)] for name, code in codes.items()}
    return {**choices, **only, "unite": [CodeChoice(asked.indicator.unit_measure)]}


def _every_key(contract: ExtractContract, choices: Mapping[str, Sequence[CodeChoice]]) -> list[Row]:
    """Return a row for each combination of codes, when every column of the key has codes."""
    if not all(choices.get(name) for name in contract.key):
        return []
    alone = {name: codes[0].code for name, codes in choices.items() if len(codes) == 1}
    keys = product(*(choices[name] for name in contract.key))
    return [
        dict.fromkeys(contract.columns)
        | {name: code for name, code in alone.items() if name not in ASKED_ANEW}
        | dict(zip(contract.key, (choice.code for choice in key), strict=True))
        for key in keys
    ]


def _next_rows(contract: ExtractContract, asked: TemplateRequest, last: Sequence[Row]) -> list[Row]:
    """Return a row to fill for each cell of the last period of the indicator, a period later."""
    own = [row for row in last if row.get(INDICATOR) == asked.indicator.id]
    kind = asked.indicator.period_kind
    last_period = max((str(row[PERIOD]) for row in own), default=None)
    period = next_period(kind, last_period) if last_period else last_ended(kind, asked.today)
    if not own:
        own = _first_rows(contract, asked)
        last_period = None
    return [
        {**row, PERIOD: period, **{n: None for n in ASKED_ANEW if n in row}}
        for row in own
        if last_period is None or row[PERIOD] == last_period
    ]


def _first_rows(contract: ExtractContract, asked: TemplateRequest) -> list[Row]:
    return [
        dict.fromkeys(contract.columns)
        | {
            INDICATOR: asked.indicator.id,
            AREA: asked.region,
            "ventilation": breakdown,
            "categorie": category,
            "unite": asked.indicator.unit_of(category),
        }
        for breakdown, category in _first_cells(asked)
    ]


def _first_cells(asked: TemplateRequest) -> list[tuple[str, str]]:
    """Return what is asked of a region: what suites expect, and the total unless they refuse it."""
    controls = [
        entry.control
        for entry in load_suites().of("REP")
        if asked.indicator.id in entry.indicators and isinstance(entry.control, ExpectedCells)
    ]
    cells = [
        (TOTALS.get(control.breakdown, control.breakdown), TOTALS.get(category, category))
        for control in controls
        if control.is_expected_in(f"REG-{asked.region}")
        for category in control.categories
    ]
    is_refused = any(control.presence != "au_moins" for control in controls)
    return cells if is_refused else [*dict.fromkeys([(TOTAL, TOTAL), *cells])]


def next_period(kind: PeriodKind, period: str) -> str:
    """Return the period that follows one: ``2025``, ``2024-2025``, ``2025-Q1``, ``2025-05``."""
    year = int(period[:4])
    match kind:
        case "school_year":
            return f"{year + 1}-{year + 2}"
        case "quarter":
            quarter = int(period[6])
            return f"{year + quarter // 4}-Q{quarter % 4 + 1}"
        case "reading":
            month = int(period[5:7])
            return f"{year + month // 12}-{month % 12 + 1:02d}"
        case _:
            return str(year + 1)


def last_ended(kind: PeriodKind, today: date) -> str:
    """Return the last period that has ended on a day; a reading is that of its own month."""
    match kind:
        case "school_year":
            first = today.year - (1 if today.month > 8 else 2)
            return f"{first}-{first + 1}"
        case "quarter":
            ended = 4 * today.year + (today.month - 1) // 3 - 1
            return f"{ended // 4}-Q{ended % 4 + 1}"
        case "reading":
            return f"{today:%Y-%m}"
        case _:
            return str(today.year - 1)
