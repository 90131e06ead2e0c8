"""What the rules tolerate: the model of ``policy.yml``.

Here: severities and thresholds, those that differ for an indicator included; the figures are in
that file and nowhere else. Not here: why each was chosen (the rule that uses it), what must hold of
one fiche (``fiches``).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from expectations.suites.words import Words, read_words
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Severity

POLICY_FILE = Path(__file__).parent / "policy.yml"


class Derogation(Words):
    """What is tolerated otherwise for some indicators, decided one day for a reason.

    Attributes:
        indicators: The indicators.
        severities: Severities that differ, by rule.
        thresholds: Thresholds that differ, by their French name in the policy.
        since: Day it was decided.
        reason: Why, in French, for whoever reads it next year.
    """

    indicators: tuple[str, ...] = Field(min_length=1, alias="indicateurs")
    severities: Mapping[str, Severity] = Field({}, alias="gravites")
    thresholds: Mapping[str, float] = Field({}, alias="seuils")
    since: date = Field(alias="depuis")
    reason: str = Field(min_length=20, alias="raison")

    @property
    def words(self) -> tuple[str, ...]:
        """What differs: codes of rules, names of thresholds."""
        return (*self.severities, *self.thresholds)

    @model_validator(mode="after")
    def _a_word_of_the_policy_differs(self) -> Self:
        unknown = {*self.severities} - {*RULES} | {*self.thresholds} - THRESHOLDS
        if unknown:
            message = f"mot inconnu : {', '.join(sorted(unknown))}"
            raise ValueError(message)
        if not self.words:
            message = "une dérogation change au moins une gravité ou un seuil"
            raise ValueError(message)
        return self


class Policy(Words):
    """Severities and thresholds of the rules.

    Attributes:
        severities: Severity of a failure, by rule.
        false_discovery_rate: Share of false alarms accepted among the alarms of a night.
        common_false_discovery_rate: The same, of the alarms that hold a whole table at once.
        ordinary_growth: Factor that an ordinary count stays within, 19 periods out of 20.
        ordinary_common_growth: Same, for what all the series of a table do together.
        ordinary_share_change: Same, for the share that a part has in its whole.
        ordinary_departure: Same, for what a series does more or less than its siblings.
        ordinary_area_movement: Same, for what an area does in all its categories together, beside
            the other areas.
        printed_step: What a rate without numerator is taken to be rounded to, in points.
        smallest_magnitude: Count under which all counts are of one order of magnitude.
        vanished_share: Share of the previous total from which vanished parts put it in doubt.
        vanished_least: Size (a count, or the denominator of a rate) from which a category that
            vanished is in doubt though its area gives others.
        aggregate_tolerance: Greatest gap accepted between a total and the sum of its parts.
        aggregate_share: The same, as a share of the total; both are accepted together.
        rate_tolerance: Greatest gap accepted, in points, between a rate and its own quotient.
        revision_tolerance: Share of a published value that a revision stays within.
        revision_floor: Revision of a count that is too small to be one, whatever the share.
        revised_share: Share of the published values of a period that may be revised at once.
        mirror_tolerance: Share by which two sources of one fact may differ.
        adjusted_mean_gap: Share by which the mean of a year may differ once seasonally adjusted.
        adjusted_ratio: Factor that what an adjustment does to a season stays within, from one year
            to the others.
        derogations: What differs for some indicators.
        verdicts_kept: Number of verdicts up to which a night keeps them all, in words; beyond, what
            is not a failure is told by an example.
    """

    severities: dict[str, Severity] = Field(alias="gravites")
    false_discovery_rate: float = Field(gt=0, lt=1, alias="part_de_fausses_alertes")
    common_false_discovery_rate: float = Field(gt=0, lt=1, alias="part_de_fausses_alertes_communes")
    ordinary_growth: float = Field(gt=1, alias="croissance_ordinaire")
    ordinary_common_growth: float = Field(gt=1, alias="croissance_commune_ordinaire")
    ordinary_share_change: float = Field(gt=1, alias="changement_de_part_ordinaire")
    ordinary_departure: float = Field(gt=1, alias="ecart_aux_autres_ordinaire")
    ordinary_area_movement: float = Field(gt=1, alias="mouvement_ordinaire_d_un_territoire")
    printed_step: float = Field(gt=0, alias="pas_imprime")
    smallest_magnitude: float = Field(gt=0, alias="plus_petite_grandeur")
    vanished_share: float = Field(gt=0, le=1, alias="part_disparue")
    vanished_least: float = Field(ge=0, alias="effectif_disparu")
    aggregate_tolerance: float = Field(ge=0, alias="ecart_admis_du_total")
    aggregate_share: float = Field(ge=0, lt=1, alias="ecart_relatif_admis_du_total")
    rate_tolerance: float = Field(ge=0, alias="ecart_admis_du_taux")
    revision_tolerance: float = Field(ge=0, alias="revision_admise")
    revision_floor: float = Field(ge=0, alias="revision_negligeable")
    revised_share: float = Field(ge=0, le=1, alias="part_revisee")
    mirror_tolerance: float = Field(ge=0, alias="ecart_admis_du_miroir")
    adjusted_mean_gap: float = Field(ge=0, alias="ecart_admis_des_moyennes")
    adjusted_ratio: float = Field(gt=1, alias="rapport_admis_au_brut")
    derogations: tuple[Derogation, ...] = ()
    verdicts_kept: int = Field(ge=0, alias="verdicts_gardes")

    @field_validator("severities")
    @classmethod
    def _every_rule_has_a_severity(cls, severities: dict[str, Severity]) -> dict[str, Severity]:
        if set(severities) != set(RULES):
            message = f"une gravité par règle, ni plus ni moins : {sorted(RULES)}"
            raise ValueError(message)
        return severities

    @model_validator(mode="after")
    def _derogations_are_possible(self) -> Self:
        derogated: set[tuple[str, str]] = set()
        for derogation in self.derogations:
            for pair in product(derogation.indicators, derogation.words):
                if pair in derogated:
                    message = f"deux dérogations disent la même chose : {' et '.join(pair)}"
                    raise ValueError(message)
                derogated.add(pair)
        for indicator in {indicator for indicator, _ in derogated}:
            self.of(indicator)
        return self

    def of(self, indicator: str) -> "Policy":
        """Return the policy of an indicator, what differs for it included."""
        return self._of_indicators.get(indicator, self)

    def severity_of(self, rule: str, indicator: str) -> Severity:
        """Return the severity of a failure of a rule on an indicator."""
        return self.of(indicator).severities[rule]

    @cached_property
    def _of_indicators(self) -> "dict[str, Policy]":
        policies: dict[str, Policy] = {}
        for derogation in self.derogations:
            for indicator in derogation.indicators:
                policy = policies.get(indicator, self)
                content = policy.model_dump(by_alias=True, exclude={"derogations"})
                severities = {**policy.severities, **derogation.severities}
                policies[indicator] = Policy.model_validate(
                    {**content, **derogation.thresholds, "gravites": severities}
                )
        return policies


_OF_A_WHOLE_NIGHT = {
    "severities",
    "derogations",
    "false_discovery_rate",
    "common_false_discovery_rate",
    "verdicts_kept",
}
THRESHOLDS = frozenset(
    str(field.alias) for name, field in Policy.model_fields.items() if name not in _OF_A_WHOLE_NIGHT
)
"""What can differ for an indicator, in the words of the file: the rest is for a whole night."""


@cache
def load_policy() -> Policy:
    """Return the policy in force.

    Raises:
        SuiteError: The file misses a figure, or holds an impossible one.
    """
    return read_words(POLICY_FILE, Policy)
