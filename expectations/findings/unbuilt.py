"""Findings about indicators that the night could not build as they are defined.

Here: what follows when a check of the transformation itself failed (an unknown code, a repeated
key, a lost row): what is then in the tables cannot be trusted, so every cell of the indicator is
held. Not here: running those checks and knowing which indicators they reach
(``orchestration.dbt``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.findings.compared import Basis, Compared, Readings
from expectations.findings.roll_up import Finding, finding_id
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Cell

RULE = "BLD"
NOT_BUILT = "l'indicateur n'a pas pu être construit"


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


def construction_findings(
    failed: Iterable[FailedCheck],
    previous: pd.DataFrame | None,
    definitions: Mapping[str, IndicatorDefinition],
) -> list[Finding]:
    """Return one finding per indicator that a failed check reaches.

    It holds the cells that were published, the only ones that can be trusted.

    Args:
        failed: The checks that failed.
        previous: Rows of the last release, or None before the first.
        definitions: The indicators, by id.
    """
    policy = load_policy()
    reached: dict[str, list[FailedCheck]] = {}
    for check in failed:
        for indicator in check.indicators:
            reached.setdefault(indicator, []).append(check)
    return [
        _finding(
            definitions[indicator], checks, _published(previous, definitions[indicator]), policy
        )
        for indicator, checks in sorted(reached.items())
    ]


def _finding(
    definition: IndicatorDefinition,
    checks: list[FailedCheck],
    numbers: tuple[Compared, ...],
    policy: Policy,
) -> Finding:
    messages = [
        f"{check.message} Contrôle « {check.name} » sur « {check.model} »." for check in checks
    ]
    return Finding(
        finding_id=finding_id(definition.id, *messages),
        indicator=definition.id,
        time_period=max((item.cell.time_period for item in numbers), default="—"),
        period_before=None,
        severity=policy.severity_of(RULE, definition.id),
        rules=(RULE,),
        numbers=numbers,
        headline=None,
        basis=Basis.NOTHING,
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
