"""What the entries of a type of rule say together, as one judgement.

An entry is judged by one function of ``rules``, on the cells in its condition. Here its answers are
put in the shape of any rule, with its explanation and its question; several answers on one cell are
brought together by ``evaluate``, the gravest first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.subject.subject import Subject
from expectations.suites.fiches.entries import Entry
from expectations.verdicts.table import Judgement, Outcome, Reason, Row

Integers = NDArray[np.int64]
OUT = -1
"""In the place of the rank of a cell among those in the condition, of one that is out of it."""


@dataclass(frozen=True)
class Said:
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


Judge = Callable[[Subject, Any, Integers], Said]
"""What judges a control on some rows of the observations."""


def asked(code: str, judge: Judge, *, is_supplement: bool = True) -> Callable[[Subject], Judgement]:
    """Return the rule that says what the entries of a type ask.

    Args:
        code: The type of rule.
        judge: What judges its entries.
        is_supplement: Whether another rule of that type speaks of every cell; if not, what passes
            is told too.
    """

    def rule(subject: Subject) -> Judgement:
        heard = [_hear(subject, entry, judge) for entry in subject.suites.of(code)]
        words = _Words([one.entry for one in heard], [one.said for one in heard])
        return Judgement(
            code,
            _cells(subject, heard),
            np.concatenate([np.zeros(0, dtype="U1"), *(one.severity for one in heard)]),
            words.sentence,
            words.evidence,
            is_supplement=is_supplement,
        )

    return rule


@dataclass(frozen=True)
class _Heard:
    """What an entry says of every cell of its indicators.

    Attributes:
        entry: The entry.
        rows: Positions of the cells among the observations.
        place: Rank of each among the cells in the condition, ``OUT`` for the others.
        severity: Severity of a failure of each.
        said: What it says of the cells in the condition.
    """

    entry: Entry
    rows: Integers
    place: Integers
    severity: NDArray[np.str_]
    said: Said

    def codes(self, words: "pd.Categorical[str]", otherwise: int) -> NDArray[np.int8]:
        """Return the codes of the words said of each cell."""
        return np.append(words.codes, np.int8(otherwise))[self.place]


def _hear(subject: Subject, entry: Entry, judge: Judge) -> _Heard:
    rows = np.concatenate([subject.index.rows_of(name) for name in sorted({*entry.indicators})])
    cells = subject.observations.take(rows)
    met = entry.only_if.met_by(cells)
    severity = (
        np.full(len(rows), str(entry.override.severity))
        if entry.override
        else subject.severities(entry.code, cells)
    )
    place = np.where(met, np.cumsum(met) - 1, OUT)
    return _Heard(entry, rows, place, severity, judge(subject, entry.control, rows[met]))


def _cells(subject: Subject, heard: list[_Heard]) -> pd.DataFrame:
    """Return the cells that entries speak of, once for each entry."""
    none = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([none, *(one.rows for one in heard)])
    unknown = list(Outcome).index(Outcome.NOT_EVALUATED)
    out = list(Reason).index(Reason.OUT_OF_CONDITION)
    outcomes = [one.codes(one.said.outcome, unknown) for one in heard]
    reasons = [one.codes(one.said.reason, out) for one in heard]
    return (
        subject.observations.take(rows)
        .reset_index(drop=True)
        .assign(
            value_after=subject.finite_values[rows],
            outcome=_words(outcomes, Outcome),
            reason=_words(reasons, Reason),
            entry=np.repeat(np.arange(len(heard)), [len(one.rows) for one in heard]),
            place=np.concatenate([none, *(one.place for one in heard)]),
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
    said: list[Said]

    def sentence(self, row: Row) -> str:
        entry, place = self.entries[row["entry"]], row["place"]
        if place == OUT:
            return f"Hors de la condition du contrôle {french.quoted(entry.name)}."
        return french.typeset(f"{entry.explanation.strip()} {self.said[row['entry']].tell(place)}")

    def evidence(self, row: Row) -> dict[str, Any]:
        entry, place = self.entries[row["entry"]], row["place"]
        if place == OUT:
            return {"nom": entry.name}
        return {
            **self.said[row["entry"]].prove(place),
            "nom": entry.name,
            "question": french.typeset(entry.question.strip()),
        }
