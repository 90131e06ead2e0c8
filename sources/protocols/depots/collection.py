"""The sheet « Collecte » of Vigie's template: how the numbers were collected, said once for all.

Here: the names of the template's sheets, how that sheet is read, and what a row takes from it. Not
here: how the template is made (``orchestration.deposits``).

A row without a collection mode is a new one: it takes the mode that was chosen, the reporters that
were ticked unless it has its own, and the note on what changed. Rows of former deposits have their
mode, and are left alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sources.errors import visible
from sources.protocols.depots.flaws import Flaw, cell_address
from sources.tables.plain_text import folded, plain
from sources.tables.tabular import read_sheet

GUIDE_SHEET = "Mode d'emploi"
DATA_SHEET = "Dépôt"
COLLECTION_SHEET = "Collecte"
CODES_SHEET = "Codes"
OWN_SHEETS = (GUIDE_SHEET, DATA_SHEET, COLLECTION_SHEET, CODES_SHEET)

COLLECTION_TITLES = ("Rubrique", "Précision", "Réponse")
MODE_ROW = "Mode de collecte"
CHANGE_ROW = "Ce qui a changé depuis la dernière fois"
REPORTER_ROW = "Répondant"
TICKS = frozenset({"x", "oui", "✓", "✔"})

MODE, REPORTERS, COMMENT = "mode_collecte", "repondants", "commentaire"

Row = dict[str, str | None]


@dataclass(frozen=True)
class Collection:
    """What the sheet says.

    Attributes:
        mode: The collection mode that was chosen.
        reporters: The bodies that were ticked, in the order of the sheet.
        change: What changed since the last time.
        flaws: The answers that cannot be read.
    """

    mode: str | None = None
    reporters: tuple[str, ...] = ()
    change: str | None = None
    flaws: tuple[Flaw, ...] = ()


def read_collection(path: Path) -> Collection:
    """Read the sheet « Collecte » of a workbook that has one.

    Raises:
        ExtractRefused: It cannot be read.
    """
    collection = Collection()
    for number, cells in read_sheet(path, COLLECTION_SHEET, 1).rows:
        heading, detail, answer = (plain(cell or "") for cell in (*cells, None, None, None)[:3])
        collection = _with_answer(collection, number, heading, detail, answer)
    return collection


def _with_answer(
    collection: Collection, number: int, heading: str, detail: str, answer: str
) -> Collection:
    if not answer:
        return collection
    match heading:
        case _ if folded(heading) == folded(MODE_ROW):
            return replace(collection, mode=answer)
        case _ if folded(heading) == folded(CHANGE_ROW):
            return replace(collection, change=" ".join(answer.split()))
        case _ if folded(heading) == folded(REPORTER_ROW) and answer.casefold() in TICKS:
            return replace(collection, reporters=(*collection.reporters, detail))
        case _ if folded(heading) == folded(REPORTER_ROW):
            where = cell_address(COLLECTION_SHEET, number, len(COLLECTION_TITLES))
            problem = (
                f"« {visible(answer[:40])} » n'est pas une réponse : écrire x, ou laisser vide."
            )
            return replace(collection, flaws=(*collection.flaws, Flaw(where, problem)))
    return collection


def with_collection(collection: Collection, row: Row) -> Row:
    """Return a row with what the sheet says for it; one that has its own mode is as it was."""
    if MODE not in row or row[MODE] is not None:
        return row
    filled = {**row, MODE: collection.mode}
    if REPORTERS in row:
        filled[REPORTERS] = row[REPORTERS] or ", ".join(collection.reporters) or None
    if COMMENT in row and collection.change:
        comments = (row[COMMENT], f"Ce qui a changé : {collection.change}")
        filled[COMMENT] = " ; ".join(comment for comment in comments if comment)
    return filled


def unanswered(collection: Collection, rows: Iterable[Row]) -> Iterator[Flaw]:
    """Yield the questions of the sheet that some new row needs and nobody answered."""
    new = [row for row in rows if MODE in row and row[MODE] is None]
    where = f"feuille « {COLLECTION_SHEET} »"
    if new and collection.mode is None:
        yield Flaw(where, "le mode de collecte n'est pas choisi.", rule="FDM")
    if not collection.reporters and any(REPORTERS in row and not row[REPORTERS] for row in new):
        yield Flaw(
            where, "aucun répondant n'est coché : cocher d'un x ceux qui ont répondu.", "FDM"
        )
