"""DFC: do two periods count the same thing, in the same unit, collected in the same way?

Here: reading it from what observations carry: the version of the definition, the version of the
collection, the unit. A change that the indicator's definition declares, with its reason, is an
information; one that nobody declared is to be explained. Not here: a change that only the numbers
betray (``labels``, ``mergers``), one of who reports (``reporters``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import first_of_each
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.subject.meaning import differs, with_words
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import DECLARED, HEADLINE
from expectations.verdicts.table import (
    Judgement,
    Mask,
    Outcome,
    Reason,
    Row,
    Severity,
    choose,
    regraded,
)

CHANGES = {
    "definition": "La définition a changé",
    "collection": "Le recueil a changé",
    "unit_measure": "L'unité a changé",
}
SIDES = ("before", "after")
DECLARED_AS = {"definition": "definition", "collection": "collection", "unit_measure": "definition"}


def same_meaning(subject: Subject) -> Judgement:
    """Return DFC for every pair of values of one cell."""
    cells = with_words(subject)
    compared = (cells["value_before"].notna() & cells["value_after"].notna()).to_numpy()
    changed = np.zeros(len(cells), dtype=bool)
    undeclared = np.zeros(len(cells), dtype=bool)
    for column, kind in DECLARED_AS.items():
        moved = compared & differs(cells, column)
        changed |= moved
        undeclared |= moved & ~declared_changes(subject, cells, kind)
    cells = cells.assign(
        outcome=choose(
            [(~compared, Outcome.NOT_EVALUATED), (changed, Outcome.FAIL)], Outcome.PASS, len(cells)
        ),
        reason=why_not_compared(cells, ~compared),
    )
    severity = regraded(
        subject.severities("DFC", cells), changed & ~undeclared, Severity.INFORMATION
    )
    words = _Words(subject.definitions)
    return Judgement("DFC", cells, severity, words.sentence, words.evidence)


def why_not_compared(
    pairs: pd.DataFrame, unknown: Mask, otherwise: Reason = Reason.NOT_TOLD
) -> "pd.Categorical[str]":
    """Return why two periods were not compared, for the pairs that were not.

    Args:
        pairs: The pairs.
        unknown: Which of them were not compared.
        otherwise: Why, where both values are there.
    """
    return choose(
        [
            (unknown & pairs["period_before"].isna(), Reason.FIRST),
            (unknown & pairs["value_before"].isna(), Reason.NO_VALUE_BEFORE),
            (unknown & pairs["value_after"].isna(), Reason.NO_VALUE),
            (unknown, otherwise),
        ],
        None,
        len(pairs),
    )


def declared_changes(subject: Subject, cells: pd.DataFrame, kind: str) -> Mask:
    """Tell for which cells the definition declares a version that begins since the period before.

    Args:
        subject: What is judged.
        cells: Pairs of periods.
        kind: ``definition``, ``collection`` or ``perimeter``.
    """
    columns = ["indicator", "period_before", "time_period"]
    spans = cells.loc[first_of_each(cells, columns), columns].dropna()
    before = {
        (indicator, period): str(earlier)
        for indicator, earlier, period in spans.itertuples(index=False, name=None)
    }

    def is_declared(definition: IndicatorDefinition, period: str) -> bool:
        earlier = before.get((definition.id, period))
        return earlier is not None and bool(_reason(definition, kind, earlier, period))

    return subject.of_code(cells, "time_period", is_declared).astype(bool)


def _reason(definition: IndicatorDefinition, kind: str, before: str, period: str) -> str | None:
    reasons = [
        version.reason
        for version in definition.comparability
        if version.kind == kind and version.since is not None and before < version.since <= period
    ]
    return reasons[-1] if reasons else None


class _Words:
    """What is said of a change, with the reason that the definition gives."""

    def __init__(self, definitions: Mapping[str, IndicatorDefinition]) -> None:
        self._definitions = definitions

    def sentence(self, row: Row) -> str:
        """Say what changed, from what to what."""
        if row["outcome"] == Outcome.NOT_EVALUATED:
            return f"Rien à comparer : {row['reason']}."
        changes = " ".join(dict.fromkeys(self._changes(row)))
        return french.typeset(
            changes or "Définition, unité et recueil sont ceux de la période précédente."
        )

    def evidence(self, row: Row) -> dict[str, Any]:
        """Return both words of what changed."""
        changed = [column for column in CHANGES if self._has_changed(row, column)]
        if not changed:
            return {}
        span = (str(row["period_before"]), str(row["time_period"]))
        definition = self._definitions[row["indicator"]]
        reasons = [_reason(definition, DECLARED_AS[column], *span) for column in changed]
        return {
            **{column: [row[f"{column}_before"], row[f"{column}_after"]] for column in changed},
            DECLARED: list(dict.fromkeys(filter(None, reasons))),
            HEADLINE: french.listing(CHANGES[column].lower() for column in changed),
        }

    def _changes(self, row: Row) -> Iterator[str]:
        definition = self._definitions[row["indicator"]]
        for column, title in CHANGES.items():
            if not self._has_changed(row, column):
                continue
            words = (self._word(definition, column, row[f"{column}_{side}"]) for side in SIDES)
            yield f"{title} : {' → '.join(map(french.quoted, words))}."
            span = (str(row["period_before"]), str(row["time_period"]))
            reason = _reason(definition, DECLARED_AS[column], *span)
            yield (
                f"Déclaré : {reason}" if reason else "La définition de l'indicateur n'en dit rien."
            )

    @staticmethod
    def _word(definition: IndicatorDefinition, column: str, code: str) -> str:
        if column == "unit_measure":
            return french.UNITS.get(code, code)
        return definition.label_of_version(column, code)

    @staticmethod
    def _has_changed(row: Row, column: str) -> bool:
        words = [row[f"{column}_before"], row[f"{column}_after"]]
        return all(isinstance(word, str) for word in words) and words[0] != words[1]
