"""What a rule says of an extract, record by record, in the words that a steward reads.

Here: the verdict, its French sentence, its JSON. Not here: how it is reached
(``validations.extracts.judge``).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from expectations import french
from expectations.verdicts.table import Outcome, Severity

MOST_RECORDS = 100
"""Failing records that a verdict keeps; it always counts all of them."""

ROWS, ITS_LINES, MISSING_AMONG = "lignes", "numéros de ligne", "absent du groupe de lignes"
"""What a group of records has beside its columns: how many they are, and their lines."""

SHOWN_RECORDS = 3
SHOWN_CHARACTERS = 40
GROUPED = re.compile("(?<=[0-9])[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=[0-9])")
"""The spaces that group digits, ours included: they are how a number is written."""


@dataclass(frozen=True)
class FailingRecord:
    """A record that fails, or a group of records, or what the whole file has.

    Attributes:
        line: Its line in the extract, as its records number them; None when it is not one record.
        values: The columns that the rule read and what they hold; None for an empty cell.
        likely: The columns whose value seems to mean a code, and which.
    """

    line: int | None
    values: tuple[tuple[str, str | None], ...]
    likely: tuple[tuple[str, str], ...] = ()

    @property
    def held(self) -> str:
        """What it holds, in French, cut short and printable."""
        held = french.listing(f"{_printable(name)} {_value(value)}" for name, value in self.values)
        return f"{held} ; {self.proposal}" if self.likely else held

    @property
    def proposal(self) -> str:
        """What it seems to mean, as a question; empty when nobody can say."""
        if not self.likely:
            return ""
        codes = french.listing(_value(code) for _, code in self.likely)
        return f"vouliez-vous dire {codes}{french.NBSP}?"

    def __str__(self) -> str:
        """Say which record it is and what it holds."""
        line = "" if self.line is None else french.number(self.line)
        return f"ligne {line} ({self.held})" if line else self.held


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says of one extract.

    Attributes:
        code: Its type, in the vocabulary of the European Statistical System.
        name: What it is called.
        severity: How serious a failure is.
        outcome: Pass, fail, or not evaluated.
        explanation: What it asks, in French.
        question: What to ask the producer when it fails.
        reason: Why it was not evaluated, in French; empty when it was.
        evaluated: Number of records that it is about.
        failing: Number of failing records, or of failing groups when it judges groups.
        records: The first of them.
    """

    code: str
    name: str
    severity: Severity
    outcome: Outcome
    explanation: str
    question: str
    reason: str = ""
    evaluated: int = 0
    failing: int = 0
    records: tuple[FailingRecord, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether the extract must not be let in."""
        return self.outcome is Outcome.FAIL and self.severity is Severity.ERROR

    @property
    def message(self) -> str:
        """What was found, in French: what is asked, how many records fail, the first of them."""
        if self.outcome is not Outcome.FAIL:
            return self.explanation
        shown = " ; ".join(str(record) for record in self.records[:SHOWN_RECORDS])
        more = " ; …" if self.failing > SHOWN_RECORDS else ""
        found = f"{french.number(self.failing)} cas en écart"
        detail = f" : {shown}{more}" if shown else ""
        return french.typeset(f"{self.explanation} Règle {self.code}, {found}{detail}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return the verdict that JSON holds."""
        records = tuple(
            FailingRecord(
                record["line"],
                tuple((name, value) for name, value in record["values"]),
                tuple((name, code) for name, code in record.get("likely", ())),
            )
            for record in content["records"]
        )
        words = {"severity": Severity(content["severity"]), "outcome": Outcome(content["outcome"])}
        return cls(**{**content, **words, "records": records})


def reasons_to_refuse(verdicts: Sequence[RuleVerdict]) -> list[str]:
    """Return the sentences of the verdicts that refuse an extract; none when it is let in."""
    return [verdict.message for verdict in verdicts if verdict.refuses]


def _value(value: str | None) -> str:
    return "vide" if value is None else french.quoted(_printable(value))


def _printable(text: str) -> str:
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return "".join(_named(cut, place) for place in range(len(cut)))


def _named(text: str, place: int) -> str:
    """Return a character, or its name when it cannot be seen: « U+00A0 »."""
    letter = text[place]
    is_seen = unicodedata.category(letter)[0] not in "CZ" or letter == " "
    return letter if is_seen or GROUPED.match(text, place) else f"[U+{ord(letter):04X}]"
