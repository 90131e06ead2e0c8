"""Findings about indicators that the night could not build as they are defined.

Here: what follows when a check of the transformation itself failed (an unknown code, a repeated
key, a lost row): what is then in the tables cannot be trusted, so every cell of the indicator is
held, or those alone that it may concern when that is known (``uncertain``). Not here: running those
checks and knowing which indicators they reach (``orchestration.dbt``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.findings.compared import Basis, Compared, Readings
from expectations.findings.roll_up import Finding, finding_id
from expectations.suites.policy import load_policy
from expectations.verdicts.table import Cell, Severity

RULE = "BLD"
NOT_BUILT = "l'indicateur n'a pas pu être construit"


@dataclass(frozen=True)
class Whereabouts:
    """The cells of an indicator that a failed check may concern.

    Attributes:
        time_period: Their period; None when it may be any.
        ref_area: Their area; None when it may be any.
    """

    time_period: str | None
    ref_area: str | None


@dataclass(frozen=True)
class FailedCheck:
    """A check of the transformation that failed.

    Attributes:
        name: Its name in dbt.
        model: The table that it looked at.
        message: What it found, in French.
        indicators: The indicators that it reaches.
        title: What became of them, in a French clause that ends a title.
        question: What to ask, in French.
        whereabouts: Which cells of its indicators it may concern; empty when it is all of them.
    """

    name: str
    model: str
    message: str
    indicators: tuple[str, ...]
    title: str = NOT_BUILT
    question: str = (
        "Les données reçues contiennent-elles un code nouveau, une ligne en double ou une valeur "
        "illisible ?"
    )
    whereabouts: tuple[Whereabouts, ...] = ()

    def concerns(self, cell: Cell) -> bool:
        """Tell whether it may concern a cell."""
        return cell.indicator in self.indicators and (
            not self.whereabouts
            or any(
                where.time_period in {None, cell.time_period}
                and where.ref_area in {None, cell.ref_area}
                for where in self.whereabouts
            )
        )


def unsound_indicators(failed: Iterable[FailedCheck]) -> set[str]:
    """Return the indicators of which no cell can be trusted."""
    return {name for check in failed if not check.whereabouts for name in check.indicators}


def construction_findings(
    failed: Iterable[FailedCheck],
    previous: pd.DataFrame | None,
    definitions: Mapping[str, IndicatorDefinition],
    observations: pd.DataFrame,
    uncertain: Collection[Cell],
) -> list[Finding]:
    """Return one finding per indicator that a failed check reaches.

    It holds the cells that were published, the only ones that can be trusted; those in doubt alone
    when it is known which these are.

    Args:
        failed: The checks that failed.
        previous: Rows of the last release, or None before the first.
        definitions: The indicators, by id.
        observations: Tonight's observations of the indicators that could be built.
        uncertain: The cells of these that are in doubt.
    """
    policy = load_policy()
    reached: dict[str, list[FailedCheck]] = {}
    for check in failed:
        for indicator in check.indicators:
            reached.setdefault(indicator, []).append(check)
    readings = Readings(observations, previous, definitions)
    findings = []
    for indicator, checks in sorted(reached.items()):
        definition, basis = definitions[indicator], Basis.NOTHING
        severity = policy.severity_of(RULE, indicator)
        if all(check.whereabouts for check in checks):
            cells = sorted(cell for cell in uncertain if cell.indicator == indicator)
            compared = (readings.compared(cell, None) for cell in cells)
            numbers = tuple(item for item in compared if item.was_ever_given)
            severity = severity if numbers else Severity.INFORMATION
            basis = Basis.RELEASE if any(item.published for item in numbers) else basis
        else:
            numbers = _published(previous, definition)
        findings.append(_finding(definition, checks, numbers, severity, basis))
    return findings


def _finding(
    definition: IndicatorDefinition,
    checks: list[FailedCheck],
    numbers: tuple[Compared, ...],
    severity: Severity,
    basis: Basis,
) -> Finding:
    messages = [
        f"{check.message} Contrôle « {check.name} » sur « {check.model} »." for check in checks
    ]
    return Finding(
        finding_id=finding_id(definition.id, *messages),
        indicator=definition.id,
        time_period=max((item.cell.time_period for item in numbers), default="—"),
        period_before=None,
        severity=severity,
        rules=(RULE,),
        numbers=numbers,
        headline=None,
        basis=basis,
        title=french.typeset(f"{definition.label} : {_outcome(checks)}"),
        explanation="\n\n".join(french.typeset(text) for text in messages),
        question=french.typeset(" ".join(dict.fromkeys(check.question for check in checks))),
        addressee=definition.contact,
        p_value=None,
    )


def _outcome(checks: list[FailedCheck]) -> str:
    """Say what became of an indicator: that it was not built, before all else."""
    titles = list(dict.fromkeys(check.title for check in checks))
    return NOT_BUILT if NOT_BUILT in titles else " ; ".join(titles)


def _published(
    previous: pd.DataFrame | None, definition: IndicatorDefinition
) -> tuple[Compared, ...]:
    """Return what was published of an indicator; tonight says nothing that can be trusted."""
    if previous is None:
        return ()
    readings = Readings(previous.head(0), previous, {definition.id: definition})
    rows = previous.loc[previous["indicator"] == definition.id, KEY]
    cells = sorted(Cell(*map(str, row)) for row in rows.itertuples(index=False))
    return tuple(readings.compared(cell, None) for cell in cells)
