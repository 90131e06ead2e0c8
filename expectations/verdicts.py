"""The vocabulary of verdicts, and the one way to make a table of them.

A verdict says what one rule found of one cell. Nothing is computed here: rules are in ``rules``,
what follows from verdicts in ``findings`` and ``gate``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from expectations.observations import KEY


class Severity(StrEnum):
    """How serious a failure is, in the words of the European Statistical System."""

    ERROR = "Error"
    WARNING = "Warning"
    INFORMATION = "Information"

    @property
    def holds(self) -> bool:
        """Whether a cell that fails with this severity is kept from publication."""
        return self is not Severity.INFORMATION

    @classmethod
    def highest(cls, severities: Sequence[str]) -> "Severity":
        """Return the most serious of several severities."""
        return min((cls(severity) for severity in severities), key=list(cls).index)


class Outcome(StrEnum):
    """What a rule says of a cell."""

    PASS = "pass"  # noqa: S105 the word of the vocabulary, not a password
    FAIL = "fail"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True)
class RuleType:
    """A type of validation rule.

    Attributes:
        code: Its code.
        title: Its French title.
        level: ESS validation level: 0 the file itself, 1 inside one file, 2 between files of one
            source, 3 between sources of one domain.
        is_standard: Whether it is one of the 21 main types of the ESS, or one of our own.
    """

    code: str
    title: str
    level: int
    is_standard: bool


RULES = {
    rule.code: rule
    for rule in (
        RuleType("EVA", "L'enveloppe est celle qui est attendue", 0, is_standard=True),
        RuleType("FLF", "Le fichier a le format convenu", 0, is_standard=True),
        RuleType("FDD", "Le séparateur de champs est celui qui est convenu", 0, is_standard=True),
        RuleType("DES", "La marque décimale est celle qui est convenue", 0, is_standard=True),
        RuleType("FDT", "Chaque champ a le type déclaré", 1, is_standard=True),
        RuleType("FDL", "Chaque champ a la longueur convenue", 1, is_standard=True),
        RuleType("FDM", "Une valeur manquante dit pourquoi elle manque", 1, is_standard=True),
        RuleType("COV", "Chaque code est dans sa nomenclature", 1, is_standard=True),
        RuleType("RWD", "Aucune clé n'est en double", 1, is_standard=True),
        RuleType("REP", "Les cellules attendues sont données", 1, is_standard=True),
        RuleType("RTS", "La série n'a pas de trou", 2, is_standard=True),
        RuleType("RNR", "Le nombre de lignes est dans son intervalle", 1, is_standard=True),
        RuleType("COC", "Les codes sont cohérents entre eux", 1, is_standard=True),
        RuleType("VIR", "Les valeurs sont dans leur intervalle", 1, is_standard=True),
        RuleType("VCO", "Valeur, statut et unité sont cohérents", 1, is_standard=True),
        RuleType("VAD", "Le total est la somme de ses détails", 1, is_standard=True),
        RuleType("VNO", "La valeur est dans la lignée de sa série", 2, is_standard=True),
        RuleType("VSA", "La série corrigée suit la série brute", 2, is_standard=True),
        RuleType("RRL", "Peu de valeurs passées ont été révisées", 2, is_standard=True),
        RuleType("VRT", "Une valeur passée n'est révisée que de peu", 2, is_standard=True),
        RuleType("VMP", "Deux sources du même fait s'accordent", 3, is_standard=True),
        RuleType("VAN", "Aucune catégorie n'a disparu", 2, is_standard=False),
        RuleType("BRK", "Le niveau n'a pas sauté", 2, is_standard=False),
        RuleType("RPC", "Les mêmes organismes ont déclaré", 2, is_standard=False),
        RuleType("DFC", "Définition, unité et recueil n'ont pas changé", 2, is_standard=False),
        RuleType("LNK", "La partie suit son ensemble", 2, is_standard=False),
        RuleType("CPY", "Les valeurs ne sont pas recopiées d'ailleurs", 2, is_standard=False),
        RuleType("LAG", "Le chiffre parle bien de sa période", 1, is_standard=False),
        RuleType("BLD", "L'indicateur se construit comme il est défini", 1, is_standard=False),
    )
}


@dataclass(frozen=True, order=True)
class Cell:
    """One cell: indicator × area × period × breakdown × category."""

    indicator: str
    ref_area: str
    time_period: str
    breakdown: str
    category: str

    def to_dict(self) -> dict[str, str]:
        """Return the cell as JSON holds it."""
        return asdict(self)


COLUMNS = [
    "rule",
    *KEY,
    "outcome",
    "severity",
    "period_before",
    "value_before",
    "value_after",
    "p_value",
    "explanation",
    "evidence",
]
NUMBERS = ["value_before", "value_after", "p_value"]


def verdict_rows(cells: pd.DataFrame, rule: str, severity: Severity) -> pd.DataFrame:
    """Return the verdicts of one rule, ready to be put together with others.

    Args:
        cells: The columns of the key, ``outcome``, ``explanation`` (the cell itself is not named
            again), ``evidence`` (as ``as_evidence`` writes it), and whichever of
            ``period_before``, ``value_before``, ``value_after`` and ``p_value`` the rule knows.
        rule: Code of the rule.
        severity: Severity of its failures.
    """
    rows = cells.reindex(columns=COLUMNS)
    return rows.assign(rule=rule, severity=str(severity), outcome=rows["outcome"].astype("str"))


def as_evidence(numbers: Mapping[str, Any]) -> str:
    """Return the numbers behind a verdict as JSON text."""
    return json.dumps(numbers, ensure_ascii=False, sort_keys=True, allow_nan=False)


def verdict_table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return verdicts as the table that is stored: typed, checked, in the order of the cells.

    Raises:
        ValueError: A word is outside the vocabulary, or a rule speaks twice of one cell.
    """
    texts = [column for column in COLUMNS if column not in NUMBERS]
    table = verdicts[COLUMNS].astype(dict.fromkeys(texts, "str"))
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    _refuse_unknown_words(table)
    return table.sort_values([*KEY, "rule"], ignore_index=True)


def _refuse_unknown_words(table: pd.DataFrame) -> None:
    vocabularies = {
        "rule": set(RULES),
        "outcome": {str(word) for word in Outcome},
        "severity": {str(word) for word in Severity},
    }
    for column, words in vocabularies.items():
        unknown = sorted(set(table[column]) - words)
        if unknown:
            message = f"Verdicts : {column} inconnu(e) : {unknown} ; attendu : {sorted(words)}"
            raise ValueError(message)
    twice = table.duplicated([*KEY, "rule"], keep=False)
    if twice.any():
        first = table.loc[twice, [*KEY, "rule"]].head(3).to_numpy().tolist()
        message = f"Une règle s'est prononcée deux fois sur une cellule : {first}"
        raise ValueError(message)
