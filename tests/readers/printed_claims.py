"""What is told of the printed report: its figures are printed, the rest follows from two of them.

Here: the numbers of that section. Not here: numbers of observations (``claims``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from tests.readers.discrepancies import Discrepancy, Place
from tests.readers.french_numerals import Token, read_sentence, shows
from tests.readers.station_truth import TOTAL, StationTruth, bare

QUOTATION = re.compile(r"« ?(?:[^«»]|«[^«»]*»)*»".replace(" ?", "[ \N{NO-BREAK SPACE}]?"))


def of_text(place: Place, text: str, truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the numbers that are neither printed, nor counted, nor worked out from printed ones."""
    for quotation in QUOTATION.findall(text):
        if re.search(r"\d", quotation) and bare(quotation).strip(".") not in truth.printed_text:
            yield place.found(text, quotation, "ce passage n'est pas dans le bilan imprimé")
    sentence = read_sentence(QUOTATION.sub(" ", text), truth.lexicon)
    values = [token for token in sentence.tokens if token.kind == "V"]
    named = [code for t in sentence.tokens if t.kind == "I" for code in t.codes]
    sums = [value for indicator in named for value in _sums(indicator, truth)]
    for token in values:
        if any(shows(token, value) for value in sums):
            continue
        if not _is_printed(token, truth) and not _follows(token, values, truth):
            yield place.found(text, token.text, "ni imprimé, ni calculé à partir de ce qui l'est")


def _sums(indicator: str, truth: StationTruth) -> list[float]:
    """Return what the printed parts of each printed total of an indicator add up to."""
    added: dict[tuple[str, ...], set[tuple[str, float]]] = defaultdict(set)
    for area, category, period, value in truth.printed[indicator]:
        if category != TOTAL:
            added[area, period, truth.breakdowns.get(category, "")].add((category, value))
        elif area != truth.region:
            added["", period].add((area, value))
    return [sum(value for _, value in parts) for parts in added.values()]


def _is_printed(token: Token, truth: StationTruth) -> bool:
    is_number = any(shows(token, value) for value in truth.printed_numbers)
    return (
        is_number
        or bare(token.text).replace("−", "-") in truth.printed_text
        or token.value in truth.tallies
    )


def _follows(token: Token, values: list[Token], truth: StationTruth) -> bool:
    """Whether a number is the sum, the difference, the share or the change of others beside it."""
    others = [other.value for other in values if other is not token and other.unit != token.unit]
    others += [other.value for other in values if other is not token]
    if shows(token, sum({value for value in others if _is_near(value, truth)})):
        return True
    for a, b in permutations(others, 2):
        ratio = 100 * a / b if b else None
        if any(
            shows(token, value, step)
            for value, step in (
                (a + b, 0.005), (abs(a - b), 0.05), (a - b, 0.05),
                (ratio, 0.5), (ratio and ratio - 100, 0.5),
            )
        ):  # fmt: skip
            return True
    return False


def _is_near(value: float, truth: StationTruth) -> bool:
    return value in truth.printed_numbers
