"""Breaks that an indicator's definition declares, with their reason: nobody has to sign them.

Here: reading in the verdicts which cells come after such a break. Not here: whether two periods
count the same thing (``rules.reporting.comparability``), a break that a steward accepts
(``decision``), how it is written on a cell (``annotations``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.verdicts.proofs import DECLARED, evidence_of
from expectations.verdicts.table import Cell, Outcome, Severity

RULE = "DFC"


@dataclass(frozen=True)
class DeclaredBreak:
    """A break that a definition declares.

    Attributes:
        period_before: The last period before it.
        sentence: What is published with the value, in French.
    """

    period_before: str
    sentence: str


@dataclass(frozen=True)
class Declarations:
    """What the gate is told of the indicators.

    Attributes:
        definitions: The indicators, by id, which say what adds up.
        breaks: The breaks that they declare, by cell.
    """

    definitions: Mapping[str, IndicatorDefinition]
    breaks: Mapping[Cell, DeclaredBreak]


NOTHING_DECLARED = Declarations({}, {})


def declared_breaks(verdicts: pd.DataFrame) -> dict[Cell, DeclaredBreak]:
    """Return the cells whose definition, unit or collection changed as their indicator declares.

    Args:
        verdicts: The table of ``rules.evaluate``.
    """
    declared = verdicts[
        (verdicts["rule"] == RULE)
        & (verdicts["outcome"] == Outcome.FAIL)
        & (verdicts["severity"] == Severity.INFORMATION)
    ]
    return {
        Cell.of(row): _declared(str(row["time_period"]), str(row["period_before"]), reasons)
        for row in declared.to_dict("records")
        if (reasons := evidence_of(row).get(DECLARED))
    }


def _declared(period: str, before: str, reasons: list[str]) -> DeclaredBreak:
    between = f"entre {french.period(before)} et {french.period(period)}"
    sentence = french.typeset(
        f"Rupture de série déclarée {between} : {' '.join(reasons).rstrip(' .')}"
    )
    return DeclaredBreak(before, sentence)
