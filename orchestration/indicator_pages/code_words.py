"""The French words of the pages for what definitions say by code.

Here: a word or a sentence for each code. Not here: escaping (``markdown_templates``), the words
that the report has already (``reporting.vocabulary``).
"""

from expectations.cells.hierarchy import parts_label
from expectations.cells.indicator_definition import Breakdown, IndicatorDefinition
from expectations.french import count, quantity
from orchestration.indicator_pages.page import IndicatorPage, Value
from orchestration.reporting.vocabulary import absence

FICHES = {
    "1.A": "Accompagner les employeurs dans la transition écologique",
    "1.B": "Soutenir l’entreprise apprenante",
    "1.C": "Impliquer les employeurs en faveur du plein emploi et de l’employabilité des seniors",
    "2.A": (
        "Accroître la visibilité et l’attractivité des métiers à fort potentiel de recrutement et "
        "des formations qui y conduisent"
    ),
    "2.B": "Accompagner vers l’emploi tous les publics sans emploi",
    "3.A": (
        "Soutenir et diffuser les études prospectives sectorielles et renforcer la coopération "
        "sectorielle des acteurs"
    ),
    "3.B": "Faire évoluer l’offre de formation, toutes voies confondues",
    "4.A": "Animer le comité territorial entreprises-emploi (CT2E)",
    "4.B": "Adapter localement l’offre de formation professionnelle initiale",
    "5": "Assurer un suivi régulier de la SREFOP",
}
ORIGINS = {
    "open_data": "calculé par la Vigie à partir de données ouvertes",
    "declared": "déclaré par son producteur",
}
NOTHING_CAME = "Rien n’en est encore venu"
"""Of an indicator without a cell, be it one that says why it is empty."""
KINDS = {"count": "un nombre", "rate": "un taux", "mean": "une moyenne"}
CADENCES = {
    "annual": "une valeur par an",
    "census": "une valeur par recensement",
    "school_year": "une valeur par année scolaire",
    "session": "une valeur par session",
    "quarterly": "une valeur par trimestre",
    "reading": "une valeur par lecture",
}
DIRECTIONS = {
    "up": "la hausse est un progrès",
    "down": "la baisse est un progrès",
    None: "ni la hausse ni la baisse n’est un progrès en soi",
}
CHANGES = {"definition": "définition", "collection": "recueil", "perimeter": "périmètre"}
TABLES = {"fiche": "fiche", "commentaire": "commentaire de la fiche", "annexe": "annexe"}


def nothing_of_the_region(page: IndicatorPage) -> str:
    """Say why an indicator has no line for the region: nothing came, or nothing of the whole."""
    return NOTHING_CAME if page.is_empty else "Rien n’en est donné pour la région"


def lag(definition: IndicatorDefinition) -> str:
    """Say when a period is due, and where that is told."""
    months = definition.expected_lag_months
    source = definition.expected_lag_source
    origin = f"Source : {source}." if source else "Hypothèse de la Vigie, à confirmer."
    if months is None:
        return f"aucune date annoncée, rien n’est donc en retard. {origin}"
    if not months:
        return f"à la fin de la période. {origin}"
    return f"{count(months, 'mois', 'mois')} après la fin de la période. {origin}"


def adds_up(breakdown: Breakdown, definition: IndicatorDefinition, title: str) -> str:
    """Say which parts add up to which whole."""
    added = "les valeurs" if definition.value_kind == "count" else "numérateurs et dénominateurs"
    if breakdown.by == "category":
        return (
            f"Le total est la somme de ses catégories ({title.lower()}) : {added} s’additionnent."
        )
    parts = parts_label(breakdown.parts)
    return f"La région est la somme de ses {parts} : {added} s’additionnent."


def value(cell: Value | None) -> str:
    """Write a cell: its value and unit, or why it has none."""
    if cell is None:
        return "–"
    if cell.number is None:
        return absence(cell.status)
    return quantity(cell.number, cell.unit)


def anchor(fiche: str) -> str:
    """Return the anchor of a fiche in the index: ``fiche-1a``."""
    return f"fiche-{fiche.replace('.', '').lower()}"
