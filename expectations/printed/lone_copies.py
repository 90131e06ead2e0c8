"""What is copied from another row though it is alone (CPY, DFC): source, unit, number or text.

Here: what a row has in common with a row above it, or a cell with another passage, when something
else says that it is not its own: the definition of its indicator, its label, another part of the
report. A number with as many digits as chance hardly repeats needs nothing else. Not here: as many
numbers as are a vector (``copied_rows``).
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from expectations import french
from expectations.printed.comparisons import (
    WHICH_NUMBER,
    PrintedComparison,
    Statement,
    about,
    common_period,
    place,
    statement,
)
from expectations.printed.copied_rows import LEAST_COMMON
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.names import head, labels, named_indicator, plain, stems, words
from expectations.printed.sentences import texts_of

LEAST_DIGITS = 3
"""Significant digits from which two rows that print one number hardly do so by chance."""
LEAST_WORDS = 8
"""Words from which two sentences that are the same are one, copied."""
WHOSE_TEXT = "Que fallait-il écrire dans cette case ?"


@dataclass(frozen=True)
class TableRow:
    """A row of a table of the report.

    Attributes:
        indicator: Its indicator.
        printed_in: The part of the report that the table is in.
        label: Its label, as printed there.
        text: What it prints in the column in question: its source, its unit.
    """

    indicator: str
    printed_in: str
    label: str
    text: str


def sources(document: Document) -> Iterator[PrintedComparison]:
    """Compare the source of each row with that of the row above it (CPY).

    The same source is a copy when it is that of the row above and not that of the indicator, by its
    definition or by another part of the report.
    """
    for above, row in _rows(document, "source"):
        is_copy = (
            plain(above.text) == plain(row.text)
            and _is_source_of(document, above)
            and not _is_source_of(document, row)
        )
        expected = french.listing(dict.fromkeys(_expected_sources(document, row)))
        yield replace(
            _alike(document, above, row, holds=not is_copy),
            subject="source",
            explanation=(
                "La source imprimée est celle de la ligne du dessus ; ce chiffre-ci vient, par "
                f"ailleurs, de : {expected}."
            ),
            question="Qui produit ce chiffre ?",
        )


def _rows(document: Document, element: str) -> Iterator[tuple[TableRow, TableRow]]:
    """Give each row that prints such an element, after the one above it in its table."""
    for table in _tables(document, element):
        yield from itertools.pairwise(table)


def _tables(document: Document, element: str) -> list[list[TableRow]]:
    """Return the rows that print such an element, by table."""
    texts = {
        (passage.section, passage.printed_in, passage.indicator): passage.text
        for passage in document.of_element(element)
    }
    tables: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for label in document.of_element("intitule"):
        text = texts.get((label.section, label.printed_in, label.indicator), "")
        row = TableRow(label.indicator, label.printed_in, label.text, text)
        tables[label.section, label.printed_in].append(row)
    return [[row for row in table if row.text] for table in tables.values()]


def _expected_sources(document: Document, row: TableRow) -> Iterator[str]:
    definition = document.definitions.get(row.indicator)
    if definition is not None:
        yield definition.producer
    for passage in document.of_element("source"):
        if passage.indicator == row.indicator and passage.printed_in != row.printed_in:
            yield passage.text


def _is_source_of(document: Document, row: TableRow) -> bool:
    """Tell whether a row prints a source of its indicator; nobody can tell when it has none."""
    expected = list(_expected_sources(document, row))
    return not expected or any(
        words(row.text) <= words(name) or words(name) <= words(row.text) for name in expected
    )


def _quoted_label(document: Document, indicator: str, printed_in: str) -> str:
    return french.quoted(head(document.printed_label(indicator, printed_in)))


def copied_units(document: Document) -> Iterator[PrintedComparison]:
    """Compare the unit of each row with those of the rows above it (CPY, DFC).

    The same unit is a copy when it says what the other row counts, and nothing of what this one
    does. Only that of the row just above is said to be copied from there.
    """
    for table in _tables(document, "unite"):
        for rank, row in enumerate(table):
            if _counts(document, row):
                continue
            same = [above for above in table[:rank] if plain(above.text) == plain(row.text)]
            theirs = [above for above in same if _counts(document, above)]
            if theirs:
                yield _of_unit(document, theirs[-1], row, is_next=theirs[-1] is table[rank - 1])


def _counts(document: Document, row: TableRow) -> bool:
    """Tell whether a unit says what its row counts, in a word of the same family.

    The unit of a count begins with what is counted; that of a rate names whom it is a rate of.
    """
    definition = document.definitions.get(row.indicator)
    counted = [head(row.label)]
    if definition is not None:
        counted += [definition.label, document.units.get(definition.unit_measure, "")]
    unit = list(filter(None, map(words, plain(row.text).split())))
    is_count = definition is not None and definition.value_kind == "count"
    named = frozenset().union(*(unit[:1] if is_count else unit))
    return bool(stems(named) & stems(words(" ".join(counted))))


def _of_unit(
    document: Document, above: TableRow, row: TableRow, *, is_next: bool
) -> PrintedComparison:
    where = "de la ligne du dessus" if is_next else "d'une autre ligne"
    return replace(
        _alike(document, above, row, holds=False),
        rule="CPY" if is_next else "DFC",
        subject="unité",
        explanation=(
            f"L'unité imprimée est celle {where} ; l'intitulé de cette ligne-ci, "
            f"{french.quoted(head(row.label))}, compte autre chose."
        ),
        question="Que compte ce chiffre au juste ?",
    )


def _alike(document: Document, above: TableRow, row: TableRow, *, holds: bool) -> PrintedComparison:
    label = _quoted_label(document, above.indicator, above.printed_in)
    where = place(row.printed_in)
    return PrintedComparison(
        rule="CPY",
        indicator=row.indicator,
        subject="",
        period="",
        first=Statement(french.quoted(row.text), None, (where,)),
        second=Statement(french.quoted(above.text), None, (f"{label} ({where})",)),
        holds=holds,
    )


def copied_numbers(document: Document) -> Iterator[PrintedComparison]:
    """Compare the numbers of each row with those of the row above it, column by column (CPY)."""
    printed: dict[tuple[str, str], list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        printed[figure.cell.indicator, figure.printed_in].append(figure)
    for above, row in _rows(document, "intitule"):
        others = {
            (_at(figure.cell), figure.period): figure
            for figure in printed[above.indicator, row.printed_in]
        }
        beside = [
            (others[_at(figure.cell), figure.period], figure)
            for figure in printed[row.indicator, row.printed_in]
            if (_at(figure.cell), figure.period) in others
        ]
        copied = [pair for pair in beside if _is_copied(document, *pair)]
        if beside and len(copied) < LEAST_COMMON:
            yield _numbers_alike(document, copied or beside[:1], holds=not copied)


def _at(cell: PrintedCell) -> tuple[str, str, str]:
    return (cell.ref_area, cell.breakdown, cell.category)


def _is_copied(document: Document, above: PrintedFigure, figure: PrintedFigure) -> bool:
    """Tell whether a number is that of the row above, and nobody says that it is its own."""
    if above.number != figure.number:
        return False
    elsewhere = [
        other
        for other in document.printings[figure.cell, figure.period]
        if other.printed_in != figure.printed_in
    ]
    if elsewhere:
        return not any(other.number.agrees_with(figure.number) for other in elsewhere)
    return _digits(figure.number.value) >= LEAST_DIGITS


def _digits(value: float) -> int:
    return len(f"{abs(value):.10g}".replace(".", "").strip("0"))


def _numbers_alike(
    document: Document, pairs: list[tuple[PrintedFigure, PrintedFigure]], *, holds: bool
) -> PrintedComparison:
    above, row = ([pair[rank] for pair in pairs] for rank in (0, 1))
    first = row[0]
    label = _quoted_label(document, above[0].cell.indicator, first.printed_in)
    elsewhere = _otherwise(document, row)
    columns = list(dict.fromkeys(figure.period for figure in row))
    where = tuple(place(first.printed_in, column) for column in columns)
    return PrintedComparison(
        rule="CPY",
        **about(document, first.cell),
        period=common_period(columns),
        first=Statement(_listed(document, row), first.number.value, where),
        second=Statement(
            _listed(document, above),
            above[0].number.value,
            tuple(f"{label} ({column})" for column in where),
        ),
        holds=holds,
        explanation=f"Le nombre imprimé est celui de la ligne du dessus, {label}.{elsewhere}",
        question=WHICH_NUMBER,
        lines=tuple(figure.line for figure in row),
    )


def _listed(document: Document, figures: list[PrintedFigure]) -> str:
    return " ; ".join(statement(document, [figure]).text for figure in figures)


def _otherwise(document: Document, figures: list[PrintedFigure]) -> str:
    """Say what other parts of the report print of the same cells."""
    others = [
        other
        for figure in figures
        for other in document.printings[figure.cell, figure.period]
        if not other.number.agrees_with(figure.number)
    ]
    said = dict.fromkeys(
        f"{statement(document, [other]).text} ({place(other.printed_in, other.period)})"
        for other in others
    )
    return f" On lit ailleurs : {french.listing(said)}." if said else ""


def copied_texts(document: Document) -> Iterator[PrintedComparison]:
    """Look in the cells of a row for a sentence that is printed of another indicator (CPY)."""
    sections: dict[str, list[Passage]] = defaultdict(list)
    for passage in document.passages:
        for text in texts_of(passage):
            if len(plain(text).split()) >= LEAST_WORDS:
                sections[plain(text)].append(passage)
    words_of_labels = labels(document)
    for passage in document.cells:
        for text in texts_of(passage):
            others = [other for other in sections[plain(text)] if other is not passage]
            named = named_indicator(text, words_of_labels, document.indicators) if others else None
            if named not in {None, passage.indicator}:
                yield _sentence_alike(document, (passage, others[0]), text, named or "")


def _sentence_alike(
    document: Document, passages: tuple[Passage, Passage], text: str, named: str
) -> PrintedComparison:
    passage, other = passages
    shown, label = french.quoted(text), _quoted_label(document, named, passage.printed_in)
    return PrintedComparison(
        rule="CPY",
        indicator=passage.indicator,
        subject="texte",
        period=passage.period,
        first=Statement(shown, None, (place(passage.printed_in, passage.period),)),
        second=Statement(shown, None, (f"{other.section}, {place(other.printed_in)}",)),
        holds=False,
        explanation=f"Le texte de la case parle d'un autre indicateur, {label}.",
        question=WHOSE_TEXT,
    )
