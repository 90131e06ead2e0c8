"""Numbers that are of no cell: chances, limits, references, what an extract holds.

Here: their forms, and why none of them is worked out again. Not here: counts of cells, of findings
and of deposits, which are (``finding_extents``, ``receipts_and_controls``).
"""

import re
from collections.abc import Iterator

from tests.readers.claims.claim_forms import Forms
from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.french_numerals import Token

EXPLAINED = {
    "chance": "a probability: of a model, of no cell",
    "threshold": "what a rule admits",
    "siblings": "what the other series do, of no single cell",
    "identifier": "a rank or a reference",
    "rest": "how many of the figures of a lapsed decision changed and are not named",
    "records": "how many records of an extract a rule is about, of no observation",
}
"""The kinds of numbers that are of no cell and are not worked out again, with why."""
QUOTED = Forms()
"""What quotes whole records: tried before all that reads a part of a sentence."""
FORMS = Forms()


@QUOTED.form(r"Règle \w+, <records> cas en écart : (?P<held>.*)$", "records")
def _records(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """What the records of an extract hold is quoted: it is no observation."""
    ranks = re.findall(r"\{[VP]([0-9]+)\}", match["held"])
    reading.read |= {int(rank) for rank in ranks}
    yield from ()


@FORMS.form(r"font <sum> de la région", "threshold")
@FORMS.form(r"font <sum>\.", "threshold")
@FORMS.form(
    r"(?:plus de|moins de|environ) <chances> chance sur (?:<odds>|un milliard|un million)", "chance"
)
@FORMS.form(r"(?:révision|part) admise : <limit>", "threshold")
@FORMS.form(r"(?:au moins|au plus) <limit>", "threshold")
@FORMS.form(r"valeurs possibles : entre <low> et <high>", "threshold")
@FORMS.form(r"décimales admises : <limit>", "threshold")
@FORMS.form(r"ne dépasse pas <limit>", "threshold")
@FORMS.form(r"<same> valeurs?(?:\(s\))? sur <all> parlantes sont exactement celles", "siblings")
@FORMS.form(r"<same> valeurs sur <all> sont soudain arrondies à <step>", "siblings")
@FORMS.form(r"sur <all> valeurs? parlantes?, <same> (?:est|sont) exactement celles?", "siblings")
@FORMS.form(r"[nN]° ?<rank>", "identifier")
@FORMS.form(r"<forgotten> oubliée?s?", "identifier")
@FORMS.form(r"<records> (?:cas en écart|règles? non respectées?)", "records")
@FORMS.form(r"écrire <zero>\)", "identifier")
@FORMS.form(r"et <rest> autres? chiffres?", "rest")
@FORMS.form(r"une erreur <code>", "identifier")
@FORMS.form(r"Total : <total> ; aucun détail n'a de valeur", "threshold")
@FORMS.form(r"L'extrait a (?:perdu|gagné) <records> lignes? sur <all>", "records")
def _of_no_cell(_reading: ClaimReading, _match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Of no cell: see ``EXPLAINED``."""
    yield from ()
