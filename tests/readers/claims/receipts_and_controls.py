"""Deposits and controls: sizes, lines that are set aside, how many controls could be made.

Here: counts of what was received and of what was judged. Not here: cells of findings
(``finding_extents``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.french_numerals import Token

NO_CELL = "aucune cellule cette nuit"
FORMS = Forms()


@FORMS.form(r"<size> octets")
def _size(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "size")
    if token.value not in reading.truth.sizes:
        yield token, "rien n'a été reçu de cette taille"


@FORMS.form(r"Contrôles \(un indicateur, une règle\) : <spoke> évalués, <silent> non évalués")
def _controls(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    spoke = [bool(c["pass"] + c["fail"]) for c in reading.truth.outcomes.values()]
    least, most = reading.truth.silent_reasons()
    without_cells = 0
    for reason, rank in re.findall(r"([^():,{}]+) : \{V([0-9]+)\}", reading.sentence.marked):
        token, name = reading.sentence.tokens[int(rank)], reason.strip()
        reading.read.add(int(rank))
        if name == NO_CELL:  # of these there is no verdict to count
            without_cells = int(token.value)
        elif not least[name] <= token.value <= most[name]:
            yield token, f"{least[name]} à {most[name]} contrôles n'ont pu se faire : {name}"
    silent = len(spoke) - sum(spoke) + without_cells
    for name, number in (("spoke", sum(spoke)), ("silent", silent)):
        token = reading.token(match, name)
        if token.value != number:
            yield token, f"il y en a {number}"


@FORMS.form(r"[Ll]a ligne <line> des données .*?« <code> »")
@FORMS.form(r"« <code> » \(ligne <line>\)")
def _line_set_aside(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A line that is set aside: some deposit has that code in that line."""
    line, code = reading.token(match, "line"), reading.token(match, "code")
    if code.text not in reading.truth.deposited(int(line.value)):
        yield code, f"aucun dépôt n'a ce code à sa ligne {line.text}"
