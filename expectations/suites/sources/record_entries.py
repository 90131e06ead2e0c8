"""What must hold of the extracts of each source beyond their contract, as stewards write it.

Here: the models of the YAML beside this module and their loading, refused in French when a word is
unknown. Not here: what the contract says (``extracts.contract_rules``), nor any judgement
(``validations.extracts.judge``).
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from expectations.suites.policy import load_policy
from expectations.suites.sources.code_lists import OF_DEPOSIT, lines_of_deposit
from expectations.suites.sources.record_controls import Codes, RecordControl
from expectations.suites.words import NAME, QUESTION, Override, Words, read_words
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Severity

SUITES = Path(__file__).parent
CODES = frozenset(code for code, rule in RULES.items() if rule.is_standard and rule.level <= 1)
"""The rules that can be judged inside one file."""


class RecordCondition(Words):
    """A filter on records, all parameters but one left out; an empty cell is no value at all.

    Attributes:
        column: The column that is looked at.
        equals: The value is this one.
        differs: The value is not this one; an empty cell is not.
        among: The value is one of these.
        outside: The value is none of these; an empty cell is none.
        filled: The cell holds something, or nothing.
        at_least: The number is this one or greater.
        at_most: The number is this one or smaller.
    """

    column: str = Field(alias="colonne")
    equals: str | None = Field(None, alias="est")
    differs: str | None = Field(None, alias="n_est_pas")
    among: tuple[str, ...] | None = Field(None, min_length=1, alias="parmi")
    outside: tuple[str, ...] | None = Field(None, min_length=1, alias="hors")
    filled: bool | None = Field(None, alias="rempli")
    at_least: float | None = Field(None, alias="au_moins")
    at_most: float | None = Field(None, alias="au_plus")

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        if len(self.model_fields_set - {"column"}) != 1:
            message = "une condition a une colonne et un seul opérateur"
            raise ValueError(message)
        return self


class RecordRule(Words):
    """One rule about the records of an extract.

    Attributes:
        code: Its type in the vocabulary of the European Statistical System.
        name: What it is called, in the words of an address: ``admis_par_phase``.
        control: What it asks.
        only_if: The records it is about: those that meet every condition.
        excused: Values that are not judged, agreed with the producer: ``nd``, ``s.s``.
        override: A severity of its own.
        explanation: What it asks, in a French sentence.
        question: What to ask the producer when it fails.
    """

    code: str
    name: str = Field(pattern=NAME, alias="nom")
    control: RecordControl = Field(alias="controle")
    only_if: tuple[RecordCondition, ...] = Field((), alias="seulement_si")
    excused: tuple[str, ...] = Field((), alias="sauf")
    override: Override | None = Field(None, alias="gravite")
    explanation: str = Field(min_length=20, alias="explication")
    question: str = Field(pattern=QUESTION)

    @field_validator("code")
    @classmethod
    def _code_is_known(cls, code: str) -> str:
        if code not in CODES:
            message = f"code inconnu : « {code} » ; attendu : {', '.join(sorted(CODES))}"
            raise ValueError(message)
        return code

    @property
    def severity(self) -> Severity:
        """How serious a failure is: its own severity, or that of its code."""
        return self.override.severity if self.override else load_policy().severities[self.code]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the rule reads, its conditions included."""
        filtered = (condition.column for condition in self.only_if)
        return tuple(dict.fromkeys([*self.control.reads, *filtered]))


class SourceEntry(RecordRule):
    """A rule as a suite writes it: with the extracts it is about (``parcoursup_*``: all those)."""

    extracts: tuple[str, ...] = Field(min_length=1, alias="extraits")

    def is_about(self, source_id: str) -> bool:
        """Tell whether it is about a source."""
        return any(fnmatchcase(source_id, pattern) for pattern in self.extracts)


class SourceSuite(Words):
    """The whole file of a producer."""

    rules: tuple[SourceEntry, ...] = Field(alias="regles")

    @model_validator(mode="after")
    def _names_are_apart(self) -> Self:
        for extract in {name for rule in self.rules for name in rule.extracts}:
            names = [rule.name for rule in self.rules if rule.is_about(extract)]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                message = f"deux règles de « {extract} » ont le même nom : {', '.join(twice)}"
                raise ValueError(message)
        return self


@cache
def rules_of(source_id: str) -> tuple[RecordRule, ...]:
    """Return the rules that the suites have for a source, in the order they are written.

    Raises:
        SuiteError: A suite is not well written.
    """
    return tuple(
        _with_own_codes(entry, source_id)
        for suite in load_suites().values()
        for entry in suite.rules
        if entry.is_about(source_id)
    )


def _with_own_codes(entry: SourceEntry, source_id: str) -> RecordRule:
    """Return a rule about the lines that a deposit may have with the list of that very deposit."""
    if not isinstance(entry.control, Codes) or entry.control.code_list != OF_DEPOSIT:
        return entry
    codes = Codes(columns=entry.control.columns, values=lines_of_deposit(source_id))
    return entry.model_copy(update={"control": codes})


def rules_of_kind(prefix: str) -> tuple[RecordRule, ...]:
    """Return the rules about any source whose id begins so, in the order they are written.

    Raises:
        SuiteError: A suite is not well written.
    """
    return tuple(
        entry
        for suite in load_suites().values()
        for entry in suite.rules
        if any(name.startswith(prefix) for name in entry.extracts)
    )


@cache
def load_suites() -> Mapping[str, SourceSuite]:
    """Return the suite of each producer, by the name of its file.

    Raises:
        SuiteError: A suite is not well written.
    """
    return {path.stem: read_words(path, SourceSuite) for path in sorted(SUITES.glob("*.yml"))}
