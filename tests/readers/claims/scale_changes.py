"""Values that changed their scale or their level: ratios for rates, powers of ten, a new level.

Here: the values, the factor, and how many of a table have it. Not here: another rounding, of which
the numbers are not worked out again (``numbers_of_no_cell``).
"""

import re
from collections.abc import Iterator
from math import exp, log
from statistics import median

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading, none_shows
from tests.readers.claims.sentence_tables import Pair, growth_of, pairs_of_cells
from tests.readers.french_numerals import Token, shows
from tests.readers.station_truth import CellKey

FORMS = Forms()
FACTORS = {2.0, *(10.0**power for power in range(1, 7))}
"""What a value may be multiplied or divided by."""


@FORMS.form(
    r"<was> puis <now> : la valeur semble (?P<how>multipliée|divisée) par <factor>"
    r"(?P<whole>[^{}]*? Pris un à un, <agreeing> des <areas> territoires le montrent)?"
)
def _rescaled(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A value that was multiplied: by what, alone or with its category in all areas."""
    was, now, factor = (reading.token(match, name) for name in ("was", "now", "factor"))
    before = reading.values(match.start(), reading.scope.period_before)
    after = reading.values(match.start(), reading.scope.period)
    yield from none_shows(was, before, "la cellule valait")
    yield from none_shows(now, after, "la cellule vaut")
    if factor.value not in FACTORS:
        yield factor, "ce n'est ni deux ni une puissance de dix"
        return
    shift = log(factor.value) * (1 if match["how"] == "multipliée" else -1)
    moves = [log(b / a) for a in before for b in after if a > 0 and b > 0]
    if match["whole"]:
        yield from _areas_rescaled(reading, match, shift)
    else:
        moves = [move - usual for move in moves for usual in _usual_moves(reading, match)]
    if not any(abs(move - shift) <= abs(move) for move in moves):
        yield factor, f"la valeur est multipliée par {[round(exp(move), 4) for move in moves]}"


def _usual_moves(reading: ClaimReading, match: re.Match[str]) -> Iterator[float]:
    """Yield the median of what the other areas did in this category."""
    own = {key.area for key in reading.keys(match.start(), reading.scope.period)}
    pairs = [pair for key, pair in _in_all_areas(reading, match).items() if key.area not in own]
    if pairs:
        yield median(log(now / was) for was, now in pairs)


def _in_all_areas(reading: ClaimReading, match: re.Match[str]) -> dict[CellKey, Pair]:
    """Return what a category holds in the areas of its type, where it is more than nothing."""
    keys = reading.keys(match.start(), reading.scope.period)
    kinds = {(key.indicator, key.area.partition("-")[0], key.category) for key in keys}
    cells = [
        key
        for indicator in {key.indicator for key in keys}
        for key in reading.truth.group(indicator, reading.scope.period)
        if (key.indicator, key.area.partition("-")[0], key.category) in kinds
    ]
    return {key: pair for key, pair in pairs_of_cells(reading, cells).items() if min(pair) > 0}


def _areas_rescaled(
    reading: ClaimReading, match: re.Match[str], shift: float
) -> Iterator[tuple[Token, str]]:
    """Yield a fault unless as many areas, of all that have two values, are nearer to the factor."""
    areas, agreeing = reading.token(match, "areas"), reading.token(match, "agreeing")
    pairs = list(_in_all_areas(reading, match).values())
    # Counts are compared by a half more than they are, which decides for a few small ones.
    near = {
        sum(abs(move - shift) <= abs(move) for move in moves)
        for moves in (
            [log(now / was) for was, now in pairs],
            [log(growth_of([pair])) for pair in pairs],
        )
    }
    if areas.value != len(pairs):
        yield areas, f"{len(pairs)} territoires ont cette catégorie dans les deux périodes"
    if agreeing.value not in near:
        yield agreeing, f"territoires qui le montrent, pris un à un : {near}"


@FORMS.form(
    r"(?:<ratios> des <rates>|Tous les) pourcentages de l'indicateur sont entre <low> et <high> : "
    r"sont-ce des rapports \(<value>\) plutôt que des pourcentages \(<percent>\)"
)
def _ratios(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Rates that may be ratios: how many they are, and the same number said both ways."""
    value, percent = reading.token(match, "value"), reading.token(match, "percent")
    if not shows(percent, 100 * value.value, 0.5 * 10.0 ** (2 - value.decimals)):
        yield percent, f"{value.text} fait {100 * value.value:g} %"
    yield from none_shows(
        value, reading.values(match.start(), reading.scope.period), "la cellule vaut"
    )
    if match["ratios"]:
        ratios, rates = reading.token(match, "ratios"), reading.token(match, "rates")
        cells = [
            figure.value
            for key, figure in reading.truth.cells.items()
            if key.indicator == reading.scope.indicator and figure.value is not None
        ]
        between = sum(0 <= figure <= 1 for figure in cells)
        if not ratios.value <= between or not ratios.value < rates.value <= len(cells):
            yield ratios, f"{between} sont entre 0 et 1, de {len(cells)}"


@FORMS.form(
    r"Depuis <P:since>, <points> valeurs de suite, la série est à un autre niveau : de l'ordre de "
    r"<latest> en moyenne, quand ce qui précède faisait attendre <former>"
)
def _new_level(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A lone series at another level: its values since, and those before, told by their extent."""
    (since,) = reading.token(match, "since").codes
    points, latest, former = (reading.token(match, name) for name in ("points", "latest", "former"))
    keys = {key._replace(period="") for key in reading.keys(match.start(), "")}
    series = [
        (key.period, figure.value)
        for key, figure in reading.truth.cells.items()
        if key._replace(period="") in keys and key.period <= reading.scope.period
    ]
    now = [value for period, value in series if value is not None and period >= since]
    was = [value for period, value in series if value is not None and period < since]
    if points.value != len(now):
        yield points, f"la série a {len(now)} valeurs depuis {since}"
    for token, values, slack in ((latest, now, 0.0), (former, was, 1.0)):
        low, high = min(values, default=0.0), max(values, default=0.0)
        room = slack * (high - low) + 10**-token.decimals
        if not low - room <= token.value <= high + room:
            yield token, f"ces valeurs vont de {low:g} à {high:g}"


@FORMS.form(
    r"donne <printed> pour <P:period> ; la valeur reçue, <now>, est <times> fois plus "
    r"(?:grande|petite)"
)
def _magnitude(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    printed, now, times = (reading.token(match, name) for name in ("printed", "now", "times"))
    (period,) = reading.token(match, "period").codes
    truth = reading.truth
    values = reading.values(match.start(), reading.scope.period)
    yield from none_shows(now, values, "la cellule vaut")
    figures = [
        value
        for key in reading.keys(match.start(), period)
        for value in [*truth.values(key, ever=True), *truth.printed_as(key)]
    ]
    yield from none_shows(printed, figures, "le bilan, la publication et les dépôts disent")
    ratios = (
        [max(printed.value, now.value) / min(printed.value, now.value)] if printed.value else []
    )
    yield from none_shows(times, ratios, "le rapport est", 0.06)
