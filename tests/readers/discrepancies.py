"""What a reader finds wrong, and the rows of tables that tell values by period.

Here: the record of a discrepancy, and reading sentences and rows into some. Not here: the forms of
claims (``claims``), which files are read (``outlets``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.readers.claims.claim_check import check
from tests.readers.claims.claim_reading import CardScope
from tests.readers.french_numerals import Token, read_sentence, shows
from tests.readers.rendered_pages import Row
from tests.readers.station_truth import TOTAL, CellKey, Figure, StationTruth, bare

HELD = re.compile(r"\s*\(retenue?s?\)|, retenue?s?")
STATE = re.compile(r"(?:retenu|publié|accepté)e?s?(?:, .*)?")
MOST_TEXT = 240


@dataclass(frozen=True)
class Discrepancy:
    """Something that people read, and that is not so, or is not found.

    Attributes:
        outlet: What people read: ``rapport``, ``courriel (texte)``, ``explication``…
        file: Where it is, from the station's home.
        sentence: What is written.
        number: The number, or the words, in it.
        why: Why it is not found, or what is so.
    """

    outlet: str
    file: str
    sentence: str
    number: str
    why: str

    def __str__(self) -> str:
        """Return it on one line."""
        return f"[{self.outlet}] {self.file} : {self.sentence!r} : {self.number!r} : {self.why}"


@dataclass(frozen=True)
class Place:
    """Where something is read."""

    outlet: str
    file: str

    def found(self, sentence: str, number: str, why: str) -> Discrepancy:
        """Return a discrepancy in this place."""
        return Discrepancy(self.outlet, self.file, sentence[:MOST_TEXT], number, why)


def of_sentence(
    place: Place, text: str, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Yield what is wrong in a sentence."""
    for token, why in check(text, scope, truth).faults:
        yield place.found(text, f"{token.text} {token.unit}".strip(), why)


def of_row(place: Place, row: Row, scope: CardScope, truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield what is wrong in a row whose columns are periods, and the row an area or a category.

    A row that names its own period is of that one, whatever stands above it.
    """
    own = row_scope(row.cells[0], scope, truth, "".join(row.heads[:1]))
    period = one_period(row.cells[0], truth)
    if period:
        yield from _of_period(place, row, replace(own or scope, period=period), truth)
        return
    if own is None:
        yield place.found(" | ".join(row.cells), row.cells[0], "ni territoire ni catégorie connus")
        return
    yield from _of_head(place, row, truth)
    for head, shown in zip(row.heads[1:], row.cells[1:], strict=False):
        if STATE.fullmatch(shown):
            yield from _of_state(place, row, shown, own, truth)
            continue
        if period := one_period(head, truth):
            key = CellKey(own.indicator, own.area, period, own.category)
            was = "publié" in head
            yield from _of_cell(_ShownCell(place, row, shown, key, truth, was_published=was))
        else:
            yield from of_sentence(place, f"{head} : {shown}", own, truth)


def one_period(text: str, truth: StationTruth) -> str:
    """Return the period that a text is, or that is alone in it; empty when there is none."""
    tokens = read_sentence(text, truth.lexicon).tokens
    periods = [code for token in tokens if token.kind == "P" for code in token.codes]
    return periods[0] if len(periods) == 1 else ""


def _of_period(
    place: Place, row: Row, own: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """A row is of one period: its value, then its state."""
    key = CellKey(own.indicator, own.area, own.period, own.category)
    for shown in row.cells[1:]:
        if STATE.fullmatch(shown):
            by_period = Row(("", own.period), row.cells, row.under)
            yield from _of_state(place, by_period, shown, own, truth)
        else:
            yield from _of_cell(_ShownCell(place, row, shown, key, truth))


def _of_head(place: Place, row: Row, truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield a fault when a category stands under « Territoire »."""
    kinds = {token.kind for token in read_sentence(row.cells[0], truth.lexicon).tokens}
    if row.heads[:1] == ("Territoire",) and "A" not in kinds:
        yield place.found(" | ".join(row.cells), row.cells[0], "ce n'est pas un territoire")


def _of_state(
    place: Place, row: Row, shown: str, own: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """The state of a row is that of its last period, as the gate decided."""
    heads = read_sentence(" | ".join(row.heads[1:]), truth.lexicon).tokens
    periods = [code for token in heads if token.kind == "P" for code in token.codes]
    key = CellKey(own.indicator, own.area, max(periods, default=""), own.category)
    if shown.startswith("retenu") != (key in truth.held):
        state = "retient" if key in truth.held else "ne retient pas"
        yield place.found(" | ".join(row.cells), shown, f"la publication {state} cette cellule")


def row_scope(
    label: str, scope: CardScope, truth: StationTruth, head: str = ""
) -> CardScope | None:
    """Return what a row is about, from its label and the head above it; None when no name is."""
    names = read_sentence(label, truth.lexicon).tokens
    areas = sorted(set.intersection(*named)) if (named := areas_of(names)) else []
    above = read_sentence(head, truth.lexicon).tokens
    categories = [c for token in (*names, *above) if token.kind == "C" for c in token.codes]
    if not areas and not categories:
        return None
    types = truth.area_types.items()
    kind = next((code for name, code in types if bare(head).casefold().startswith(name)), "")
    known = [area for area in areas if _is_known(area, scope, truth) and area.startswith(kind)]
    area = (known or areas or [scope.area])[0]
    return replace(scope, area=area, category=categories[0] if categories else TOTAL)


def areas_of(names: Sequence[Token]) -> list[set[str]]:
    """Return the codes of each area that is named: a name may be that of several."""
    return [set(token.codes) for token in names if token.kind == "A"]


def _is_known(area: str, scope: CardScope, truth: StationTruth) -> bool:
    return any(key.indicator == scope.indicator and key.area == area for key in truth.cells)


@dataclass(frozen=True)
class _ShownCell:
    """A cell of a table as it is shown: which one, what is written in it and around it."""

    place: Place
    row: Row
    shown: str
    key: CellKey
    truth: StationTruth
    was_published: bool = False

    @property
    def figure(self) -> Figure | None:
        """What the cell holds tonight."""
        return self.truth.cells.get(self.key)

    @property
    def line(self) -> str:
        caption = self.row.under.get("caption", "")
        return f"{caption} | {' | '.join(self.row.heads)} | {' | '.join(self.row.cells)}"

    @property
    def text(self) -> str:
        return HELD.sub("", self.shown).strip(" *")

    @property
    def values(self) -> list[Token]:
        tokens = read_sentence(self.text, self.truth.lexicon).tokens
        return [token for token in tokens if token.kind == "V"]

    def found(self, why: str, number: str = "") -> Discrepancy:
        return self.place.found(self.line, number or self.shown, why)


def _of_former(cell: _ShownCell) -> Iterator[Discrepancy]:
    """What was published before the release in force: one of all that a release ever said."""
    ever = cell.truth.releases.get(cell.key, [])
    values = cell.values[:1]
    if values and not any(shows(values[0], value) for value in ever):
        yield cell.found(f"les publications ont dit {ever}")
    if not values and ever and None not in ever:
        yield cell.found(f"toutes les publications ont une valeur : {ever}")


def _of_cell(cell: _ShownCell) -> Iterator[Discrepancy]:
    if cell.was_published:
        yield from _of_former(cell)
        return
    figure = cell.figure
    if figure is None:
        if cell.text not in {"", "–", "—"}:
            yield cell.found(f"aucune cellule {' '.join(cell.key)}")
        return
    values = cell.values
    if not values:
        word = cell.truth.absences.get(figure.status, "")
        if figure.value is not None or cell.text not in {word, "", "–", "—"}:
            yield cell.found(f"la cellule vaut {figure.value}, statut {figure.status}")
    elif len(values) > 1 or not shows(values[0], figure.value):
        yield cell.found(f"la cellule {' '.join(cell.key)} vaut {figure.value}")
    if HELD.search(cell.shown) and cell.key not in cell.truth.held:
        yield cell.found("dit « retenu » : la publication en vigueur ne la retient pas")
    yield from _of_unit(cell, values)


def _of_unit(cell: _ShownCell, values: Sequence[Token]) -> Iterator[Discrepancy]:
    """Yield a fault when the unit beside the number, or in the caption, is not the cell's."""
    unit = cell.truth.unit_labels[cell.figure.unit] if cell.figure else ""
    caption = re.search(r"\(([^()]+)\)$", cell.row.under.get("caption", ""))
    told = (values[0].unit if values else "") or (caption[1] if caption and values else "")
    if told and re.sub(r"s\b", "", told) != re.sub(r"s\b", "", unit):
        yield cell.found(f"l'unité de cette cellule est « {unit} »", told)
