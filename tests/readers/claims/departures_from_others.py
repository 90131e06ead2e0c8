"""Areas and categories that leave the others of their table.

Here: a category in all its areas, an area in all its categories, the parts of a whole. Not here: a
table that moves as a whole (``moving_tables``), a category that is new or gone
(``coming_and_going_categories``).
"""

import re
from collections.abc import Collection, Iterator
from math import exp, inf, log

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.claims.sentence_tables import (
    Pair,
    columns_of,
    growth_of,
    pairs_of_cells,
    tables_of_sentence,
)
from tests.readers.french_numerals import Token, shows
from tests.readers.station_truth import CellKey, finding_cells

FORMS = Forms()
MOST_SUMS = 100_000
"""Beyond so many different sums of areas, they are only bounded."""


@FORMS.form(
    r"passe en tout de <was> en <P:before> à <now> en <P:after>, quand les autres "
    r"(?:évoluent de <others>|ne changent guère).*?"
    r"Pris un à un, <agreeing> des <areas> territoires le disent"
)
def _left_its_table(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that leaves the others: what its areas sum up to, and who says so alone."""
    tokens = {name: reading.token(match, name) for name in ("was", "now", "areas", "agreeing")}
    codes = reading.categories(match)
    growth, seen = 1 + (reading.token(match, "others").value if match["others"] else 0) / 100, []
    for table in tables_of_sentence(reading):
        columns = columns_of(reading, table)
        pairs = [pair for code in codes for pair in columns.get(code, {}).values()]
        changed = _changed(reading, table, codes) or pairs
        rests = [growth_of(list(c.values())) for code, c in columns.items() if code not in codes]
        departure = growth_of([(tokens["was"].value, tokens["now"].value)]) - growth
        along = sum((growth_of([pair]) - growth) * departure > 0 for pair in pairs)
        seen.append(f"{len(pairs)} territoires, dont {along} vont dans ce sens")
        if (
            tokens["areas"].value == len(pairs)
            and tokens["agreeing"].value <= along
            and _some_add_up_to(changed, tokens["was"], tokens["now"])
            and min(rests, default=growth) - 0.005 <= growth <= max(rests, default=growth) + 0.005
        ):
            return
    if not reading.scope.ever:
        yield tokens["areas"], f"aucune catégorie ne fait cela : {seen}"


def _changed(reading: ClaimReading, table: list[CellKey], codes: Collection[str]) -> list[Pair]:
    """Return what the cells of the finding hold that are of a category and of a table."""
    cells = finding_cells(reading.truth.findings.get(reading.scope.finding, {}))
    of_category = [key for key in table if key.category in codes and key in cells]
    return list(pairs_of_cells(reading, of_category).values())


def _some_add_up_to(pairs: list[Pair], was: Token, now: Token) -> bool:
    """Tell whether some areas add up to both sums; of too many, whether all are enough for them.

    Where a category changes in all the areas of a finding, these are all of them.
    """
    sums = {(0.0, 0.0)}
    for before, after in pairs:
        more = {(earlier + before, later + after) for earlier, later in sums}
        sums |= {
            pair for pair in more if pair[0] <= was.value + 0.01 and pair[1] <= now.value + 0.01
        }
        if len(sums) > MOST_SUMS:
            totals = [sum(side) for side in zip(*pairs, strict=True)]
            return bool(was.value <= totals[0] and now.value <= totals[1])
    return any(shows(was, before) and shows(now, after) for before, after in sums)


@FORMS.form(
    r"<agreeing> des <parts> catégories de ce territoire s'écartent ensemble de ce qu'elles font "
    r"ailleurs \(de l'ordre de <moved>\)"
)
def _area_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """An area that moves in its categories: how many leave, that way, what others do there."""
    agreeing, parts, moved = (reading.token(match, name) for name in ("agreeing", "parts", "moved"))
    areas = reading.areas(match)
    seen: list[str] = []
    reach: list[float] = []
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
            reach.append(_furthest(reading, table, areas))
    if reading.scope.ever:
        return
    if reach and abs(_logarithm(moved)) > max(reach) + 0.001:
        yield moved, f"rien de son tableau n'est à plus de {exp(max(reach)):.3g} fois"
    elif not reach:
        yield agreeing, f"catégories qui s'écartent dans ce sens : {', '.join(seen)}"


def _furthest(reading: ClaimReading, table: list[CellKey], areas: Collection[str]) -> float:
    """Return how far, in logarithms, a category of an area is from what any cell of its table did.

    What an area does in common is a mean of how far its categories are from a middle of others. Of
    what is no count it is told on another scale, of which nothing is said here.
    """
    pairs = pairs_of_cells(reading, table)
    if any(reading.truth.cells[key].unit == "pct" for key in pairs):
        return inf
    if not all(value.is_integer() for pair in pairs.values() for value in pair):
        return inf
    moves = [(key.area, log(growth_of([pair]))) for key, pair in pairs.items()]
    own = [move for area, move in moves if area in areas]
    return max((abs(move - other) for move in own for _, other in [*moves, ("", 0.0)]), default=0.0)


def _logarithm(change: Token) -> float:
    """Return the logarithm of what a change multiplies by, far below all others for nought."""
    return log(max(1 + change.value / 100, 1e-9))


@FORMS.form(r"<moved> catégories? sur <parts> s'écart(?:e|ent) des autres")
def _parts_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Of the categories of a whole that are in both periods, those that leave the others."""
    moved, parts = reading.token(match, "moved"), reading.token(match, "parts")
    areas = reading.areas(match)
    counts = [
        sum(area in areas for column in columns_of(reading, table).values() for area in column)
        for table in tables_of_sentence(reading)
    ]
    if not (moved.value <= parts.value and parts.value in counts) and not reading.scope.ever:
        yield parts, f"catégories de ce territoire dans les deux périodes : {counts}"
