"""What may be decided of a finding, and how a decision is signed: who, and why.

Here: refusing, in French, with what to do instead. Not here: what follows from a decision.
"""

from collections.abc import Iterable

from expectations import french
from expectations.decisions.decision import Choice
from expectations.verdicts.table import Severity

SHORTEST_AUTHOR, LONGEST_AUTHOR = 2, 100
FEWEST_WORDS, LONGEST_MOTIVE = 3, 1000
BLANK_AUTHOR = "Prénom Nom"
BLANK_MOTIVE = "À remplacer par le motif, entre les guillemets"
"""What stands where a name and a motive are to be typed: it signs nothing."""
UNFILLED = "Le champ « {} » n'a pas été rempli : rien n'a été signé."


def refusal(choice: Choice, severity: Severity | None, period_before: str | None) -> str | None:
    """Return why something cannot be decided, in French; None when it can.

    Args:
        choice: What somebody wants to decide.
        severity: Severity of the finding; None when the rules do not make it any more.
        period_before: The period that the finding compares with, if any.
    """
    if choice.explains and severity is Severity.ERROR:
        return french.typeset(
            "Une erreur ne s'accepte pas : une règle arithmétique ou logique n'est pas respectée, "
            "et aucune explication ne la remplace. La donnée doit changer ; d'ici là, choisissez "
            f"{_listed(c for c in Choice if not c.explains)}."
        )
    if choice is Choice.BREAK and period_before is None:
        return french.typeset(
            "Une rupture sépare deux périodes, et ce constat n'en compare pas : pour publier, "
            f"choisissez {Choice.VALUE}."
        )
    return None


def allowed(severity: Severity | None, period_before: str | None) -> tuple[Choice, ...]:
    """Return what may be decided of a finding."""
    return tuple(c for c in Choice if refusal(c, severity, period_before) is None)


def is_name(author: str) -> bool:
    """Tell whether somebody can sign so."""
    return SHORTEST_AUTHOR <= len(author) <= LONGEST_AUTHOR and author[0].isalpha()


def checked_author(author: str) -> str:
    """Return the name that signs a decision.

    Raises:
        ValueError: It is too short, too long, does not begin with a letter, or was not filled in.
    """
    if author == BLANK_AUTHOR:
        raise ValueError(UNFILLED.format("auteur"))
    if is_name(author):
        return author
    message = (
        f"Une décision est signée : donnez un nom de {SHORTEST_AUTHOR} à {LONGEST_AUTHOR} "
        f"caractères, qui commence par une lettre ; reçu {french.quoted(author[:LONGEST_AUTHOR])}."
    )
    raise ValueError(french.typeset(message))


def checked_motive(motive: str) -> str:
    """Return the motive of a decision.

    Raises:
        ValueError: It has too few words, is too long, begins like a formula of a spreadsheet, or
            was not filled in.
    """
    if motive == BLANK_MOTIVE:
        raise ValueError(UNFILLED.format("motif"))
    is_explicit = len(motive.split()) >= FEWEST_WORDS and len(motive) <= LONGEST_MOTIVE
    if is_explicit and (motive[0].isalnum() or motive[0] == "«"):
        return motive
    message = (
        f"Une décision est motivée : donnez au moins {FEWEST_WORDS} mots et au plus "
        f"{LONGEST_MOTIVE} caractères, qui commencent par une lettre ou un chiffre ; reçu "
        f"{french.quoted(motive[:80])} ({len(motive)} caractères)."
    )
    raise ValueError(french.typeset(message))


def _listed(choices: Iterable[Choice]) -> str:
    *first, last = map(str, choices)
    return f"{', '.join(first)} ou {last}"
