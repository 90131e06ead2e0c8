"""How much a finding covers: its cells and periods, what it holds, what stands around it.

Here: counts of cells of findings, of tables and of publications. Not here: what those cells hold.
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.french_numerals import Token
from tests.readers.station_truth import finding_cells

FORMS = Forms()


@FORMS.form(r"(?P<les>[Ll]es|Ces) <count> cellules")
def _cells_of_finding(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "count")
    cells = finding_cells(reading.truth.findings.get(reading.scope.finding, {}))
    held = reading.truth.held_by[reading.scope.finding]
    if token.value not in {len(cells), held} or not held:
        yield token, f"le constat a {len(cells)} cellules, dont {held} que la publication retient"


@FORMS.form(r"Constaté pour <count> périodes, de <P:first> à <P:last>")
def _periods_of_finding(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "count")
    keys = finding_cells(reading.truth.findings.get(reading.scope.finding, {}))
    periods = sorted({key.period for key in keys})
    if keys and token.value != len(periods):
        yield token, f"le constat a {len(periods)} périodes"
    for name, period in (("first", periods[:1]), ("last", periods[-1:])):
        if period and not set(period) & reading.token(match, name).codes:
            yield reading.token(match, name), f"cette période du constat est {period[0]}"


@FORMS.form(r"<count> cellules? reste(?:nt)? retenues? par (?:un autre|d'autres) constats?")
def _held_by_others(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth = reading.token(match, "count"), reading.truth
    keys = finding_cells(truth.findings.get(reading.scope.finding, {}))
    if token.value != len(keys & truth.held):
        yield token, f"la publication retient {len(keys & truth.held)} cellules de ce constat"


@FORMS.form(r"<count> autres? cellules? du même tableau")
def _table_taken_along(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth, scope = reading.token(match, "count"), reading.truth, reading.scope
    own = finding_cells(truth.findings.get(scope.finding, {}))
    table = {
        key for key in truth.held if (key.indicator, key.period) == (scope.indicator, scope.period)
    }
    if token.value != len(table - own):
        yield token, f"la publication retient {len(table - own)} autres cellules de ce tableau"


@FORMS.form(
    r"<count> valeurs? de ce tableau (?:n'|ne )?(?:est|sont) "
    r"(?P<what>pas dans la publication|d'un dépôt antérieur)"
)
def _caveat(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth, scope = reading.token(match, "count"), reading.truth, reading.scope
    here = (scope.indicator, scope.period)
    table = [key for key in truth.held if (key.indicator, key.period) == here]
    kept = {key: truth.released[key].value for key in table if key in truth.released}
    moved = [key for key in kept if truth.values(key) != [kept[key]]]
    older = [key for key in moved if kept[key] is not None]
    out = {*table} - kept.keys() | {*moved} - {*older}
    is_older = match["what"].startswith("d'un")
    number = len(older) if is_older else len(out) + truth.excluded[here]
    if token.value != number:
        yield token, f"il y en a {number}"


@FORMS.form(r"<revised> valeurs? révisées?, sur <published> publiées? de cette période")
def _revisions(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    truth, scope = reading.truth, reading.scope
    before = {
        key: value
        for key, value in truth.before_last.items()
        if key.indicator == scope.indicator and key.period == scope.period and value is not None
    }
    # What was taken back is looked at as it was published.
    gone = [key for key in before if reading.scope.ever and truth.values(key) in ([], [None])]
    revised = sum(truth.values(key) != [value] for key, value in before.items()) - len(gone)
    for name, number in (("revised", revised), ("published", len(before))):
        token = reading.token(match, name)
        if truth.before_last and token.value != number:
            yield token, f"la publication précédente en dit {number}"


@FORMS.form(r"Cellules de <P:period> qui ont une ligne, ou ne peuvent exister : <rows>")
def _rows(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "rows"), reading.token(match, "period").codes
    truth = reading.truth
    cells = truth.group(reading.scope.indicator, period)
    given = sum(truth.cells[key].status not in {"L", "Y"} for key in cells)
    was = sum((k.indicator, k.period) == (reading.scope.indicator, period) for k in truth.released)
    if token.value not in {given, was if reading.scope.ever else given}:
        yield token, f"{given} cellules de cette période ont une ligne"
