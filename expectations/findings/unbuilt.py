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
from expectations.findings.roll_up import Finding, finding_id
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Cell

RULE = "BLD"


@dataclass(frozen=True)
class FailedCheck:
    """A check of the transformation that failed.

    Attributes:
        name: Its name in dbt.
        model: The table that it looked at.
        message: What it found, in French.
        indicators: The indicators that descend from that table.
    """

    name: str
    model: str
    message: str
    indicators: tuple[str, ...]


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
        _finding(definitions[indicator], checks, previous, policy)
        for indicator, checks in sorted(reached.items())
    ]


def _finding(
    definition: IndicatorDefinition,
    checks: list[FailedCheck],
    previous: pd.DataFrame | None,
    policy: Policy,
) -> Finding:
    cells = _published_cells(previous, definition.id)
    messages = [
        f"{check.message} Contrôle « {check.name} » sur « {check.model} »." for check in checks
    ]
    return Finding(
        finding_id=finding_id(definition.id, *messages),
        indicator=definition.id,
        time_period=max((cell.time_period for cell in cells), default="—"),
        period_before=None,
        severity=policy.severity_of(RULE, definition.id),
        rules=(RULE,),
        cells=cells,
        value_before=None,
        value_after=None,
        title=french.typeset(f"{definition.label} : l'indicateur n'a pas pu être construit"),
        explanation="\n\n".join(french.typeset(text) for text in [*messages, _HELD]),
        question=french.typeset(
            "Les données reçues contiennent-elles un code nouveau, une ligne en double ou une "
            "valeur illisible ?"
        ),
        addressee=definition.contact,
        p_value=None,
    )


def _published_cells(previous: pd.DataFrame | None, indicator: str) -> tuple[Cell, ...]:
    if previous is None:
        return ()
    rows = previous.loc[previous["indicator"] == indicator, KEY]
    return tuple(Cell(*map(str, row)) for row in rows.itertuples(index=False))


_HELD = (
    "Toutes les cellules de l'indicateur restent à leur dernière valeur publiée, s'il y en a une, "
    "jusqu'à ce que la donnée ou le modèle soit corrigé."
)
