"""From a deposited workbook to its grid: the sheet that is seen, and what its cells show.

Here: the choice of the sheet, and what is said of its odd cells. Not here: how they are found
(``workbooks``), where its titles are (``headings``), nor texts (``text_grid``).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl.utils import get_column_letter

from sources.contract import ExtractContract
from sources.errors import quoted, visible
from sources.protocols.depots.collection import (
    CODES_SHEET,
    COLLECTION_SHEET,
    DATA_SHEET,
    GUIDE_SHEET,
    OWN_SHEETS,
)
from sources.protocols.depots.flaws import Flaw, cell_address
from sources.protocols.depots.grid import Grid, filled_rows
from sources.protocols.depots.headings import (
    MOST_HEADING_ROWS,
    Row,
    heading_flaws,
    heading_remark,
    seen_sheet,
)
from sources.protocols.depots.workbooks.cell_marks import Place
from sources.protocols.depots.workbooks.inspection import Inspection, inspect
from sources.protocols.depots.workbooks.number_formats import GROUPING, Display, plain_number
from sources.tables.tabular import Sheet, SheetHead, read_sheet, sheet_heads

MOST_LISTED = 10
LAST_ROW = 1 << 20
ERROR = "écrire la valeur, ou laisser vide."
UNCOMPUTED = (
    "la formule n'a pas de valeur calculée par un tableur, ou le texte montré n'en est pas une : "
    "ouvrir et enregistrer le classeur avec un tableur, ou écrire la valeur."
)
HIDDEN_TEXT = (
    "la cellule contient un texte que son format ne montre pas tel quel (format de nombre, "
    "chiffres en exposant ou barrés) : l'écrire au format standard, ou laisser vide."
)
STRUCK = (
    "la cellule est barrée : effacer ce qui ne vaut plus, ou ne plus barrer ce qui doit être lu."
)
MERGED = "ces cellules sont fusionnées, une seule serait lue : les séparer, et les remplir."
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BARE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)?(?:,[0-9]*)?")
UNGROUPED = str.maketrans("", "", GROUPING)


def sheet_grid(path: Path, contract: ExtractContract, *, is_ods: bool) -> Grid:
    """Read a deposited workbook that the guards let in.

    Raises:
        ExtractRefused: It cannot be read at all, or not one of its sheets is the one to read.
    """
    heads = sheet_heads(path, MOST_HEADING_ROWS)
    names = {head.name for head in heads}
    # The template of a deposit whose lines do not say how they were collected has no such sheet.
    is_template = {DATA_SHEET, COLLECTION_SHEET} <= names
    own = OWN_SHEETS if is_template or {GUIDE_SHEET, DATA_SHEET, CODES_SHEET} <= names else ()
    name, header_row = seen_sheet(
        [head for head in heads if head.name == DATA_SHEET or head.name not in own], contract
    )
    sheet = read_sheet(path, name, header_row)
    odd = inspect(path, is_ods=is_ods, sheet=name)
    heading = next(head.rows for head in heads if head.name == name)[: header_row - 1]
    unread = [head for head in heads if head.name not in {*own, name}]
    return Grid(
        sheet=name,
        header_row=header_row,
        titles=sheet.titles,
        rows=filled_rows(sheet.rows),
        flaws=(*heading_flaws(name, heading), *seen_flaws(sheet, odd), *merged_flaws(sheet, odd)),
        remarks=tuple(_remarks(sheet, odd, unread, heading)),
        is_template=is_template,
        dressed=dict(_dressed(odd)),
    )


def seen_flaws(sheet: Sheet, odd: Inspection, last_row: int = LAST_ROW) -> Iterator[Flaw]:
    """Yield the cells of a table that do not hold what they show, from its titles to a last row."""
    problems = [
        (place, f"la cellule contient l'erreur {error[:20]} : {ERROR}")
        for place, error in odd.errors.items()
    ]
    problems += [(place, UNCOMPUTED) for place in odd.uncomputed]
    problems += [(place, HIDDEN_TEXT) for place in odd.hidden_texts]
    problems += [(place, STRUCK) for place in odd.struck]
    problems += _disguised(sheet, odd)
    for (row, column), problem in problems:
        if sheet.header_row <= row <= last_row and column <= len(sheet.titles):
            yield Flaw(cell_address(sheet.name, row, column), problem)


def _disguised(sheet: Sheet, odd: Inspection) -> Iterator[tuple[Place, str]]:
    """Yield the cells that show something else than what was read of them."""
    rows = dict(sheet.rows)
    for (row, column), (held, display) in odd.displays.items():
        cells = (sheet.titles if row == sheet.header_row else rows.get(row)) or ()
        read = (cells[column - 1] if column <= len(cells) else None) or ""
        if not _is_seen_as_read(read, held, display):
            yield (row, column), disguise(read or plain_number(held), display.text)


def _is_seen_as_read(read: str, held: Decimal, display: Display) -> bool:
    if DATE.match(read):
        is_whole = "T" not in read or "h" in display.date_letters
        return display.is_whole_date and is_whole
    return display.shows(held) and read == plain_number(held)


def disguise(held: str, shown: str | None) -> str:
    """Say that a cell holds a thing and shows another."""
    holds = f"la cellule contient {visible(held[:40]).replace('.', ',')}"
    if shown is None:
        return (
            f"{holds}, et son format de nombre montre autre chose : "
            "écrire ce qui doit être lu, au format standard."
        )
    if "%" in shown:
        return (
            f"{holds} et montre « {visible(shown[:40])} » : la cellule est au format pourcentage, "
            "écrire le nombre (12,5 pour 12,5 %) au format standard."
        )
    shows = f"montre « {visible(shown[:40])} »" if shown else "ne montre rien"
    return (
        f"{holds} et {shows} : son format de nombre montre autre chose que sa valeur ; "
        "écrire ce qui doit être lu, au format standard."
    )


def _dressed(odd: Inspection) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what is seen of numbers that are shown with something else, or not to the end."""
    for (row, column), (held, display) in odd.displays.items():
        text = (display.text or "").translate(UNGROUPED)
        is_bare = BARE_NUMBER.fullmatch(text) and display.number == held
        if display.shows(held) and not is_bare:
            yield (row, column - 1), text


def merged_flaws(sheet: Sheet, odd: Inspection) -> Iterator[Flaw]:
    """Yield the merged ranges of the data: one value is read where the eye sees several."""
    numbers = [number for number, _ in sheet.rows]
    for top, bottom, left, right in dict.fromkeys((*sheet.merged, *odd.merged)):
        covered = sheet.titles[left:right] if top <= sheet.header_row <= bottom else ()
        holds_data = bisect_left(numbers, top) < bisect_right(numbers, bottom)
        if left <= len(sheet.titles) and (holds_data or any(covered)):
            span = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            yield Flaw(f"feuille « {visible(sheet.name[:80])} », cellules {span}", MERGED)


def _remarks(
    sheet: Sheet, odd: Inspection, unread: Sequence[SheetHead], heading: Sequence[Row]
) -> Iterator[str]:
    yield from heading_remark(heading)
    filled = {number for number, _ in sheet.rows}
    if rows := [number for number in odd.hidden_rows if number in filled]:
        yield f"Des lignes masquées ou filtrées ont été lues comme les autres : {_listed(rows)}."
    letters = [
        get_column_letter(column)
        for column in odd.hidden_columns
        if column <= len(sheet.titles) and sheet.titles[column - 1].strip()
    ]
    if letters:
        yield f"Des colonnes masquées ont été lues comme les autres : {_listed(letters)}."
    for finding, names in (
        ("a d'autres feuilles", [head.name for head in unread if head.is_seen]),
        ("a des feuilles masquées", [head.name for head in unread if head.is_hidden]),
    ):
        if names:
            yield f"Le classeur {finding}, qui n'ont pas été lues : {quoted(names, MOST_LISTED)}."


def _listed(places: Sequence[object]) -> str:
    more = ", …" if len(places) > MOST_LISTED else ""
    return ", ".join(map(str, places[:MOST_LISTED])) + more
