"""Values in a period: what a cell holds, its unit, whether it is held, what is absent.

Here: one cell in one period, and the terms of a rate. Not here: two periods beside one another
(``value_changes``), several cells (``totals_and_details``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import CardScope, ClaimReading, none_shows
from tests.readers.french_numerals import Token, shows
from tests.readers.station_truth import CellKey, Figure, StationTruth

FORMS = Forms()


@FORMS.form(r"<value>(?: sur <whole>)? (?:en|\(en) <P:period>\)?(?P<held> \(retenu\)|, retenu)?")
def _value_in_period(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "value"), reading.token(match, "period").codes
    if match["whole"]:
        yield from _part_of_whole(reading, match, period)
        return
    if reading.scope.role == "pre_break":
        key = CellKey(*_scoped(reading.scope))
        if reading.truth.pre_breaks.get(key, ("", None))[0] != period:
            yield token, "la publication ne donne pas cette période d'avant la rupture"
        return
    values = reading.values(match.start(), period)
    yield from none_shows(token, values, f"la cellule vaut, en {period}")
    yield from _unit(reading, token, reading.keys(match.start(), period))
    yield from _state(reading, token, reading.keys(match.start(), period), match["held"])


def _scoped(scope: CardScope) -> tuple[str, str, str, str]:
    return scope.indicator, scope.area, scope.period, scope.category


def _unit(reading: ClaimReading, token: Token, keys: list[CellKey]) -> Iterator[tuple[Token, str]]:
    """Yield a fault when a unit is written that is not that of the cell."""
    cells = [reading.truth.cells[key] for key in keys if key in reading.truth.cells]
    labels = {reading.truth.unit_labels[cell.unit] for cell in cells}
    if token.unit and labels and not any(_same_word(token.unit, label) for label in labels):
        yield token, f"l'unité de la cellule est « {', '.join(labels)} », pas « {token.unit} »"


def _same_word(shown: str, label: str) -> bool:
    return label == shown or re.sub(r"s\b", "", label) == shown


def _state(
    reading: ClaimReading, token: Token, keys: list[CellKey], held: str | None
) -> Iterator[tuple[Token, str]]:
    """Yield a fault when what is said to be held is not, or is drawn as published and is not."""
    present = [key for key in keys if key in reading.truth.cells]
    is_held = any(key in reading.truth.held for key in present)
    if held and present and not is_held:
        yield token, "dit « retenu » : la publication en vigueur ne retient pas cette cellule"
    if (
        reading.scope.is_chart
        and not held
        and present
        and all(k in reading.truth.held for k in present)
    ):
        yield token, "montré comme publié : la publication en vigueur retient cette cellule"


@FORMS.form(
    r"(?P<word>aucune valeur|absent|vide|masqué|sans objet|pas encore disponible) en <P:period>"
    r"(?P<held> \(retenu\)|, retenu)?"
)
def _no_value_in_period(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "period"), reading.token(match, "period").codes
    keys = [key for key in reading.keys(match.start(), period) if key in reading.truth.cells]
    figures = [reading.truth.cells[key] for key in keys]
    if reading.scope.ever:
        figures += [figure for key in keys for figure in reading.truth.vintages.get(key, ())]
    if keys and not any(_is_absent(figure, match["word"], reading.truth) for figure in figures):
        yield token, f"dit « {match['word']} » : la cellule ne l'est pas"
    yield from _state(reading, token, keys, match["held"])


def _is_absent(figure: Figure, word: str, truth: StationTruth) -> bool:
    named = truth.absences.get(figure.status, "") == word or word == "aucune valeur"
    return figure.value is None and named


def _part_of_whole(
    reading: ClaimReading, match: re.Match[str], period: str
) -> Iterator[tuple[Token, str]]:
    """A number out of another: the terms of a rate, or an indicator and the one it is a part of."""
    truth, keys = reading.truth, reading.keys(match.start(), period)
    pairs = [(cell.numerator, cell.denominator) for key in keys if (cell := truth.cells.get(key))]
    for key in keys:
        whole = truth.declared.get(key.indicator, {}).get("part_of", "")
        values = truth.values(key), truth.values(key._replace(indicator=whole))
        pairs += [(part, of) for part in values[0] for of in values[1]]
    part, of = reading.token(match, "value"), reading.token(match, "whole")
    if not any(shows(part, a) and shows(of, b) for a, b in pairs):
        yield part, f"« {part.text} sur {of.text} » n'est d'aucun taux ni d'aucune partie, {period}"


@FORMS.form(r"(?:[Ll]a valeur est|Constaté :) <now>")
def _now(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    values = reading.values(match.start(), reading.scope.period)
    yield from none_shows(reading.token(match, "now"), values, "la cellule vaut")


@FORMS.form(
    r"[Pp]ublié sous <P:under>, le chiffre parle de <P:about> : <months> mois plus (?P<w>tard|tôt)"
)
def _lag(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "months")
    under, about = (reading.token(match, name) for name in ("under", "about"))
    months = _first_month(about) - _first_month(under)
    if token.value != abs(months):
        yield token, f"de {under.text} à {about.text}, il y a {months} mois"


def _first_month(period: Token) -> int:
    (code,) = period.codes
    year, rest = int(code[:4]), code[5:]
    month = 9 if len(rest) == 4 else int(rest) if rest.isdigit() else 1
    return 12 * year + month
