"""The workbook that a partner fills: instructions, rows, how they were collected, what codes mean.

Here: its sheets, their drop-down lists and their protection. Not here: its words (``guide``), its
rows (``prefilled``), its codes (``choices``); how it is read once filled is for
``sources.protocols.depots``. What was received from outside is written as text, never as a formula.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from expectations.cells.indicator_definition import IndicatorDefinition
from orchestration.deposits.choices import CodeChoice
from orchestration.deposits.guide import column_help, guide_lines
from orchestration.deposits.prefilled import Row
from sources.contract import Column
from sources.protocols.depots.collection import (
    CHANGE_ROW,
    CODES_SHEET,
    COLLECTION_SHEET,
    COLLECTION_TITLES,
    DATA_SHEET,
    GUIDE_SHEET,
    MODE,
    MODE_ROW,
    REPORTER_ROW,
)
from sources.protocols.depots.titles import titles_of
from sources.registry import Source

SPARE_ROWS = 200
"""Empty rows that have the drop-down lists too."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
TEXT, OPEN = "@", Protection(locked=False)
HEADING = PatternFill("solid", fgColor="1F3D6D")
TO_FILL = PatternFill("solid", fgColor="FFF7DB")
WIDE, NARROW = 44, 18


@dataclass(frozen=True)
class Template:
    """What a template holds.

    Attributes:
        source: The deposit.
        indicator: The indicator it is made for.
        choices: What each column may hold, for those that hold a code.
        reporters: The bodies that may be ticked.
        rows: The rows that it already has.
    """

    source: Source
    indicator: IndicatorDefinition
    choices: Mapping[str, Sequence[CodeChoice]]
    reporters: Sequence[CodeChoice]
    rows: Sequence[Row]


def template_workbook(template: Template) -> bytes:
    """Return the workbook of a template, as the bytes of an ``.xlsx`` file."""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)  # noqa: S101 a new workbook has one sheet, and it is active
    guide.title = GUIDE_SHEET
    _write_guide(guide, template)
    data = book.create_sheet(DATA_SHEET)
    # Where lines say nothing of how they were collected, what this sheet said would be lost.
    collection = (
        book.create_sheet(COLLECTION_SHEET) if MODE in template.source.contract.columns else None
    )
    lists = _write_codes(book.create_sheet(CODES_SHEET), template)
    _write_data(data, template, lists)
    if collection is not None:
        _write_collection(collection, template, lists)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_guide(sheet: Worksheet, template: Template) -> None:
    columns = template.source.contract.columns.items()
    lines = list(guide_lines(template.source, template.indicator))
    lines += [("Colonne", column_help(name, column, template.choices)) for name, column in columns]
    for row, (heading, text) in enumerate(lines, start=1):
        _put(_at(sheet, row, 1), heading).font = Font(bold=True)
        _put(_at(sheet, row, 2), text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 100
    sheet.protection.sheet = True


def _write_codes(sheet: Worksheet, template: Template) -> dict[str, str]:
    """Write the codes of each column with their meaning, and return where each list is."""
    contract, places = template.source.contract, {}
    for rank, (name, choices) in enumerate(template.choices.items()):
        left = 2 * rank + 1
        title = titles_of(name, contract.columns[name])[0]
        _title(_at(sheet, 1, left), title)
        _title(_at(sheet, 1, left + 1), "Signification")
        for row, choice in enumerate(choices, start=2):
            _put(_at(sheet, row, left), choice.code)
            _put(_at(sheet, row, left + 1), choice.meaning)
        letters = get_column_letter(left)
        places[name] = f"'{CODES_SHEET}'!${letters}$2:${letters}${len(choices) + 1}"
        sheet.column_dimensions[letters].width = NARROW
        sheet.column_dimensions[get_column_letter(left + 1)].width = WIDE
    sheet.freeze_panes = "A2"
    sheet.protection.sheet = True
    return places


def _write_data(sheet: Worksheet, template: Template, lists: Mapping[str, str]) -> None:
    contract = template.source.contract
    last = len(template.rows) + 1 + SPARE_ROWS
    for place, (name, column) in enumerate(contract.columns.items(), start=1):
        letters = get_column_letter(place)
        _title(_at(sheet, 1, place), titles_of(name, column)[0])
        sheet.column_dimensions[letters].width = WIDE if name == "indicateur" else NARROW
        for row in range(2, last + 1):
            cell = _at(sheet, row, place)
            cell.protection = OPEN
            held = template.rows[row - 2].get(name) if row - 2 < len(template.rows) else None
            _fill(cell, column, held, is_asked=row - 2 < len(template.rows))
        prompt = column_help(name, column, template.choices)
        _validate(sheet, f"{letters}2:{letters}{last}", lists.get(name), prompt)
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _fill(cell: Cell, column: Column, held: str | None, *, is_asked: bool) -> None:
    if column.type in {"text", "year"}:
        cell.number_format = TEXT
    if held is None:
        cell.fill = TO_FILL if is_asked else PatternFill()
        return
    number = _number(held) if column.type in {"integer", "decimal"} else None
    if number is None:
        _put(cell, held)
    else:
        cell.value = number


def _number(text: str) -> float | None:
    """Return a number that a workbook keeps as it is; None for a mark of secrecy."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _write_collection(sheet: Worksheet, template: Template, lists: Mapping[str, str]) -> None:
    asked = [(MODE_ROW, "choisir dans la liste"), (CHANGE_ROW, "en quelques mots, ou laisser vide")]
    asked += [(REPORTER_ROW, reporter.code) for reporter in template.reporters]
    for place, title in enumerate(COLLECTION_TITLES, start=1):
        _title(_at(sheet, 1, place), title)
    for row, (kind, detail) in enumerate(asked, start=2):
        _put(_at(sheet, row, 1), kind)
        _put(_at(sheet, row, 2), detail)
        answer = _at(sheet, row, 3)
        answer.protection, answer.fill, answer.number_format = OPEN, TO_FILL, TEXT
        answer.alignment = Alignment(wrap_text=True, vertical="top")
    _validate(sheet, "C2", lists.get(MODE), "Le mode de collecte des lignes nouvelles.")
    ticked = f"C4:C{len(asked) + 1}"
    if template.reporters:
        _validate(sheet, ticked, '"x"', "Un x quand cet organisme a répondu ; sinon, rien.")
    for letters, width in zip("ABC", (WIDE, WIDE, WIDE), strict=True):
        sheet.column_dimensions[letters].width = width
    sheet.row_dimensions[3].height = 60
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _validate(sheet: Worksheet, cells: str, formula: str | None, prompt: str) -> None:
    """Give cells a drop-down list when they have one, and say what they hold."""
    rule = DataValidation(
        type="list" if formula else None,
        formula1=formula,
        allow_blank=True,
        showErrorMessage=bool(formula),
        errorTitle="Code inconnu",
        error="Choisir un code de la liste, ou laisser vide.",
        showInputMessage=True,
        prompt=prompt[:255],
    )
    rule.add(cells)
    sheet.add_data_validation(rule)


def _protect(sheet: Worksheet) -> None:
    """Lock what is not open, without a password: against slips, not against people."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.insertRows = False
    sheet.protection.deleteRows = False
    sheet.protection.sort = False
    sheet.protection.autoFilter = False


def _at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell of a sheet that has no merged one."""
    return cast("Cell", sheet.cell(row, column))


def _title(cell: Cell, text: str) -> None:
    _put(cell, text)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="center")


def _put(cell: Cell, text: str) -> Cell:
    """Write a text as a text, whatever it begins with: it may come from outside."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA_MARKS)
    return cell
