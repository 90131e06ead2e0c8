"""Categories that went into one another, or whose labels were exchanged, and who shows it alone.

Here: of how many areas the numbers say something, and no more of them than that agree. Not here: a
category that is only new or gone (``coming_and_going_categories``).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.claims.sentence_tables import tables_of_sentence
from tests.readers.french_numerals import Token
from tests.readers.station_truth import CellKey

FORMS = Forms()
ALONE = ", pris un à un dans <agreeing> des <areas> territoires"
OTHER = r"(?:« )?\{C(?P<other>[0-9]+)\}(?: »)?"


@FORMS.form(f"n'est plus donnée, et {OTHER} vaut à présent ce que les deux valaient{ALONE}")
def _went(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that is counted in another: the areas that give the other now."""
    codes = reading.token(match, "other").codes
    yield from _telling(reading, match, codes, reading.scope.period)


@FORMS.form(
    f"vaut à présent ce qu'elle valait avec {OTHER}, qui n'est plus donnée{ALONE}",
)
def _took(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that another is counted in: the areas that give it now."""
    codes = reading.categories(match)
    yield from _telling(reading, match, codes, reading.scope.period)


@FORMS.form(f"est nouvelle, et ce qu'elle vaut manque à {OTHER}{ALONE}")
def _came(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that came out of another: the areas that gave the other before."""
    codes = reading.token(match, "other").codes
    yield from _telling(reading, match, codes, reading.scope.period_before)


@FORMS.form(f"ce qui manque à cette catégorie est ce que vaut {OTHER}, qui est nouvelle{ALONE}")
def _gave(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that another came out of: the areas that gave it before."""
    codes = reading.categories(match)
    yield from _telling(reading, match, codes, reading.scope.period_before)


def _telling(
    reading: ClaimReading, match: re.Match[str], codes: Collection[str], period: str
) -> Iterator[tuple[Token, str]]:
    """Yield a fault unless as many areas as are told give a category in a period."""
    areas, agreeing = reading.token(match, "areas"), reading.token(match, "agreeing")
    given = Counter(
        key.area.partition("-")[0]
        for key in reading.truth.group(reading.scope.indicator, period)
        if key.category in codes and _gives(reading, key)
    )
    if areas.value not in given.values():
        yield areas, f"territoires qui donnent cette catégorie, {period} : {dict(given)}"
    elif agreeing.value > areas.value:
        yield agreeing, f"il n'y a que {areas.text} territoires"


def _gives(reading: ClaimReading, key: CellKey) -> bool:
    """Tell whether a cell counts something, be it nothing."""
    return any(value is not None and value >= 0 for value in reading.truth.values(key))


@FORMS.form(
    f"les valeurs sont celles que portait {OTHER} à la période précédente dans <agreeing> des "
    "<areas> territoires, pris un à un"
)
def _exchanged(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Labels that changed places: the areas that tell of both, or of a third one in the circle."""
    areas, agreeing = reading.token(match, "areas"), reading.token(match, "agreeing")
    carried = reading.token(match, "other").codes
    labels = reading.categories(match)
    period, period_before = reading.scope.period, reading.scope.period_before
    extents = []
    for table in tables_of_sentence(reading):
        own = [key._replace(category=label) for key in table for label in labels]
        both = {
            key.area
            for key in own
            for code in carried
            if _gives(reading, key._replace(period=period))
            and _gives(reading, key._replace(period=period_before))
            and _gives(reading, key._replace(period=period_before, category=code))
        }
        extents.append((len(both), len({key.area for key in table})))
    if not any(least <= areas.value <= most for least, most in extents):
        yield areas, f"territoires qui donnent ces catégories, et tous : {extents}"
    elif agreeing.value > areas.value:
        yield agreeing, f"il n'y a que {areas.text} territoires"


@FORMS.form(r"<agreeing> des <areas> territoires le montrent")
@FORMS.form(r"pris un à un dans <agreeing> des <areas> territoires")
@FORMS.form(r"dans <agreeing> des <areas> territoires, pris un à un")
def _areas_agree(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """The areas of which each shows, taken alone, what is said of all: no more than there are."""
    agreeing, areas = reading.token(match, "agreeing"), reading.token(match, "areas")
    counts = [len({key.area for key in table}) for table in tables_of_sentence(reading)]
    if not agreeing.value <= areas.value <= max(counts, default=0):
        yield areas, f"territoires de l'indicateur, par type : {counts}"
