"""One verdict a cell and rule type, out of what a rule finds by itself and what entries ask.

An entry is judged by one function of ``rules``, on the cells in its condition; here its answers are
put beside those of the rule that needs no entry. The worst outcome wins, the most serious severity
among those that fail, and the sentences that led to it are joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.fiches.suites import Entry
from expectations.subject import Subject
from expectations.verdicts import Judgement, Outcome, Reason, Row, Severity, choose

Integers = NDArray[np.int64]
SEVERITIES = [str(severity) for severity in Severity]
NOT_FAILING = len(SEVERITIES)
OUTCOMES = [str(outcome) for outcome in Outcome]
RANKS = np.array([(Outcome.NOT_EVALUATED, Outcome.PASS, Outcome.FAIL).index(o) for o in Outcome])
UNSAID = -1


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

Rule = Callable[[Subject], Judgement]


def with_statements(code: str, judge: Judge, base: Rule | None = None) -> Rule:
    """Return the rule that says both what another one says and what the entries ask.

    Args:
        code: The type of rule.
        judge: What judges its entries.
        base: The rule that needs no entry, if there is one. Its cells are all observations, or
            have ``row``, their positions among them.
    """

    def rule(subject: Subject) -> Judgement:
        ground = base(subject) if base else _silence(code, subject)
        heard = [_hear(subject, entry, judge) for entry in subject.suites.of(code)]
        heard = [one for one in heard if len(one.rows)]
        return _together(subject, ground, heard) if heard else ground

    return rule


def _silence(code: str, subject: Subject) -> Judgement:
    nothing = choose([(np.zeros(0, dtype=bool), Outcome.PASS)], None, 0)
    cells = subject.observations.head(0).assign(
        outcome=nothing, reason=None, row=np.zeros(0, dtype=np.int64)
    )
    return Judgement(code, cells, Severity.ERROR, lambda _: "", lambda _: {})


@dataclass(frozen=True)
class _Heard:
    """What an entry says of every cell of its indicators.

    Attributes:
        entry: The entry.
        rows: Positions of the cells among the observations, sorted.
        place: Which of the cells in the condition each is; -1 for those out of it.
        outcome: Code of the outcome of each.
        reason: Code of the reason of each.
        severity: Code of the severity of its failures, for each.
        said: What it says of the cells in the condition.
    """

    entry: Entry
    rows: Integers
    place: Integers
    outcome: NDArray[np.int8]
    reason: NDArray[np.int8]
    severity: Integers
    said: Said

    def about(self, row: Row) -> int | None:
        """Return which of its cells a verdict is about, when it led to the outcome."""
        at = int(np.searchsorted(self.rows, row["row"]))
        if at == len(self.rows) or self.rows[at] != row["row"]:
            return None
        return at if OUTCOMES[self.outcome[at]] == row["outcome"] else None

    def tell(self, at: int) -> str:
        """Return what the entry asks, then the numbers; or that the cell is out of it."""
        if self.place[at] == UNSAID:
            return f"Hors de la condition du contrôle {french.quoted(self.entry.name)}."
        told = self.said.tell(int(self.place[at]))
        return french.typeset(f"{self.entry.explanation.strip()} {told}")

    def prove(self, at: int) -> dict[str, Any]:
        """Return the numbers, under the name of the entry."""
        return {"nom": self.entry.name, **self.said.prove(int(self.place[at]))}


def _hear(subject: Subject, entry: Entry, judge: Judge) -> _Heard:
    rows = np.concatenate([subject.rows_of(indicator) for indicator in sorted(entry.indicators)])
    cells = subject.observations.take(rows)
    met = entry.only_if.met_by(cells)
    said = judge(subject, entry.control, rows[met])
    words = [str(reason) for reason in Reason]
    outcome = np.full(len(rows), OUTCOMES.index(Outcome.NOT_EVALUATED), dtype=np.int8)
    reason = np.full(len(rows), words.index(Reason.OUT_OF_CONDITION), dtype=np.int8)
    outcome[met], reason[met] = said.outcome.codes, said.reason.codes
    severities = (
        np.full(len(rows), str(entry.override.severity))
        if entry.override
        else subject.severities(entry.code, cells)
    )
    place = np.where(met, np.cumsum(met) - 1, UNSAID)
    return _Heard(entry, rows, place, outcome, reason, _severity_codes(severities), said)


def _severity_codes(severities: NDArray[Any]) -> Integers:
    return pd.Index(SEVERITIES).get_indexer(pd.Index(severities)).astype(np.int64)


def _together(subject: Subject, ground: Judgement, heard: Sequence[_Heard]) -> Judgement:
    rows, at = _all_rows(subject, ground, heard)
    cells = _spread(subject, ground.cells, rows, at)
    own = np.full(len(rows), UNSAID, dtype=np.int8)
    own[at] = pd.Categorical(ground.cells["outcome"], categories=OUTCOMES).codes
    reason = np.full(len(rows), UNSAID, dtype=np.int8)
    reason[at] = _reason_codes(ground.cells)
    outcome, severity = own.copy(), np.full(len(rows), NOT_FAILING)
    fails = own[at] == OUTCOMES.index(Outcome.FAIL)
    severity[at[fails]] = _severity_codes(np.broadcast_to(ground.severity, len(at))[fails])
    for one in heard:
        place = np.searchsorted(rows, one.rows)
        reason[place] = np.where(reason[place] == UNSAID, one.reason, reason[place])
        worse = _rank(one.outcome) > _rank(outcome[place])
        outcome[place] = np.where(worse, one.outcome, outcome[place])
        fails = one.outcome == OUTCOMES.index(Outcome.FAIL)
        severity[place[fails]] = np.minimum(severity[place[fails]], one.severity[fails])
    unknown = outcome == OUTCOMES.index(Outcome.NOT_EVALUATED)
    usual = _severity_codes(subject.severities(ground.rule, cells))
    severity = np.where(severity == NOT_FAILING, usual, severity)
    words = _Words(ground, heard)
    return replace(
        ground,
        cells=cells.assign(
            row=rows,
            own=_words(own, Outcome),
            outcome=_words(outcome, Outcome),
            reason=_words(np.where(unknown, reason, UNSAID), Reason),
        ),
        severity=np.array(SEVERITIES)[severity],
        tell=words.sentence,
        prove=words.evidence,
    )


def _all_rows(
    subject: Subject, ground: Judgement, heard: Sequence[_Heard]
) -> tuple[Integers, Integers]:
    """Return the rows that somebody speaks of, and where those of the ground are among them."""
    if "row" not in ground.cells:
        every = np.arange(len(subject.observations))
        return every, every
    known = ground.cells["row"].to_numpy()
    rows = np.unique(np.concatenate([known, *(one.rows for one in heard)]))
    return rows, np.searchsorted(rows, known)


def _spread(subject: Subject, cells: pd.DataFrame, rows: Integers, at: Integers) -> pd.DataFrame:
    """Return the cells of the ground, and those it does not speak of, at their rows."""
    if len(cells) == len(rows):
        return cells if "row" not in cells else cells.take(np.argsort(at, kind="stable"))
    every = subject.observations.take(rows).reset_index(drop=True)
    own = cells.drop(columns=[name for name in every if name in cells]).set_index(at)
    return every.join(own).assign(value_after=every["obs_value"])


def _reason_codes(cells: pd.DataFrame) -> NDArray[np.int8]:
    if "reason" not in cells:
        return np.full(len(cells), UNSAID, dtype=np.int8)
    return pd.Categorical(cells["reason"], categories=[str(reason) for reason in Reason]).codes


def _rank(codes: NDArray[np.int8]) -> Integers:
    """Return how bad outcomes are; what was not said is less than anything."""
    ranks: Integers = np.where(codes == UNSAID, UNSAID, RANKS[codes])
    return ranks


def _words(codes: NDArray[Any], words: type[Outcome] | type[Reason]) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(codes, categories=pd.Index([str(word) for word in words]))


class _Words:
    """What is said of a cell by all that led to its outcome."""

    def __init__(self, ground: Judgement, heard: Sequence[_Heard]) -> None:
        self._ground = ground
        self._heard: dict[str, list[_Heard]] = {}
        for one in heard:
            for indicator in set(one.entry.indicators):
                self._heard.setdefault(indicator, []).append(one)

    def sentence(self, row: Row) -> str:
        """Return the sentences, the rule's own first."""
        own = [self._ground.tell(row)] if row["own"] == row["outcome"] else []
        return " ".join([*own, *(one.tell(at) for one, at in self._about(row))])

    def evidence(self, row: Row) -> dict[str, Any]:
        """Return the numbers, with the names of the entries and what to ask."""
        own = self._ground.prove(row) if isinstance(row["own"], str) else {}
        judged = [(one, at) for one, at in self._about(row) if one.place[at] != UNSAID]
        if not judged:
            return dict(own)
        questions = dict.fromkeys(one.entry.question.strip() for one, _ in judged)
        return {
            **own,
            "nom": french.listing(one.entry.name for one, _ in judged),
            "question": french.typeset(" ".join(questions)),
            "controles": [one.prove(at) for one, at in judged],
        }

    def _about(self, row: Row) -> Iterator[tuple[_Heard, int]]:
        for one in self._heard.get(str(row["indicator"]), ()):
            at = one.about(row)
            if at is not None:
                yield one, at
