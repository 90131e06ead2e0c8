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


class ExpectCodesToBeKnown(ExpectVerdictToBeAccepted):
    """COV."""

    rule = "COV"
    description = "Chaque code est dans sa nomenclature, ou parmi ceux que la fiche admet."


class ExpectCodesToGoTogether(ExpectVerdictToBeAccepted):
    """COC."""

    rule = "COC"
    description = "Une catégorie va avec sa ventilation, un code avec ceux que la fiche admet."


class ExpectCountsToBeWhole(ExpectVerdictToBeAccepted):
    """FDT."""

    rule = "FDT"
    description = "Un nombre de choses est un nombre entier."


class ExpectDecimalsToBeFew(ExpectVerdictToBeAccepted):
    """FDL."""

    rule = "FDL"
    description = "Une valeur n'a pas plus de décimales que la fiche n'en admet."


class ExpectPartsToBeGiven(ExpectVerdictToBeAccepted):
    """REP."""

    rule = "REP"
    description = "Une cellule attendue a une ligne."


class ExpectSeriesWithoutHole(ExpectVerdictToBeAccepted):
    """RTS."""

    rule = "RTS"
    description = "Une série n'a pas de trou entre sa première et sa dernière valeur."


class ExpectPeriodsToHaveLines(ExpectVerdictToBeAccepted):
    """RNR."""

    rule = "RNR"
    description = "Une période due a des lignes, autant que la fiche en attend."


class ExpectAdjustedToFollowRaw(ExpectVerdictToBeAccepted):
    """VSA."""

    rule = "VSA"
    description = "Une valeur corrigée des variations saisonnières suit la valeur brute."


class ExpectSourcesToAgree(ExpectVerdictToBeAccepted):
    """VMP."""

    rule = "VMP"
    description = "Deux sources du même fait s'accordent."


class ExpectRevisionsToBeSmall(ExpectVerdictToBeAccepted):
    """VRT."""

    rule = "VRT"
    description = "Une valeur publiée n'est révisée que de peu."


class ExpectFewRevisions(ExpectVerdictToBeAccepted):
    """RRL."""

    rule = "RRL"
    description = "Peu des valeurs publiées d'une période sont révisées à la fois."


EXPECTATIONS: dict[str, type[ExpectVerdictToBeAccepted]] = {
    expectation.rule: expectation
    for expectation in (
        ExpectMissingValuesToSayWhy,
        ExpectCodesToBeKnown,
        ExpectCodesToGoTogether,
        ExpectCountsToBeWhole,
        ExpectDecimalsToBeFew,
        ExpectPartsToBeGiven,
        ExpectSeriesWithoutHole,
        ExpectPeriodsToHaveLines,
        ExpectAdjustedToFollowRaw,
        ExpectSourcesToAgree,
        ExpectRevisionsToBeSmall,
        ExpectFewRevisions,
        ExpectConsistentCells,
        ExpectValuesInRange,
        ExpectAggregatesToMatchDetails,
        ExpectNoVanishedCategory,
        ExpectNoReportingBreak,
        ExpectPartToFollowItsWhole,
    )
}
