"""Categories that are new, and categories that are not given any more.

Here: in how many areas, of how many, and what they make in all. Not here: a detail of one total
that is gone (``totals_and_details``), a category that goes into another (``redefined_categories``).
"""

import re
from collections import Counter
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading, none_shows
from tests.readers.claims.sentence_tables import is_in_both
from tests.readers.french_numerals import Token
from tests.readers.station_truth import TOTAL

FORMS = Forms()


@FORMS.form(
    r"donnée d'un coup par <areas> des <reporting> territoires qui répondaient déjà "
    r"\((?P<term>dénominateur : )?<total> en tout\)"
)
@FORMS.form(r"entrée dans <areas> des <reporting> territoires à la fois")
def _entered(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that entered everywhere: who gives it, of those that go on, and what it makes."""
    scope, truth = reading.scope, reading.truth
    codes = reading.categories(match)
    named = match.groupdict()
    claimed = [
        reading.token(match, name).value
        for name in ("areas", "reporting", "total")
        if name in named
    ]
    now = truth.group(scope.indicator, scope.period)
    seen = []
    for kind in {key.area.partition("-")[0] for key in now}:
        of_kind = [key for key in now if key.area.startswith(f"{kind}-") and key.category != TOTAL]
        went_on = {key.area for key in of_kind if is_in_both(reading, key)}
        own = [key for key in of_kind if key.category in codes and truth.cells[key].value]
        total = sum(truth.cells[key][4 if named.get("term") else 0] or 0.0 for key in own)
        seen.append([len({key.area for key in own} & went_on), len(went_on), total])
    if claimed not in [extent[: len(claimed)] for extent in seen] and not scope.ever:
        yield reading.token(match, "areas"), f"territoires, territoires en tout, total : {seen}"


@FORMS.form(r"[Cc]atégorie nouvelle en \{P[0-9]+\} \((?P<term>dénominateur : )?<total> en tout\)")
def _entered_alone(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth, total = reading.scope, reading.truth, reading.token(match, "total")
    codes = reading.categories(match)
    values = [
        float(truth.cells[key][4 if match["term"] else 0] or 0.0)
        for key in truth.group(scope.indicator, scope.period)
        if key.category in codes
    ]
    yield from none_shows(total, values, "la catégorie vaut")


@FORMS.form(r"<still> autres? la donne(?:nt)? encore")
def _still_given(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth, still = reading.scope, reading.truth, reading.token(match, "still")
    codes = reading.categories(match)
    given = [
        key.area.partition("-")[0]
        for key in truth.group(scope.indicator, scope.period)
        if key.category in codes and truth.cells[key].value is not None
    ]
    if still.value not in Counter(given).values():
        yield still, f"la donnent encore : {dict(Counter(given))}"


@FORMS.form(r"<areas> territoires la donnaient en <P:before>(?: \(<total> en tout\))?")
def _gone_together(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that several areas do not give any more, and what it was in all of them."""
    scope, truth = reading.scope, reading.truth
    (before,) = reading.token(match, "before").codes
    codes = reading.categories(match)
    lost: dict[str, list[float]] = {}
    for key in truth.group(scope.indicator, before):
        value = truth.cells[key].value
        now = truth.cells.get(key._replace(period=scope.period))
        if key.category in codes and value is not None and (now is None or now.value is None):
            lost.setdefault(key.area.partition("-")[0], []).append(value)
    areas = reading.token(match, "areas")
    sums = [sum(values) for values in lost.values() if len(values) == areas.value]
    if not sums:
        yield areas, f"territoires qui ne la donnent plus : {[len(v) for v in lost.values()]}"
    elif match["total"]:
        yield from none_shows(reading.token(match, "total"), sums, "en tout, c'était")
