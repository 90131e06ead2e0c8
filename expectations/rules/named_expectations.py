"""What each rule asks, said in French to Great Expectations.

Thin named subclasses of a core expectation over the verdict table: the verdict was computed by the
rule's own function, here it is asserted, and the rows that fail are named. Importing this module
costs the seconds that Great Expectations takes.
"""

from typing import ClassVar

from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)

from expectations.verdicts import Outcome

ACCEPTED = [str(Outcome.PASS), str(Outcome.NOT_EVALUATED)]


class ExpectVerdictToBeAccepted(ExpectColumnValuesToBeInSet):
    """Every verdict of a rule is a pass, or could not be given."""

    rule: ClassVar[str]
    column: str = "outcome"
    value_set: list[str] = ACCEPTED


class ExpectMissingValuesToSayWhy(ExpectVerdictToBeAccepted):
    """FDM."""

    rule = "FDM"
    description = "Une valeur vide porte un statut qui dit pourquoi elle manque."


class ExpectConsistentCells(ExpectVerdictToBeAccepted):
    """VCO."""

    rule = "VCO"
    description = "Valeur, statut, unité, numérateur et dénominateur d'une cellule se répondent."


class ExpectValuesInRange(ExpectVerdictToBeAccepted):
    """VIR."""

    rule = "VIR"
    description = "Chaque valeur est dans l'intervalle que permet la définition de l'indicateur."


class ExpectAggregatesToMatchDetails(ExpectVerdictToBeAccepted):
    """VAD."""

    rule = "VAD"
    description = "Chaque total est la somme de ses détails."


class ExpectNoVanishedCategory(ExpectVerdictToBeAccepted):
    """VAN."""

    rule = "VAN"
    description = "Ce qui avait une valeur à la période précédente en a encore une."


class ExpectNoReportingBreak(ExpectVerdictToBeAccepted):
    """BRK."""

    rule = "BRK"
    description = "Aucun nombre ne bouge plus que ne le permettent hasard et évolution ordinaire."


class ExpectPartToFollowItsWhole(ExpectVerdictToBeAccepted):
    """LNK."""

    rule = "LNK"
    description = "Une partie évolue avec l'ensemble auquel elle appartient."


EXPECTATIONS: dict[str, type[ExpectVerdictToBeAccepted]] = {
    expectation.rule: expectation
    for expectation in (
        ExpectMissingValuesToSayWhy,
        ExpectConsistentCells,
        ExpectValuesInRange,
        ExpectAggregatesToMatchDetails,
        ExpectNoVanishedCategory,
        ExpectNoReportingBreak,
        ExpectPartToFollowItsWhole,
    )
}
