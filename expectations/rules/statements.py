"""What the entries of a type of rule say together, as one judgement.

Here: putting in the shape of any rule what is judged of each entry, on the cells in its condition,
with its explanation and its question. Not here: judging a control (``standard``), nor bringing
together several answers on one cell, the gravest first (``evaluate``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.subject.subject import Subject
from expectations.suites.fiches.entries import Entry
from expectations.verdicts.proofs import QUESTION
from expectations.verdicts.table import Judgement, Outcome, Reason, Row

OUT = -1
"""In the place of the rank of a cell among those in the condition, of one that is out of it."""


@dataclass(frozen=True)
class EntryJudgement:
    """What an entry says of the cells in its condition.

    Attributes:
        outcome: An outcome a cell.
        reason: Why, for those that could not be judged.
        tell: The numbers behind the outcome of the n-th cell, in a French sentence.
        prove: The same, as JSON holds them.
    """

    outcome: "pd.Categorical[str]"
    reason: "pd.Categorical[str]"
    tell: Callable[[int], str]
    prove: Callable[[int], Mapping[str, Any]]


JudgeEntry = Callable[[Subject, Any, Integers], EntryJudgement]
"""What judges a control on some rows of the observations."""


def rule_of_entries(
    code: str, judge: JudgeEntry, *, is_supplement: bool = True
) -> Callable[[Subject], Judgement]:
    """Return the rule that says what the entries of a type ask.

    Args:
        code: The type of rule.
        judge: What judges its entries.
        is_supplement: Whether another rule of that type speaks of every cell; if not, what passes
            is told too.
    """

    def rule(subject: Subject) -> Judgement:
        judged = [_judged_entry(subject, entry, judge) for entry in subject.suites.of(code)]
        words = _Words([item.entry for item in judged], [item.judgement for item in judged])
        return Judgement(
            code,
            _cells(subject, judged),
            np.concatenate([np.zeros(0, dtype="U1"), *(item.severity for item in judged)]),
            words.sentence,
            words.evidence,
            is_supplement=is_supplement,
        )

    return rule


@dataclass(frozen=True)
class _JudgedEntry:
    """What an entry says of every cell of its indicators.

    Attributes:
        entry: The entry.
        rows: Positions of the cells among the observations.
        place: Rank of each among the cells in the condition, ``OUT`` for the others.
        severity: Severity of a failure of each.
        judgement: What it says of the cells in the condition.
    """

    entry: Entry
    rows: Integers
    place: Integers
    severity: NDArray[np.str_]
    judgement: EntryJudgement

    def codes(self, words: "pd.Categorical[str]", otherwise: int) -> NDArray[np.int8]:
        """Return the codes of the words about each cell."""
        return np.append(words.codes, np.int8(otherwise))[self.place]


def _judged_entry(subject: Subject, entry: Entry, judge: JudgeEntry) -> _JudgedEntry:
    rows = np.concatenate([subject.index.rows_of(name) for name in sorted({*entry.indicators})])
    cells = subject.observations.take(rows)
    met = entry.only_if.met_by(cells)
    severity = (
        np.full(len(rows), str(entry.override.severity))
        if entry.override
        else np.asarray(subject.severities(entry.code, cells), dtype=str)
    )
    place = np.where(met, np.cumsum(met) - 1, OUT)
    return _JudgedEntry(entry, rows, place, severity, judge(subject, entry.control, rows[met]))


def _cells(subject: Subject, judged: list[_JudgedEntry]) -> pd.DataFrame:
    """Return the cells that entries speak of, once for each entry."""
    none = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([none, *(item.rows for item in judged)])
    unknown = list(Outcome).index(Outcome.NOT_EVALUATED)
    out = list(Reason).index(Reason.OUT_OF_CONDITION)
    outcomes = [item.codes(item.judgement.outcome, unknown) for item in judged]
    reasons = [item.codes(item.judgement.reason, out) for item in judged]
    return (
        subject.observations.take(rows)
        .reset_index(drop=True)
        .assign(
            value_after=subject.finite_values[rows],
            outcome=_words(outcomes, Outcome),
            reason=_words(reasons, Reason),
            entry=np.repeat(np.arange(len(judged)), [len(item.rows) for item in judged]),
            place=np.concatenate([none, *(item.place for item in judged)]),
        )
    )


def _words(
    codes: list[NDArray[np.int8]], words: type[Outcome] | type[Reason]
) -> "pd.Categorical[str]":
    together = np.concatenate([np.zeros(0, dtype=np.int8), *codes])
    return pd.Categorical.from_codes(together, categories=pd.Index([str(word) for word in words]))


@dataclass(frozen=True)
class _Words:
    """What each entry says of a cell: its explanation, then the numbers."""

    entries: list[Entry]
    judgements: list[EntryJudgement]

    def sentence(self, row: Row) -> str:
        entry, place = self.entries[row["entry"]], row["place"]
        if place == OUT:
            return "Hors de la condition de ce contrôle."
        return french.typeset(
            f"{entry.explanation.strip()} {self.judgements[row['entry']].tell(place)}"
        )

    def evidence(self, row: Row) -> dict[str, Any]:
        entry, place = self.entries[row["entry"]], row["place"]
        if place == OUT:
            return {"nom": entry.name}
        return {
            **self.judgements[row["entry"]].prove(place),
            "nom": entry.name,
            QUESTION: french.typeset(entry.question.strip()),
        }
