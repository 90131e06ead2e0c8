"""Totals and their details: sums, and details that are gone.

Here: what a total is, what its details add up to, what those were that are not given any more. Not
here: equations between indicators (``equations``), a category that all areas stop giving at once
(``coming_and_going_categories``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading, none_shows
from tests.readers.french_numerals import Token, shows
from tests.readers.station_truth import CellKey

FORMS = Forms()


@FORMS.form(
    r"(?:L|l)e (?P<what>total|numérateur du total|dénominateur du total) vaut <total> ; la somme "
    r"de ses détails \(<parts> [^,)]+(?:, dont <without> sans valeur)?\) vaut <sum>"
)
@FORMS.form(r"Total : <total> ; somme de <parts> détails : <sum>")
def _adds_up(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth = reading.scope, reading.truth
    period = reading.period(match)
    term = {"n": 3, "d": 4}.get((match.groupdict().get("what") or "t")[0], 0)
    total, parts, added = (reading.token(match, name) for name in ("total", "parts", "sum"))
    totals = [100.0, *(truth.cells[key][term] for key in truth.group(scope.indicator, period))]
    if not any(shows(total, value) for value in totals):
        yield total, f"aucune cellule de {period} ne vaut cela"
    for kind in truth.parts(scope.indicator, period):
        terms = [truth.cells[part][term] for part in kind]
        if parts.value == len(kind) and shows(added, sum(filter(None, terms))):
            return
    # What was taken back is added up as it was published, with what stands around it.
    if not (scope.ever and shows(added, total.value)):
        yield added, f"aucun groupe de {parts.text} détails de {period} ne fait cela"


@FORMS.form(
    r"<count> détails? disparus? \((?P<lost>(?:\{V[0-9]+\}(?:, )?)+)\)"
    r"(?: : <share> du total de la période)?"
)
def _share_lost(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    ranks = list(map(int, re.findall(r"\{V([0-9]+)\}", match["lost"])))
    lost = [reading.sentence.tokens[rank] for rank in ranks]
    reading.read.update(ranks)
    truth, scope = reading.truth, reading.scope
    gone = [
        truth.cells[key].value
        for key in truth.group(scope.indicator, scope.period_before)
        if (now := truth.cells.get(key._replace(period=scope.period))) is None or now.value is None
    ]
    for token in lost:
        yield from none_shows(token, gone, "les détails qui n'ont plus de valeur valaient")
    if (count := reading.token(match, "count")).value != len(lost):
        yield count, f"{len(lost)} sont nommés"
    if match["share"] is not None:
        key = CellKey(scope.indicator, scope.area or truth.region, scope.period_before)
        shares = [100 * sum(t.value for t in lost) / total for total in truth.values(key) if total]
        yield from none_shows(reading.token(match, "share"), shares, "la part perdue est", 0.05)


@FORMS.form(r"\{C[0-9]+\} \(<lost>\)|\{A[0-9]+\} \(<gone>\)")
def _lost(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, scope = reading.token(match, "lost" if match["lost"] else "gone"), reading.scope
    values = reading.values(match.end(), scope.period_before)
    if not scope.period_before:
        # What was taken back was published, in the same period.
        values = reading.values(match.end(), scope.period, ever=True)
    yield from none_shows(token, values, "la cellule valait")
