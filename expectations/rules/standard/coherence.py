"""FDM and VCO: does a cell agree with itself?

Here: a missing value says why it is missing; a value does not come with a status that says it is
missing; the unit is the indicator's, and so is the kind of period; a rate is the quotient of its
own numerator and denominator. Not here: whether the value itself is plausible (the other modules),
whether several cells agree (``relations``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.periods import NAMES, is_of_kind
from expectations.cells.spellings import meant_period
from expectations.cells.statuses import MISSING
from expectations.rules.evidence_values import text_or_none
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import HEADLINE, MEANT_PERIOD
from expectations.verdicts.table import Judgement, Mask, Outcome, Row, choose


def missing_values(subject: Subject) -> Judgement:
    """Return FDM: a value may be empty only under a status that says why."""
    observations = subject.observations
    unexplained = observations["obs_value"].isna() & ~observations["obs_status"].isin(MISSING)
    cells = observations.assign(
        value_after=observations["obs_value"],
        outcome=choose([(unexplained, Outcome.FAIL)], Outcome.PASS, len(observations)),
    )
    return Judgement(
        "FDM",
        cells,
        subject.severities("FDM", cells),
        _missing_sentence,
        lambda row: {"obs_status": text_or_none(row["obs_status"])},
    )


def _missing_sentence(row: Row) -> str:
    status = row["obs_status"]
    if not np.isnan(row["obs_value"]):
        return "La valeur est donnée."
    if status in MISSING:
        return french.typeset(f"Valeur vide, statut {status} : {MISSING[str(status)]}.")
    return french.typeset(
        f"La valeur est vide et le statut « {text_or_none(status) or 'vide'} » ne dit pas pourquoi."
    )


def consistent_cells(subject: Subject) -> Judgement:
    """Return VCO: value, status, unit, period and quotient of a cell agree."""
    cells = subject.observations
    cells = cells.assign(value_after=cells["obs_value"], quotient=_disagreeing_quotients(subject))
    are_of_kind = subject.of_code(
        cells, "time_period", lambda item, period: is_of_kind(period, item.period_kind)
    )
    faulty = (
        (cells["obs_value"].notna() & cells["obs_status"].isin(MISSING))
        | ~_have_their_unit(subject)
        | ~are_of_kind.astype(bool)
        | cells["quotient"].notna()
    )
    cells["outcome"] = choose([(faulty, Outcome.FAIL)], Outcome.PASS, len(cells))
    words = _Words(subject.definitions)
    return Judgement("VCO", cells, subject.severities("VCO", cells), words.sentence, words.evidence)


def _have_their_unit(subject: Subject) -> Mask:
    """Tell which cells are in the unit of their category, or of the definition in force."""
    cells = subject.observations
    units = cells["unit_measure"].cat
    ranks = {str(unit): rank for rank, unit in enumerate(units.categories)}
    of_category = subject.of_category(
        cells,
        lambda item, name: (
            ranks.get(item.unit_of(name), _UNHEARD) if name in item.other_units else _OF_ITS_PERIOD
        ),
    )
    of_period = subject.of_code(
        cells, "time_period", lambda item, period: ranks.get(item.unit_at(period, ""), _UNHEARD)
    )
    expected = np.where(of_category == _OF_ITS_PERIOD, of_period, of_category)
    have_theirs: Mask = units.codes.to_numpy() == expected
    return have_theirs


_UNHEARD, _OF_ITS_PERIOD = -2, -3
"""In the place of the code of a unit: one that no cell has, and that of the period."""


def _disagreeing_quotients(subject: Subject) -> NDArray[np.float64]:
    """Return what a rate should be where it is not; NaN elsewhere."""
    cells = subject.observations
    is_rate = subject.of_definition(cells["indicator"], lambda item: item.value_kind == "rate")
    value, numerator, denominator = (
        cells[name].to_numpy() for name in ("obs_value", "numerator", "denominator")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = 100 * numerator / denominator
    disagrees = np.abs(value - quotient) > subject.thresholds("rate_tolerance", cells["indicator"])
    return np.where(is_rate.astype(bool) & disagrees, quotient, np.nan)


class _Words:
    """What is said of a cell, beside what its definition says."""

    def __init__(self, definitions: Mapping[str, IndicatorDefinition]) -> None:
        self._definitions = definitions

    def sentence(self, row: Row) -> str:
        """Say all that does not agree."""
        faults = " ".join(self._faults(row))
        return french.typeset(faults) or "Valeur, statut, unité et période se répondent."

    def evidence(self, row: Row) -> dict[str, Any]:
        """Return both units, and the period that is meant."""
        units = {
            "unit_measure": text_or_none(row["unit_measure"]),
            "expected_unit": self._unit(row),
        }
        meant = self._meant_period(row)
        if not meant:
            return units
        spelling = french.typeset(f"période écrite autrement que « {meant} »")
        return {**units, MEANT_PERIOD: meant, HEADLINE: spelling}

    def _faults(self, row: Row) -> Iterator[str]:
        value, status = row["obs_value"], row["obs_status"]
        if not np.isnan(value) and status in MISSING:
            yield (
                f"Le statut {status} dit la valeur manquante ({MISSING[status]}), "
                f"mais elle vaut {french.number(value)}."
            )
        expected = self._unit(row)
        if row["unit_measure"] != expected:
            unit = text_or_none(row["unit_measure"]) or "vide"
            named = [french.UNITS.get(code, code) for code in (unit, expected)]
            yield f"L'unité est « {named[0]} » au lieu de « {named[1]} »."
        kind, period = self._definitions[row["indicator"]].period_kind, str(row["time_period"])
        if not is_of_kind(period, kind):
            meant = self._meant_period(row)
            asked = f" ; vouliez-vous dire « {meant} » ?" if meant else "."
            yield f"La période « {period} » n'est pas {NAMES[kind]}{asked}"
        if not np.isnan(row["quotient"]):
            yield (
                f"Le taux affiché est {french.percent(value)}, alors que son numérateur divisé par "
                f"son dénominateur donne {french.percent(row['quotient'])}."
            )

    def _unit(self, row: Row) -> str:
        definition = self._definitions[row["indicator"]]
        return definition.unit_at(str(row["time_period"]), str(row["category"]))

    def _meant_period(self, row: Row) -> str | None:
        kind = self._definitions[row["indicator"]].period_kind
        return meant_period(str(row["time_period"]), kind)
