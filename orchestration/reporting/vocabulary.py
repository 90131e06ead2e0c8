"""The French words shown for each code of a night, each defined once.

Here: labels of severities, states, statuses, and what each asks of the reader. Not here: titles of
rules (they come with the finding), numbers and dates (``expectations.french``).
"""

from expectations.cells.statuses import ABSENT, MISSING
from orchestration.reporting.reported_findings import FindingLine, ReportedSeverity
from orchestration.reporting.reported_night import IndicatorLine, ReportedState
from orchestration.reporting.reported_sources import SourceStatus

SEVERITIES: dict[ReportedSeverity, str] = {
    "Error": "Erreur",
    "Warning": "Avertissement",
    "Information": "Information",
}

REMEDIES: dict[ReportedSeverity, str] = {
    "Error": (
        "Les données doivent changer : une règle arithmétique ou logique n'est pas respectée, et "
        "aucune explication ne peut la remplacer. Le contrôle sera refait dès que ce que le "
        "producteur aura corrigé sera lu. D'ici là, une décision peut dire qu'un dépôt est "
        "attendu, ou exclure ces valeurs."
    ),
    "Warning": (
        "Il faut une explication du producteur, signée dans une décision, ou une donnée corrigée. "
        "D'ici là, la dernière valeur publiée, s'il y en a une, reste en place ; si les données "
        "changent, le contrôle est refait dès qu'elles sont lues."
    ),
    "Information": "Rien à faire : ce constat ne retient rien, et il est conservé.",
}

HOW_TO_DECIDE = (
    "Décider se fait au bureau (« vigie ui »), sur la carte du constat, ou par la commande qui est "
    "sous chacun."
)

SAME_CAUSE = (
    "Sans doute la même cause, car du même extrait et aux mêmes endroits ; une seule question "
    "suffit, et une seule décision (--toute-la-cause)"
)

STATES: dict[ReportedState, str] = {
    "new": "Nouveau",
    "changed": "Modifié",
    "unchanged": "Inchangé",
    "held": "Retenu",
    "empty": "Sans donnée",
}

SOURCE_STATUSES: dict[SourceStatus, str] = {
    "new": "Nouvel extrait",
    "unchanged": "Inchangé",
    "refused": "Extrait refusé",
    "failed": "Échec",
    "missing": "Rien reçu",
}


def holds_nothing(finding: FindingLine) -> str:
    """Say that a finding holds nothing, and when others of its cells are held."""
    if finding.is_held_by_another:
        return "ne retient rien ; un autre constat en retient des valeurs"
    return "rien n'en est retenu"


def state(line: IndicatorLine) -> str:
    """The word for the state of an indicator, which tells whole from partial holding."""
    return "Retenu en partie" if line.is_partly_held else STATES[line.state]


def absence(obs_status: str) -> str:
    """The word shown where there is no value: absent, empty and masked are three things."""
    return MISSING.get(obs_status, MISSING[ABSENT])
