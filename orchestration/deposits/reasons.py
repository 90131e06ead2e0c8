"""Why a deposit is refused, or what to ask of it, cell by cell, in the words of whoever filled it.

Here: from what the reader and the rules found to sentences with the place of the cell. Not here:
what is wrong (``sources.protocols.depots``, ``expectations.extracts``), nor the receipt.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from expectations.cells.periods import NAMES, kind_of_line
from expectations.extracts.contract_rules import TYPES
from expectations.extracts.rule_verdict import (
    ITS_LINES,
    MISSING_AMONG,
    ROWS,
    FailingRecord,
    RuleVerdict,
)
from expectations.french import both_readings, count, quoted
from expectations.verdicts.table import Outcome
from sources.contract import ExtractContract
from sources.errors import visible
from sources.protocols.depots.flaws import Flaw
from sources.protocols.depots.reading import Deposit
from sources.protocols.depots.titles import titles_of

COLUMNS_RULE, TYPE_RULE, KEY_RULE, FILLED_RULE = (
    "colonnes_convenues",
    "type_",
    "cle_unique",
    "colonnes_remplies",
)
"""Rules of the contract that have words of their own here."""

MARK_RULE, PERIOD_RULE = "marque_sans_ambiguite", "periode_de_son_indicateur"
"""The rules of the suites that ask which of two numbers, and which period, is meant."""

OF_EXTRACTS = {ITS_LINES, MISSING_AMONG}
"""Lines of a group, which an extract counts without its titles: a partner's file has other ones."""
NO_LINE = (ROWS, "0")
"""How many lines what is missing has, which goes without saying."""

LONGEST = 60


@dataclass(frozen=True)
class RefusalReason:
    """A thing that is wrong, or to be asked.

    Attributes:
        where: The place, in French; empty for the whole file.
        what: What is wrong there.
        rule: The type of the rule.
        question: What to answer; empty when it must be put right in any case.
    """

    where: str
    what: str
    rule: str
    question: str = ""


def of_flaws(flaws: Iterable[Flaw]) -> list[RefusalReason]:
    """Return the reasons that the reader found."""
    return [RefusalReason(flaw.where, flaw.what, flaw.rule) for flaw in flaws]


def of_verdicts(
    contract: ExtractContract, deposit: Deposit, verdicts: Sequence[RuleVerdict]
) -> list[RefusalReason]:
    """Return the reasons to refuse that the rules found, those that the reader tells left out."""
    return _from_the_top(contract, deposit, [each for each in verdicts if each.refuses])


def to_ask(
    contract: ExtractContract, deposit: Deposit, verdicts: Sequence[RuleVerdict]
) -> list[RefusalReason]:
    """Return what the rules would like to know, and which refuses nothing."""
    failing = [each for each in verdicts if each.outcome is Outcome.FAIL and not each.refuses]
    return _from_the_top(contract, deposit, failing)


def _from_the_top(
    contract: ExtractContract, deposit: Deposit, verdicts: Sequence[RuleVerdict]
) -> list[RefusalReason]:
    """Return reasons as whoever corrects a file meets them, those of no line last."""
    found = [each for verdict in verdicts for each in _reasons(contract, deposit, verdict)]
    return [reason for _, reason in sorted(found, key=itemgetter(0))]


def _reasons(
    contract: ExtractContract, deposit: Deposit, verdict: RuleVerdict
) -> Iterator[tuple[float, RefusalReason]]:
    """Yield what a verdict says of each record, with the line that it is on.

    What is missing is on none: it is asked about once, for all that is.
    """
    if verdict.name == COLUMNS_RULE:
        return
    question = "" if verdict.refuses else verdict.question
    missing = [record for record in verdict.records if record.line is None and question]
    for record in (each for each in verdict.records if each not in missing):
        where = _where(deposit, record)
        what = _sentence(contract, verdict, record, where)
        line = math.inf if record.line is None else record.line
        yield line, RefusalReason(where, what, verdict.code, question)
    if missing:
        asked = " ; ".join(_all_held(contract, record, "") for record in missing)
        yield math.inf, RefusalReason("", f"{asked}. {verdict.explanation}", verdict.code, question)
    rest = verdict.failing - len(verdict.records)
    if rest > 0:
        more = f" Et {count(rest, 'autre cas', 'autres cas')}." if verdict.records else ""
        rest_said = f"{verdict.explanation}{more}"
        yield math.inf, RefusalReason("", rest_said, verdict.code, question)


def _where(deposit: Deposit, record: FailingRecord) -> str:
    """Return the cell that a record fails by, or its row when several cells do together."""
    if record.line is None:
        return ""
    rank = deposit.rank_of(record.line)
    columns = [column for column, _ in record.values]
    if len(columns) == 1:
        return deposit.address(rank, columns[0])
    return deposit.row_address(rank)


def _sentence(
    contract: ExtractContract, verdict: RuleVerdict, record: FailingRecord, where: str
) -> str:
    values = [value for _, value in record.values]
    if verdict.name.startswith(TYPE_RULE) and values[0] is not None:
        kind = verdict.name.removeprefix(TYPE_RULE)
        return f"{quoted(visible(values[0][:LONGEST]))} n'est pas {TYPES[kind][0]}."
    if verdict.name == FILLED_RULE:
        return "la cellule est vide ; elle doit être remplie."
    if verdict.name == KEY_RULE:
        key = ", ".join(quoted(visible((value or "vide")[:LONGEST])) for value in values)
        return f"une autre ligne porte aussi {key} : n'en garder qu'une."
    if verdict.name == MARK_RULE and values[0] is not None:
        grouped, decimal = both_readings(values[0])
        return f"{quoted(values[0])} se lit de deux façons, {grouped} ou {decimal}."
    if verdict.name == PERIOD_RULE and (expected := kind_of_line(values[0] or "")):
        line, period = (quoted(visible((value or "")[:LONGEST])) for value in values)
        return f"{period} n'est pas {NAMES[expected]}, comme les périodes de {line}."
    held = _all_held(contract, record, where)
    sentence = f"{held}. {verdict.explanation}" if held else verdict.explanation
    return f"{sentence} Proposition : {record.proposal}" if record.likely else sentence


def _all_held(contract: ExtractContract, record: FailingRecord, where: str) -> str:
    return ", ".join(
        _held(contract, name, value, where)
        for name, value in record.values
        if name not in OF_EXTRACTS and (name, value) != NO_LINE
    )


def _held(contract: ExtractContract, name: str, value: str | None, where: str) -> str:
    """Return what a column holds, under its partner's title unless its address says that title."""
    title = titles_of(name, contract.columns[name])[0] if name in contract.columns else name
    text = "vide" if value is None else quoted(visible(value[:LONGEST]))
    if visible(title) not in where.partition(", colonne ")[2]:
        return f"{title} {text}"
    return text if value is not None else f"cellule {text}"
