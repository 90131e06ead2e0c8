"""Tables that move as a whole: how many series, their sums, how many go the same way.

Here: all series of a table, or all but one. Not here: an area or a category that does what the
others do not (``departures_from_others``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.claims.sentence_tables import (
    pairs_of_cells,
    tables_of_sentence,
)
from tests.readers.french_numerals import Token, shows

FORMS = Forms()


@FORMS.form(
    r"les <series> (?P<others>autres )?séries du (?:même )?tableau passent ensemble de <was> à <is>"
)
def _siblings_sum(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """The series beside one, or all of a panel: their number, and their sum in each period."""
    scope, truth = reading.scope, reading.truth
    tokens = [reading.token(match, name) for name in ("series", "was", "is")]
    own = reading.keys(match.start(), scope.period)
    for panel in [*truth.parts(scope.indicator, scope.period), *tables_of_sentence(reading)]:
        values = [
            (was.value, truth.cells[key].value)
            for key in panel
            if (was := truth.cells.get(key._replace(period=scope.period_before)))
            and not (match["others"] and key in own)
        ]
        pairs = [(was, now) for was, now in values if was is not None and now is not None]
        sums = [len(pairs), *(sum(side) for side in zip(*pairs, strict=True))] if pairs else []
        if len(sums) == len(tokens) and all(map(shows, tokens, map(float, sums))):
            return
    if not scope.ever:
        yield tokens[0], "aucun groupe de séries du tableau ne fait cela"


@FORMS.form(
    r"les <series> séries du tableau (?:bougent ensemble|passent ensemble de <was> à <is>"
    r"(?: \(<change>\))?), et <agreeing> vont dans ce sens prises une à une"
)
def _event(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A table that moves as a whole: how many of its series go where most of them do."""
    series, agreeing = (reading.token(match, name) for name in ("series", "agreeing"))
    seen = []
    for table in tables_of_sentence(reading):
        moves = [now - was for was, now in pairs_of_cells(reading, table).values()]
        along = max(sum(move > 0 for move in moves), sum(move < 0 for move in moves))
        seen.append(f"{along} sur {len(moves)}")
        if series.value == len(moves) and agreeing.value <= along:
            return
    if not reading.scope.ever:
        yield agreeing, f"vont dans un même sens : {', '.join(seen)}"
