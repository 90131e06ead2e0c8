"""Values that changed their scale or their level: ratios for rates, powers of ten, a new level.

Here: the values, the factor, and how many of a table have it. Not here: another rounding, of which
the numbers are not worked out again (``numbers_of_no_cell``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading, none_shows
from tests.readers.claims.sentence_tables import (
    tables_of_sentence,
)
from tests.readers.french_numerals import Token, shows

FORMS = Forms()


@FORMS.form(r"<agreeing> des <areas> territoires le montrent")
@FORMS.form(r"pris un à un dans <agreeing> des <areas> territoires")
@FORMS.form(r"dans <agreeing> des <areas> territoires, pris un à un")
def _areas_agree(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """The areas of which each shows, taken alone, what is said of all: no more than there are."""
    agreeing, areas = reading.token(match, "agreeing"), reading.token(match, "areas")
    counts = [len({key.area for key in table}) for table in tables_of_sentence(reading)]
    if not agreeing.value <= areas.value <= max(counts, default=0):
        yield areas, f"territoires de l'indicateur, par type : {counts}"


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
