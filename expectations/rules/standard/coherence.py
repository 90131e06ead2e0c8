"""FDM and VCO: does a cell agree with itself?

Here: a missing value says why it is missing; a value does not come with a status that says it is
missing; the unit is the indicator's, and so is the kind of period; a rate is the quotient of its
own numerator and denominator. Not here: whether the value itself is plausible (the other modules),
whether several cells agree (``relations``).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.cells.periods import NAMES, is_of_kind
from expectations.cells.spellings import meant_period
from expectations.cells.statuses import MISSING
from expectations.rules.evidence_values import text_or_none
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import HEADLINE, MEANT_PERIOD
from expectations.verdicts.table import Judgement, Outcome, Row, choose


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
    cells = cells.assign(
        value_after=cells["obs_value"],
        expected_unit=_expected_units(subject, cells),
        period_kind=subject.of_definition(cells["indicator"], lambda item: item.period_kind),
        is_of_kind=subject.of_code(
            cells, "time_period", lambda item, period: is_of_kind(period, item.period_kind)
        ),
        meant_period=subject.of_code(
            cells, "time_period", lambda item, period: meant_period(period, item.period_kind) or ""
        ),
        quotient=_disagreeing_quotients(subject),
    )
    faulty = (
        (cells["obs_value"].notna() & cells["obs_status"].isin(MISSING))
        | (cells["unit_measure"].astype(object) != cells["expected_unit"])
        | ~cells["is_of_kind"].astype(bool)
        | cells["quotient"].notna()
    )
    cells["outcome"] = choose([(faulty, Outcome.FAIL)], Outcome.PASS, len(cells))
    return Judgement(
        "VCO", cells, subject.severities("VCO", cells), _consistency_sentence, _consistency_evidence
    )


def _expected_units(subject: Subject, cells: pd.DataFrame) -> NDArray[Any]:
    """Return the unit of each cell: of its category, or of the definition in force."""
    has_own = subject.of_category(cells, lambda item, category: category in item.other_units)
    of_category = subject.of_category(cells, lambda item, category: item.unit_of(category))
    of_period = subject.of_code(
        cells, "time_period", lambda item, period: item.unit_at(period, TOTAL)
    )
    return np.where(has_own.astype(bool), of_category, of_period)


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


def _consistency_evidence(row: Row) -> dict[str, Any]:
    units = {
        "unit_measure": text_or_none(row["unit_measure"]),
        "expected_unit": row["expected_unit"],
    }
    if not row["meant_period"]:
        return units
    spelling = french.typeset(f"période écrite autrement que « {row['meant_period']} »")
    return {**units, MEANT_PERIOD: row["meant_period"], HEADLINE: spelling}


def _consistency_sentence(row: Row) -> str:
    faults = " ".join(_faults(row))
    return french.typeset(faults) or "Valeur, statut, unité et période se répondent."


def _faults(row: Row) -> Iterator[str]:
    value, status = row["obs_value"], row["obs_status"]
    if not np.isnan(value) and status in MISSING:
        yield (
            f"Le statut {status} dit la valeur manquante ({MISSING[status]}), "
            f"mais elle vaut {french.number(value)}."
        )
    if row["unit_measure"] != row["expected_unit"]:
        unit = text_or_none(row["unit_measure"]) or "vide"
        named = [french.UNITS.get(code, code) for code in (unit, str(row["expected_unit"]))]
        yield f"L'unité est « {named[0]} » au lieu de « {named[1]} »."
    if not row["is_of_kind"]:
        meant = f" ; vouliez-vous dire « {row['meant_period']} » ?" if row["meant_period"] else "."
        yield f"La période « {row['time_period']} » n'est pas {NAMES[row['period_kind']]}{meant}"
    if not np.isnan(row["quotient"]):
        yield (
            f"Le taux affiché est {french.percent(value)}, alors que son numérateur divisé par son "
            f"dénominateur donne {french.percent(row['quotient'])}."
        )
