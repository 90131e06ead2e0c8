"""A cell that changed: from one period to the next, or from what was published to what is received.

Here: both values, and by how many percent they differ. Not here: cells that move together
(``moving_tables``), a change of scale (``scale_changes``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading, none_shows
from tests.readers.french_numerals import Token, shows

FORMS = Forms()


@FORMS.form(r"[Ll]a valeur publiée était <was>, elle est maintenant <now>(?: \(<change>\))?")
@FORMS.form(r"<was>(?: [^{}.;]{0,20})?,? (?:devenu|devient|est devenu|→|révisé en) <now>")
def _revised(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    was, now = reading.token(match, "was"), reading.token(match, "now")
    period = reading.period(match)
    ever = reading.values(match.start(), period, ever=True)
    yield from none_shows(was, ever, f"cette cellule n'a jamais valu cela, {period}")
    yield from none_shows(now, reading.values(match.start(), period), "elle vaut cette nuit")
    if "change" in match.re.groupindex and match["change"]:
        yield from _change(reading.token(match, "change"), was, now, 0.05)


@FORMS.form(r"<P:period> : (?:<was>|(?P<word>rien|absent|aucune valeur)) publiée?, <now> reçue?")
def _received(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    (period,), now = reading.token(match, "period").codes, reading.token(match, "now")
    keys = reading.keys(match.start(), period)
    yield from none_shows(now, reading.values(match.start(), period), "la cellule vaut")
    if match["was"]:
        ever = [value for key in keys for value in reading.truth.releases.get(key, ())]
        published = [value for value in ever if value is not None]
        yield from none_shows(reading.token(match, "was"), published, "a été publié")


@FORMS.form(r"(?:absent|vide|masqué|sans objet), devenu <now>")
def _appeared(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    now, values = reading.token(match, "now"), reading.values(match.start(), reading.period(match))
    yield from none_shows(now, values, "la cellule vaut")


@FORMS.form(r"<was>, (?:devenu|devient) (?:absent|vide|masqué|sans objet)")
def _disappeared(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    was, period = reading.token(match, "was"), reading.period(match)
    ever = reading.values(match.start(), period, ever=True)
    yield from none_shows(was, ever, f"cette cellule n'a jamais valu cela, {period}")
    tonight = reading.values(match.start(), period)
    if tonight and not reading.scope.ever:
        yield was, f"la cellule a cette nuit une valeur : {tonight[0]:g}"


def _change(token: Token, was: Token, now: Token, step: float) -> Iterator[tuple[Token, str]]:
    if was.value and not shows(token, 100 * (now.value - was.value) / was.value, step):
        moved = 100 * (now.value - was.value) / was.value
        yield token, f"de {was.text} à {now.text}, l'évolution est {moved:+.1f} %"


@FORMS.form(
    r"<was>(?: en \{P[0-9]+\})?(?:,| puis| à| :) (?:[^{}.;]{0,12})<now>(?: en \{P[0-9]+\})? "
    r"\(<change>\)"
)
def _moved(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    was, now, change = (reading.token(match, name) for name in ("was", "now", "change"))
    if change.unit == "%":
        yield from _change(change, was, now, 0.5 if reading.scope.is_chart else 0.05)
    if reading.sentence.marked[: match.start()].endswith("passent ensemble de "):
        return
    for token in (was, now):
        periods = reading.truth.periods_of(reading.scope.indicator)
        indicators = [key.indicator for key in reading.keys(match.start(), "")]
        periods += [p for name in indicators for p in reading.truth.periods_of(name)]
        values = [v for p in set(periods) for v in reading.values(match.start(), p)]
        yield from none_shows(token, values, "les valeurs de la série sont")


@FORMS.form(r"passe de <was> à <now>")
def _passes(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    for name, period in (("was", reading.scope.period_before), ("now", reading.scope.period)):
        values = reading.values(match.start(), period)
        yield from none_shows(reading.token(match, name), values, f"la cellule vaut, en {period}")
