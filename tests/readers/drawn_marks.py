"""What a chart shows: its words, the points it draws as held or published, lengths and heights.

Here: reading the SVG that Matplotlib writes, mark by mark. Not here: who draws it; the pictures of
mails, which are the same drawing as pixels and are read by their alternative text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from tests.readers.claims.claim_check import check
from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import Discrepancy, Place, of_row, of_sentence
from tests.readers.french_numerals import Token, read_sentence, shows
from tests.readers.rendered_pages import Row
from tests.readers.station_truth import CellKey, StationTruth

HOLLOW, ZERO, OWN = "#ffffff", "#c9ccd1", "#1f3d6d"
BARS = ("#a9bcd6", "#1f3d6d")
PIXEL = 1.5
BARS_TOLD = re.compile(r"(?P<periods>[^.:]+)\. (?P<bars>.+?)\. (?P<series>[^.]+ : .*)$")


@dataclass(frozen=True)
class Mark:
    """A point that is drawn: where, and whether it is hollow."""

    x: float
    y: float
    is_hollow: bool


@dataclass(frozen=True)
class Chart:
    """A chart that is read: where, its drawing, the text that says the same, its main series.

    Attributes:
        place: Where it is read.
        root: Its SVG.
        told: Its alternative text.
        keys: The cell of each period of its main series.
        truth: What is so.
    """

    place: Place
    root: ET.Element
    told: str
    keys: dict[str, CellKey]
    truth: StationTruth

    @property
    def panels(self) -> list[ET.Element]:
        """Its axes, in the order in which they are drawn: bars above, the series below."""
        return [g for g in self.root.iter() if "axes_" in g.attrib.get("id", "")]

    def found(self, number: str, why: str, sentence: str = "") -> Discrepancy:
        """Return a discrepancy in this chart."""
        return self.place.found(sentence or self.told, number, why)


def of_drawing(
    place: Place, source: str, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Yield what is wrong in a chart: its title, its alternative text, its labels, its marks."""
    root = ET.fromstring(source)  # noqa: S314 written by the code under test, read by its tests
    told = {_local(element): element.text or "" for element in root if element.text}
    yield from of_sentence(place, told.get("title", ""), scope, truth)
    alternative = told.get("desc", "")
    yield from of_alternative(place, alternative, scope, truth)
    chart = Chart(place, root, alternative, _series(alternative, scope, truth), truth)
    yield from _of_labels(chart)
    if chart.panels:
        yield from _of_marks(chart)
        yield from _of_bars(chart)


def of_alternative(
    place: Place, text: str, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Read the alternative text: the bars of one or two periods, then a sentence a series."""
    text = text.replace("\N{NO-BREAK SPACE}:", " :").replace("\N{NO-BREAK SPACE};", " ;")
    bars = _bars_told(text)
    if bars:
        heads = bars["periods"].split(" puis ")
        for bar in bars["bars"].split(" ; "):
            label, _, values = bar.rpartition(" : ")
            row = Row(("", *heads), (label, *values.split(" puis ")), {"caption": text})
            yield from of_row(place, row, scope, truth)
        text = bars["series"]
    for sentence in re.split(r"(?<=[^.])\. (?=[^a-z])", text):
        yield from of_sentence(place, sentence, replace(scope, is_chart=True), truth)


def _bars_told(text: str) -> re.Match[str] | None:
    """Return the periods and the bars that an alternative text begins by, when it does."""
    bars = BARS_TOLD.match(text)
    return bars if bars and not re.search(r" en [0-9]", bars["bars"]) else None


def _periods(text: str, truth: StationTruth) -> list[str]:
    return [token.text for token in read_sentence(text, truth.lexicon).tokens if token.kind == "P"]


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _of_labels(chart: Chart) -> Iterator[Discrepancy]:
    """Each number written in the chart is one of its alternative text; changes are recomputed."""
    tokens = read_sentence(chart.told, chart.truth.lexicon).tokens
    values = [token.value for token in tokens if token.kind == "V"]
    for text in _texts(chart.root):
        written = read_sentence(text, chart.truth.lexicon).tokens
        numbers = [token for token in written if token.kind == "V"]
        if "base 100" in text:
            continue
        for rank, token in enumerate(numbers):
            if rank and token.unit == "%":
                yield from _of_change(chart, text, numbers[0], token, values)
            elif token.value not in values:
                yield chart.found(token.text, "ce nombre n'est pas dans le texte", text)


def _of_change(
    chart: Chart, text: str, end: Token, change: Token, values: Sequence[float]
) -> Iterator[Discrepancy]:
    moves = [100 * (end.value - start) / start for start in values if start]
    units = {chart.truth.cells[key].unit for key in chart.keys.values()}
    if not any(shows(change, move, 0.5) for move in moves):
        yield chart.found(change.text, "cette évolution ne suit d'aucune des valeurs", text)
    if len(units) > 1:
        yield chart.found(change.text, f"une évolution entre deux unités : {sorted(units)}", text)


def _texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter() if _local(element) == "text"]


def _series(alternative: str, scope: CardScope, truth: StationTruth) -> dict[str, CellKey]:
    """Return the cell of each period of the main series, as the alternative text tells it."""
    sentences = re.findall(r"([^.;]+ : [^.;]*? en [^.;]+)", alternative)
    reading = check(sentences[0] if sentences else "", scope, truth)
    periods = [next(iter(t.codes)) for t in reading.sentence.tokens if t.kind == "P"]
    values = [token for token in reading.sentence.tokens if token.kind == "V"]
    for category in dict.fromkeys((scope.category, "_T")):
        keys = {p: CellKey(scope.indicator, scope.area, p, category) for p in periods}
        numbers = [truth.cells[key].value for key in keys.values() if key in truth.cells]
        known = [number for number in numbers if number is not None]
        if len(known) == len(values) and all(map(shows, values, known)):
            return {period: key for period, key in keys.items() if key in truth.cells}
    return {}


def _of_marks(chart: Chart) -> Iterator[Discrepancy]:
    """A hollow point is a held cell, a full one is not; heights are as their values."""
    panel, truth = chart.panels[-1], chart.truth
    marks, zero = _marks(panel), _zero(panel)
    points = []
    for period, x in _ticks(panel).items():
        key = chart.keys.get(read_period(period, truth))
        here = [mark for mark in marks if abs(mark.x - x) < PIXEL]
        if key is None or truth.cells[key].value is None or not here:
            continue
        is_hollow = any(mark.is_hollow for mark in here)
        if is_hollow != (key in truth.held):
            state = "retient" if key in truth.held else "ne retient pas"
            drawn = "retenu" if is_hollow else "publié"
            yield chart.found(period, f"point dessiné « {drawn} » : la publication {state}")
        if zero is not None:
            points.append((period, zero - here[0].y, truth.cells[key].value or 0.0))
    yield from _out_of_proportion(chart, points)


def read_period(text: str, truth: StationTruth) -> str:
    """Return the code of a period as it is written."""
    tokens = read_sentence(text, truth.lexicon).tokens
    return next((code for token in tokens if token.kind == "P" for code in token.codes), text)


def _ticks(axes: ET.Element) -> dict[str, float]:
    ticks = [g for g in axes.iter() if "xtick_" in g.attrib.get("id", "")]
    texts = [text for tick in ticks for text in tick.iter() if _local(text) == "text"]
    return {
        "".join(text.itertext()): float(text.attrib["x"]) for text in texts if "x" in text.attrib
    }


def _marks(axes: ET.Element) -> list[Mark]:
    """Return the points of the main series: those whose outline has its colour, legend aside."""
    return [
        Mark(
            float(use.attrib["x"]),
            float(use.attrib["y"]),
            HOLLOW in use.attrib["style"].partition("stroke")[0],
        )
        for line in axes
        if "line2d_" in line.attrib.get("id", "")
        for use in line.iter()
        if _local(use) == "use" and OWN in use.attrib.get("style", "")
    ]


def _zero(axes: ET.Element) -> float | None:
    for path in axes.iter():
        if _local(path) == "path" and ZERO in path.attrib.get("style", ""):
            return float(path.attrib["d"].split()[2])
    return None


def _out_of_proportion(
    chart: Chart, points: Sequence[tuple[str, float, float]]
) -> Iterator[Discrepancy]:
    """Yield the marks whose length is not, beside that of the largest, as its value is."""
    if not points:
        return
    _, longest, largest = max(points, key=lambda point: abs(point[2]))
    for name, length, value in points:
        if largest and abs(length - longest * value / largest) > PIXEL:
            yield chart.found(name, f"la marque ne mesure pas {value:g} comme les autres")


def _of_bars(chart: Chart) -> Iterator[Discrepancy]:
    bars = _bars_told(chart.told)
    if not bars or len(chart.panels) < 2:
        return
    pairs = [bar.rpartition(" : ") for bar in bars["bars"].split(" ; ")]
    colours = BARS[-max(1, len(_periods(bars["periods"], chart.truth))) :]
    points = []
    for side, colour in enumerate(colours):
        lengths = _lengths(chart.panels[0], colour)
        for (label, _, values), length in zip(pairs, lengths, strict=False):
            told = values.split(" puis ")
            if len(told) != len(colours):
                yield chart.found(values, "une valeur par période, ni plus ni moins")
                return
            numbers = read_sentence(told[side], chart.truth.lexicon).tokens
            value = next((token.value for token in numbers if token.kind == "V"), 0.0)
            points.append((label, length, value))
    yield from _out_of_proportion(chart, points)


def _lengths(axes: ET.Element, colour: str) -> list[float]:
    lengths = []
    for patch in axes:
        for path in patch.iter() if "patch_" in patch.attrib.get("id", "") else ():
            if _local(path) == "path" and colour in path.attrib.get("style", "").partition(";")[0]:
                numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])]
                lengths.append(max(numbers[::2]) - min(numbers[::2]))
    return lengths
