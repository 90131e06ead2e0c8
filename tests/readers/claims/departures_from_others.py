"""Areas and categories that leave the others of their table.

Here: a category in all its areas, an area in all its categories, the parts of a whole. Not here: a
table that moves as a whole (``moving_tables``), a category that is new or gone
(``coming_and_going_categories``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.claims.sentence_tables import (
    columns_of,
    growth_of,
    tables_of_sentence,
)
from tests.readers.french_numerals import Token

FORMS = Forms()


@FORMS.form(
    r"passe en tout de <was> en <P:before> à <now> en <P:after>, quand les autres font <others>.*?"
    r"Pris un à un, <agreeing> des <areas> territoires le disent"
)
def _left_its_table(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that leaves the others: what its areas sum up to, and who says so alone."""
    tokens = {name: reading.token(match, name) for name in ("was", "now", "areas", "agreeing")}
    codes = reading.last("C", match.start())[1] or {reading.scope.category}
    growth, seen = 1 + reading.token(match, "others").value / 100, []
    for table in tables_of_sentence(reading):
        columns = columns_of(reading, table)
        pairs = [pair for code in codes for pair in columns.get(code, {}).values()]
        rests = [growth_of(list(c.values())) for code, c in columns.items() if code not in codes]
        departure = growth_of([(tokens["was"].value, tokens["now"].value)]) - growth
        along = sum((growth_of([pair]) - growth) * departure > 0 for pair in pairs)
        seen.append(f"{len(pairs)} territoires, dont {along} vont dans ce sens")
        if (
            tokens["areas"].value == len(pairs)
            and tokens["agreeing"].value <= along
            and tokens["was"].value <= sum(was for was, _ in pairs)
            and tokens["now"].value <= sum(now for _, now in pairs)
            and min(rests, default=growth) - 0.005 <= growth <= max(rests, default=growth) + 0.005
        ):
            return
    if not reading.scope.ever:
        yield tokens["areas"], f"aucune catégorie ne fait cela : {seen}"


@FORMS.form(
    r"<agreeing> des <parts> catégories de ce territoire s'écartent ensemble de ce qu'elles font "
    r"ailleurs \(de l'ordre de <moved>\)"
)
def _area_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """An area that moves in its categories: how many leave, that way, what others do there."""
    agreeing, parts, moved = (reading.token(match, name) for name in ("agreeing", "parts", "moved"))
    areas = reading.last("A", match.start())[1] or {reading.scope.area}
    seen = []
    for table in tables_of_sentence(reading):
        columns = columns_of(reading, table)
        apart = [
            growth_of([pair])
            / growth_of([other for area, other in column.items() if area not in areas])
            for column in columns.values()
            for area, pair in column.items()
            if area in areas
        ]
        along = sum((departure - 1) * moved.value > 0 for departure in apart)
        seen.append(f"{along} sur {len(apart)}")
        if parts.value == len(apart) and agreeing.value <= along:
            return
    if not reading.scope.ever:
        yield agreeing, f"catégories qui s'écartent dans ce sens : {', '.join(seen)}"


@FORMS.form(r"<moved> catégories? sur <parts> s'écart(?:e|ent) des autres")
def _parts_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Of the categories of a whole that are in both periods, those that leave the others."""
    moved, parts = reading.token(match, "moved"), reading.token(match, "parts")
    areas = reading.last("A", match.start())[1] or {reading.scope.area}
    counts = [
        sum(area in areas for column in columns_of(reading, table).values() for area in column)
        for table in tables_of_sentence(reading)
    ]
    if not (moved.value <= parts.value and parts.value in counts) and not reading.scope.ever:
        yield parts, f"catégories de ce territoire dans les deux périodes : {counts}"
