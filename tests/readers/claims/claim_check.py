"""Reading a sentence with every form: each number is taken up by one and is so, or is a fault.

Here: the order of the forms, and what no form takes up, which is itself a fault. Not here: any
form, nor where sentences come from (``outlets``).
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from tests.readers.claims import (
    coming_and_going_categories,
    departures_from_others,
    equations,
    finding_extents,
    moving_tables,
    numbers_of_no_cell,
    receipts_and_controls,
    redefined_categories,
    scale_changes,
    totals_and_details,
    value_changes,
    values_of_periods,
)
from tests.readers.claims.claim_forms import Form
from tests.readers.claims.claim_reading import CardScope, ClaimReading
from tests.readers.french_numerals import MarkedSentence, Token, read_sentence
from tests.readers.station_truth import StationTruth

HAS_FIGURE = re.compile("[0-9]")
COUNTED: Counter[str] = Counter()
"""How many of each kind were read in this process."""
FORMS: list[Form] = [
    *numbers_of_no_cell.QUOTED,
    *departures_from_others.FORMS,
    *values_of_periods.FORMS,
    *value_changes.FORMS,
    *totals_and_details.FORMS,
    *numbers_of_no_cell.FORMS,
    *moving_tables.FORMS,
    *scale_changes.FORMS,
    *redefined_categories.FORMS,
    *coming_and_going_categories.FORMS,
    *finding_extents.FORMS,
    *equations.FORMS,
    *receipts_and_controls.FORMS,
]
"""In the order in which they are tried: what reads a whole sentence before what reads its parts."""


def check(text: str, scope: CardScope, truth: StationTruth) -> ClaimReading:
    """Read a sentence, and hold each of its numbers against what is so."""
    if not HAS_FIGURE.search(text):
        return ClaimReading(MarkedSentence(text, text, ()), scope, truth)
    reading = ClaimReading(read_sentence(text, truth.lexicon), scope, truth)
    for pattern, verifier, kind in FORMS:
        for match in pattern.finditer(reading.sentence.marked):
            ranks = {int(rank) for rank in match.groupdict().values() if (rank or "").isdigit()}
            values = {r for r in ranks if reading.sentence.tokens[r].kind == "V"}
            if values <= reading.read and values:
                continue
            faults = list(verifier(reading, match))
            reading.faults += [fault for fault in faults if fault not in reading.faults]
            reading.read |= ranks
            reading.kinds += [kind] * bool(kind)
    reading.faults += list(_left(reading))
    COUNTED.update(reading.kinds)
    return reading


def _left(reading: ClaimReading) -> Iterator[tuple[Token, str]]:
    """Yield what no form took up, and the periods and dates that are none of the station's."""
    truth = reading.truth
    for rank, token in enumerate(reading.sentence.tokens):
        if token.kind == "V" and rank not in reading.read:
            yield token, "aucune forme d'affirmation ne dit de quoi est ce nombre"
        elif token.kind == "P" and not token.codes & truth.periods:
            yield token, "cette période n'est celle d'aucune observation ni d'aucun chiffre imprimé"
        elif token.kind == "D" and not _is_known_moment(token, truth):
            yield token, "rien de la station n'a cette date ou cette heure"


def _is_known_moment(token: Token, truth: StationTruth) -> bool:
    text = token.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    if "release" in token.codes:
        return (truth.home / "releases" / text).is_dir()
    return text in (truth.days if "date" in token.codes else truth.minutes)


@cache
def explained_kinds() -> frozenset[str]:
    """The kinds that forms use; each must say why it is no figure of a cell."""
    return frozenset(kind for _, _, kind in FORMS if kind)
