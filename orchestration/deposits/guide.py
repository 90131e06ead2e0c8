"""The words of a template: how to fill it, and what each column holds.

Here: the sentences. Not here: the workbook (``template``), the codes themselves (``choices``).
"""

from collections.abc import Iterator, Mapping, Sequence

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.periods import NAMES
from expectations.french import UNITS, listing, typeset
from orchestration.deposits.choices import CodeChoice
from orchestration.deposits.prefilled import READ_ON
from sources.contract import Column, ExtractContract
from sources.protocols.depots.collection import (
    CODES_SHEET,
    COLLECTION_SHEET,
    COMMENT,
    DATA_SHEET,
    MODE,
)
from sources.protocols.depots.titles import titles_of
from sources.registry import Source

TYPES = {
    "text": "un texte",
    "integer": "un nombre entier",
    "decimal": "un nombre, décimales admises",
    "year": "une année (2024)",
}


def guide_lines(source: Source, indicator: IndicatorDefinition) -> Iterator[tuple[str, str]]:
    """Yield the lines of « Mode d'emploi »: a heading and its text."""
    contract = source.contract
    yield "Dépôt", f"{source.label} ({source.producer.name})"
    yield "Indicateur demandé", f"{indicator.id} : {indicator.label}"
    yield "Ce qui est compté", indicator.counts
    if indicator.excludes:
        yield "Ce qui ne l'est pas", indicator.excludes
    yield "Unité", _units(indicator)
    yield "Période", f"{NAMES[indicator.period_kind]}. {indicator.reference_period}"
    yield from _steps(contract)
    yield "Lignes déjà là", _past(contract)
    yield from _marks(contract)
    yield (
        "À éviter",
        (
            "Formules, cellules fusionnées, formats qui montrent autre chose que la valeur "
            "(pourcentage, milliers), macros, liens vers d'autres fichiers : le dépôt serait "
            "refusé."
        ),
    )


def _steps(contract: ExtractContract) -> Iterator[tuple[str, str]]:
    yield (
        "1. Remplir",
        (
            f"Dans la feuille « {DATA_SHEET} », remplir les cases vides des dernières lignes. Les "
            "titres sont protégés ; les colonnes de codes proposent une liste."
        ),
    )
    says_how = MODE in contract.columns
    if says_how:
        yield (
            "2. Dire le recueil",
            (
                f"Dans la feuille « {COLLECTION_SHEET} », choisir le mode de collecte, cocher d'un "
                "x les répondants, et dire ce qui a changé depuis la dernière fois. Vigie "
                "l'applique aux lignes dont le mode de collecte est vide."
            ),
        )
    yield (
        f"{3 if says_how else 2}. Déposer",
        (
            f"Enregistrer sous le nom « {contract.dataset}.xlsx », et déposer dans la boîte de "
            "dépôt. Un accusé de réception dit, case par case, ce qui a été lu ou est à corriger."
        ),
    )


def _marks(contract: ExtractContract) -> Iterator[tuple[str, str]]:
    """Yield what to write where there is no number, or none that may be told."""
    yield "Zéro", "Écrire 0 quand il n'y en a aucun : une case vide veut dire « pas connu »."
    if contract.masked_as:
        yield "Secret statistique", f"Écrire {contract.masked_as[0]} : la valeur sera dite masquée."
    why = ", et dire pourquoi en commentaire" if COMMENT in contract.columns else ""
    if contract.missing_as:
        yield (
            "Pas encore connu",
            f"Laisser vide ou écrire {contract.missing_as[0]}{why}.",
        )


def _past(contract: ExtractContract) -> str:
    if contract.reading == READ_ON:
        return "Chaque lecture déposée est gardée : ne pas recopier les précédentes."
    if contract.reading:
        return (
            "Une année par dépôt : celles d'avant sont gardées. La même année, déposée de nouveau, "
            "remplace la précédente en entier : garder ses autres lignes."
        )
    return (
        "Un dépôt remplace le précédent en entier : garder les lignes des autres périodes et des "
        "autres indicateurs, telles qu'elles ont été reçues, ou les corriger. Une ligne vidée est "
        "ignorée."
    )


def _units(indicator: IndicatorDefinition) -> str:
    own = f"{UNITS[indicator.unit_measure]} ({indicator.unit_measure})"
    others = [f"{category} : {UNITS[unit]}" for category, unit in indicator.other_units.items()]
    return listing([own, *others])


def column_help(name: str, column: Column, choices: Mapping[str, Sequence[CodeChoice]]) -> str:
    """Return what a column holds, in a sentence."""
    held = "un code de la liste" if choices.get(name) else TYPES[column.type]
    must = "À remplir" if column.filled else "Peut rester vide"
    where = (
        f" Les codes sont expliqués dans la feuille « {CODES_SHEET} »." if name in choices else ""
    )
    return typeset(f"« {titles_of(name, column)[0]} » : {held}. {must}.{where}")
