"""Equations between indicators: each term is looked for, each side worked out again.

Here: the four operations. Not here: totals and details (``totals_and_details``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.french_numerals import MarkedSentence, Token, shows

FORMS = Forms()


@FORMS.form(
    r"Constaté : (?P<terms>(?:[^={};]+ = \{V[0-9]+\}(?: ; )?)+)\. Attendu : (?P<left>[^=≤≥]+?) "
    r"(?P<sign>[=≤≥]) (?P<right>.+?) \(<a> d'un côté, <b> de l'autre\)"
)
def _equation(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    terms = {
        name.strip(): reading.sentence.tokens[int(rank)]
        for name, rank in re.findall(r"([^={};]+) = \{V([0-9]+)\}", match["terms"])
    }
    reading.read |= {int(rank) for rank in re.findall(r"\{V([0-9]+)\}", match.group())}
    for token in terms.values():
        yield from _somewhere(reading, token)
    for side, name in ((match["left"], "a"), (match["right"], "b")):
        token, worth = reading.token(match, name), _worked_out(side, terms, reading.sentence)
        if not shows(token, worth, 0.5):
            yield token, f"« {side} » vaut {worth:g}"


def _somewhere(reading: ClaimReading, token: Token) -> Iterator[tuple[Token, str]]:
    """A term of an equation is in some indicator, at its own area and category."""
    scope = reading.scope
    values = [
        cell.value
        for key, cell in reading.truth.cells.items()
        if key.category == scope.category and key.area == (scope.area or reading.truth.region)
    ]
    if not any(shows(token, value) for value in values):
        yield token, "aucun indicateur n'a cette valeur pour cette catégorie et ce territoire"


def _worked_out(side: str, terms: dict[str, Token], sentence: MarkedSentence) -> float:
    """Work out one side of an equation: numbers, names of terms, the four operations."""
    expression = re.sub(r"\{V([0-9]+)\}", lambda m: f"{sentence.tokens[int(m[1])].value}", side)
    for name in sorted(terms, key=len, reverse=True):
        expression = expression.replace(name, str(terms[name].value))
    return _sum_of(re.findall(r"[0-9.]+|[-+×/()]", expression))


def _sum_of(symbols: list[str]) -> float:
    total = _product_of(symbols)
    while symbols and symbols[0] in "+-":
        sign = symbols.pop(0)
        total += _product_of(symbols) * (1 if sign == "+" else -1)
    return total


def _product_of(symbols: list[str]) -> float:
    total = _factor_of(symbols)
    while symbols and symbols[0] in "×/":
        sign, factor = symbols.pop(0), _factor_of(symbols)
        total = total * factor if sign == "×" else total / factor
    return total


def _factor_of(symbols: list[str]) -> float:
    symbol = symbols.pop(0)
    if symbol != "(":
        return float(symbol)
    total = _sum_of(symbols)
    symbols.pop(0)
    return total
