"""The pages of the indicators: values with what is held of them, and the text of each chart.

Here: reading Markdown as a browser shows it. Not here: making those pages, which are of the demo's
night (``make pages``) and whose station is therefore the demo's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import HELD, Discrepancy, Place, of_row, of_sentence, row_scope
from tests.readers.french_numerals import read_sentence
from tests.readers.rendered_pages import Block, Row, read_markdown
from tests.readers.station_truth import CellKey, StationTruth


def of_indicator_pages(pages: Mapping[str, str], truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the pages of the indicators, by the name of their file.

    Args:
        pages: Markdown by name.
        truth: What is so in the station that they speak of.
    """
    for name, page in pages.items():
        place = Place("page d'indicateur", name)
        scope = CardScope(indicator=name.removesuffix(".md"), area=truth.region)
        for piece in read_markdown(page):
            if isinstance(piece, Row):
                yield from _of_table(place, piece, scope, truth)
            elif isinstance(piece, Block) and piece.tag == "alt":
                alternative = replace(scope, is_chart=True)
                yield from of_sentence(place, piece.text, alternative, truth)


def _of_table(
    place: Place, row: Row, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """A row of values: each is so, and each that is held says it."""
    heads = [read_sentence(head, truth.lexicon).tokens for head in row.heads[1:]]
    if not row.under.get("h2", "").startswith("Valeurs") or not any(heads):
        return
    yield from of_row(place, row, scope, truth)
    own = row_scope(row.cells[0], scope, truth, row.heads[0])
    for tokens, shown in zip(heads, row.cells[1:], strict=False):
        period = next((code for token in tokens for code in token.codes if token.kind == "P"), "")
        key = own and CellKey(own.indicator, own.area, period, own.category)
        if key in truth.held and not HELD.search(shown):
            yield place.found(" | ".join(row.cells), shown, "la publication retient cette cellule")
