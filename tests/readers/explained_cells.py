"""The pages that explain each cell: its values over time, and the rows of extracts behind it.

Here: each claim of a page against the cell it stands under, each row against the landed file. Not
here: pages that were found right and have not changed since, which are not read twice.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import Discrepancy, Place, of_sentence
from tests.readers.french_numerals import NUMERALS, read_sentence, shows
from tests.readers.rendered_pages import Block, Row, read_html
from tests.readers.station_truth import CellKey, Figure, StationTruth, bare

FOUND_RIGHT: set[str] = set()
MOMENT = re.compile(NUMERALS.pattern.partition("|(?P<quarter>")[0])


def of_explanations(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the page of every indicator, unless the same page was found right of the same cells."""
    for path in sorted((truth.home / "reports" / "current" / "explications").glob("*.html")):
        page = path.read_text("utf-8")
        mark = _fingerprint(path.stem, page, truth)
        if mark in FOUND_RIGHT:
            continue
        found = list(_of_page(path, page, truth))
        if not found:
            FOUND_RIGHT.add(mark)
        yield from found


def _fingerprint(indicator: str, page: str, truth: StationTruth) -> str:
    """Of a page without its moments, and of all that is so of its indicator."""
    ever = {key: sorted({str(value) for value in told}) for key, told in truth.releases.items()}
    facts = [
        sorted((key, value) for key, value in table.items() if key.indicator == indicator)
        for table in (truth.cells, truth.vintages, truth.released, truth.before_last, ever)
    ]
    held = sorted(key for key in truth.held if key.indicator == indicator)
    signed = [decision for decision in truth.decisions if decision["indicator"] == indicator]
    content = f"{MOMENT.sub('', page)}{facts}{held}{signed}"
    return hashlib.sha256(content.encode()).hexdigest()


def _of_page(path: Path, page: str, truth: StationTruth) -> Iterator[Discrepancy]:
    place = Place("explication", f"reports/current/explications/{path.name}")
    scope = CardScope(indicator=path.stem)
    rows: dict[str, list[tuple[Row, CardScope]]] = defaultdict(list)
    for piece in read_html(page):
        if isinstance(piece, Row):
            source = re.search(r"lignes? de (\w+)", piece.under.get("caption", ""))
            rows[source[1] if source else ""].append((piece, scope))
        elif isinstance(piece, Block) and piece.tag == "summary":
            scope = _cell_scope(piece, path.stem, truth)
            yield from _of_summary(place, piece, scope, truth)
        elif isinstance(piece, Block) and piece.tag not in {"pre", "caption", "h1", "dt"}:
            yield from _of_block(place, piece, scope, truth)
    for source, of_source in rows.items():
        yield from _of_rows(place, source, of_source, truth)


def _cell_scope(block: Block, indicator: str, truth: StationTruth) -> CardScope:
    tokens = read_sentence(block.text, truth.lexicon).tokens
    periods = [c for t in read_sentence(block.under.get("h2", ""), truth.lexicon).tokens
               for c in t.codes if t.kind == "P"]  # fmt: skip
    areas = [code for t in tokens if t.kind == "A" for code in t.codes if t.text == code]
    categories = [code for t in tokens if t.kind == "C" for code in t.codes]
    named = re.search(r" · (.+?) (?:REG|DEP|ZE2020|EPCI|CLPE|FR)", block.text)
    period = periods[0] if periods else ""
    before = [p for p in truth.periods_of(indicator) if p < period]
    category = categories[0] if categories else named[1] if named else "_T"
    return CardScope(
        indicator, areas[0] if areas else "", category, period, before[-1] if before else ""
    )


def _key(scope: CardScope) -> CellKey:
    return CellKey(scope.indicator, scope.area, scope.period, scope.category)


def _of_summary(
    place: Place, block: Block, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """The line that is opened: the value, and whether it is published."""
    key = _key(scope)
    if key not in truth.cells and key not in truth.released:
        if scope.area:
            yield place.found(block.text, block.text, f"aucune cellule {' '.join(key)}")
        return
    tail = block.text.rpartition(scope.area)[2]
    yield from _of_figure(place, tail, [truth.cells.get(key) or truth.released[key]], truth)
    for word, is_so in (("retenu", key in truth.held), ("publié", key not in truth.held)):
        if re.search(rf"(?<!jamais ){word}e?s?$", block.text) and not is_so:
            yield place.found(block.text, word, "la publication en vigueur dit le contraire")


def _of_figure(
    place: Place, text: str, figures: list[Figure], truth: StationTruth
) -> Iterator[Discrepancy]:
    """A value with its unit, and the terms of a rate: « 66,8 % (1 534 sur 2 297) »."""
    values = [token for token in read_sentence(text, truth.lexicon).tokens if token.kind == "V"]
    terms = values[1:3] if " sur " in text else []
    for figure in figures:
        shown = [figure.value, figure.numerator, figure.denominator]
        if values and all(map(shows, [values[0], *terms], shown)):
            return
        if not values and figure.value is None:
            return
    yield place.found(text, values[0].text if values else text, f"il y a {figures}")


def _of_block(
    place: Place, block: Block, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    key, label, heading = _key(scope), block.under.get("dt"), block.under.get("h3", "")
    released = [truth.released[key]] if key in truth.released else []
    if not block.ids or not block.ids[-1].startswith("cellule-"):
        if block.tag == "p":
            yield from of_sentence(place, block.text, scope, truth)
    elif block.tag == "dd" and label in {"Empreinte SHA-256", "Source", "Note du producteur"}:
        return
    elif block.tag == "dd" and label == "Valeur reçue":
        yield from _of_figure(
            place, block.text, [truth.cells[key]] if key in truth.cells else [], truth
        )
    elif block.tag == "dd" and label == "Publié" and "Rien" not in block.text:
        yield from _of_figure(place, block.text.partition(", dans la pub")[0], released, truth)
    elif block.tag == "dd" and label == "Avant la rupture":
        yield from _of_pre_break(place, block, key, truth)
    elif block.tag == "li" and heading in {"Millésimes", "Publications"}:
        yield from _of_past(place, block, key, truth)
    elif heading == "Lignes des extraits" and block.tag == "p":
        yield from _of_count(place, block, key, truth)
    elif not block.text.startswith("extract/"):
        # What was taken back is judged as it was published, and the page says so.
        own = replace(
            scope,
            ever=heading == "Décisions"
            or (heading == "Contrôles" and key.indicator in dict(truth.taken_back())),
        )
        text = re.sub(r"\bde \S+(?= \()", "", block.text)  # an address is no number
        yield from of_sentence(place, text, own, truth)


def _of_pre_break(
    place: Place, block: Block, key: CellKey, truth: StationTruth
) -> Iterator[Discrepancy]:
    period, value = truth.pre_breaks.get(key, ("", None))
    tokens = read_sentence(block.text, truth.lexicon).tokens
    told = {code for token in tokens if token.kind == "P" for code in token.codes}
    if told != {period} or not any(shows(t, value) for t in tokens if t.kind == "V"):
        yield place.found(block.text, block.text, f"la publication dit {value} en {period}")


def _of_past(
    place: Place, block: Block, key: CellKey, truth: StationTruth
) -> Iterator[Discrepancy]:
    text, _, rest = block.text.partition(", vu à partir")
    if rest:
        figures = truth.vintages.get(key, [])
    else:
        text = text.partition(", à partir de")[0]
        figures = [Figure(value, "", "") for value in truth.releases.get(key, ())]
        text = text.partition(" (")[0]
    if not re.match(r"Aucun|Cette valeur", text):
        yield from _of_figure(place, text, figures, truth)


def _of_count(
    place: Place, block: Block, key: CellKey, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Read how many rows there are, and what they add up to."""
    told = re.match(r"([\d\u202f\xa0]+) lignes?", block.text)
    cells = truth.row_counts.get(key, 0)
    if told and int(re.sub(r"\D", "", told[1])) != cells:
        yield place.found(block.text, told[1], f"l'entrepôt a {cells} lignes pour cette cellule")
    summed = re.search(r"qui font (.+ sur [^,.]+(?:,\d+)?)", block.text)
    figure = truth.cells.get(key)
    if summed and figure:
        terms = [t for t in read_sentence(summed[1], truth.lexicon).tokens if t.kind == "V"]
        if not all(map(shows, terms, (figure.numerator, figure.denominator))):
            yield place.found(block.text, summed[1], f"la cellule a {figure[3:]}")


def _of_rows(
    place: Place, source: str, rows: list[tuple[Row, CardScope]], truth: StationTruth
) -> Iterator[Discrepancy]:
    """Each row is, text for text, that of its line in the landed file."""
    path = truth.home / "landed" / f"{source}.parquet"
    if not path.exists():
        yield place.found(source, source, "ce fichier n'est pas parmi les extraits")
        return
    lines = sorted({int(row.cells[0]) for row, _ in rows})
    query = f"select * from '{path}' where _line in ({', '.join(map(str, lines))})"
    table = duckdb.execute(query)
    names = [column[0] for column in table.description or []]
    landed: dict[int, list[dict[str, object]]] = defaultdict(list)
    for record in table.fetchall():
        known = dict(zip(names, record, strict=True))
        landed[int(str(known["_line"]))].append(known)
    for row, _ in rows:
        if not any(_is_row(row, record) for record in landed[int(row.cells[0])]):
            yield place.found(
                " | ".join(row.cells), row.cells[0], "l'extrait a autre chose à cette ligne"
            )


def _is_row(row: Row, record: dict[str, object]) -> bool:
    """Whether a row is its record: its texts as they are, then the numbers that it brings."""
    numbers = {_number(str(value)) for value in record.values() if value is not None}
    seen = set()
    for name, text in zip(row.heads[1:], row.cells[1:], strict=False):
        if name in record and name not in seen:
            if bare(str(record[name] or "")) != bare(text):
                return False
        elif text and _number(text) not in numbers:
            return False
        seen.add(name)
    return True


def _number(text: str) -> float | str:
    """Return a number to the six decimals that the warehouse keeps, or the text."""
    written = bare(text).replace(",", ".")
    is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", written)
    return round(float(written), 6) if is_number else written
