"""What is answered of one rule on one batch of observations: its shape, and whether to trust it.

Here: an answer put together, cut by indicator, read again; what cannot be trusted is refused, in
French. Not here: who asks and who answers (``validations``), what judges (``rules``), what follows
from a failure (``findings``, ``decisions.gate``).

« Nothing fails » is what a good night and a blind judge both say. So an answer tells which
observations it is about, how many cells it judged of each indicator and how many of them fail, so
that one that was emptied, cut, turned into a success or made of other data contradicts itself.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expectations import french
from expectations.cells.observations import KEY, digest
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import COLUMNS, Outcome, Severity, verdict_table
from expectations.verdicts.tally import Tally

ROW = [column for column in COLUMNS if column not in {"rule", "outcome", "reason"}]
"""What is told of a cell that fails: its key, both values, how sure, how grave, in which words."""

FAILING = "unexpected_index_list"
Result = Mapping[str, Any]


class UntrustedAnswerError(ValueError):
    """An answer cannot be relied on; the message says in French which, and why."""


@dataclass(frozen=True)
class BatchIdentity:
    """Which observations were judged.

    Attributes:
        cells: How many they are.
        sha256: Their digest.
    """

    cells: int
    sha256: str

    @classmethod
    def of(cls, observations: pd.DataFrame) -> "BatchIdentity":
        """Return the identity of some observations."""
        return cls(len(observations), digest(observations))


@dataclass(frozen=True)
class RuleAnswer:
    """What one rule says of a batch.

    Attributes:
        rule: Code of the rule.
        tallies: How many cells of each indicator it judged, how many it could not and why, and how
            serious it is.
        failing: The cells that fail, each with the columns of ``ROW``.
    """

    rule: str
    tallies: Mapping[str, Tally]
    failing: Sequence[Mapping[str, Any]]


def as_result(
    identity: BatchIdentity, tallies: Mapping[str, Tally], failing: pd.DataFrame
) -> dict[str, Any]:
    """Return the answer on one rule as JSON holds it, in the words of Great Expectations' results.

    Args:
        identity: The observations.
        tallies: What the rule judged of each indicator.
        failing: Its failing verdicts.
    """
    cells = failing[ROW].astype(object)
    rows = cells.where(cells.notna(), None).to_dict("records")
    fails = failing["indicator"].value_counts()
    return {
        "element_count": identity.cells,
        "observations_sha256": identity.sha256,
        "by_indicator": {
            indicator: {
                "evaluated": counted.evaluated,
                "failing": int(fails.get(indicator, 0)),
                "severity": counted.severity.value,
                "reasons": dict(counted.reasons),
            }
            for indicator, counted in tallies.items()
        },
        "evaluated": sum(counted.evaluated for counted in tallies.values()),
        "unexpected_count": len(rows),
        "unexpected_index_column_names": KEY,
        FAILING: rows,
    }


def restricted(result: Result, indicators: Collection[str]) -> dict[str, Any]:
    """Return an answer on some of its indicators only."""
    kept = {name: tally for name, tally in result["by_indicator"].items() if name in indicators}
    rows = [row for row in result[FAILING] if row["indicator"] in indicators]
    return {
        **result,
        "by_indicator": kept,
        "evaluated": sum(tally["evaluated"] for tally in kept.values()),
        "unexpected_count": len(rows),
        FAILING: rows,
    }


def trusted(
    answers: Sequence[Result], identity: BatchIdentity, asked: Mapping[str, Collection[str]]
) -> list[RuleAnswer]:
    """Return the answers, when all can be relied on.

    Args:
        answers: Results of validation, as JSON holds them; the ``meta`` of each expectation has the
            ``rule``.
        identity: The observations that they must be about.
        asked: The rules that must have answered, and the indicators that each must have spoken of.

    Raises:
        UntrustedAnswerError: One is missing, in error, of other observations, or contradicts
            itself.
    """
    by_rule = {answer["expectation_config"]["meta"]["rule"]: answer for answer in answers}
    missing = [code for code in asked if code not in by_rule]
    if missing:
        message = f"Great Expectations n'a pas répondu : {_named(missing)}."
        raise UntrustedAnswerError(french.typeset(message))
    for code, indicators in asked.items():
        if reason := _distrust(by_rule[code], identity, indicators):
            message = f"La réponse de Great Expectations, {_named([code])}, {reason}."
            raise UntrustedAnswerError(french.typeset(message))
    return [_read(code, by_rule[code]["result"]) for code in asked]


def failures(answers: Sequence[RuleAnswer]) -> pd.DataFrame:
    """Return the cells that fail, as rows of the verdict table.

    Raises:
        ValueError: A word is outside the vocabulary, or a rule speaks twice of one cell.
    """
    rows = [{"rule": answer.rule, **row} for answer in answers for row in answer.failing]
    table = pd.DataFrame(rows, columns=[column for column in COLUMNS if column != "outcome"])
    return verdict_table(table.assign(outcome=str(Outcome.FAIL)))


def _distrust(answer: Result, identity: BatchIdentity, indicators: Collection[str]) -> str:
    """Return why an answer cannot be relied on, in French; nothing when it can."""
    return next(_reasons_to_distrust(answer, identity, indicators), "")


def _reasons_to_distrust(
    answer: Result, identity: BatchIdentity, indicators: Collection[str]
) -> Iterator[str]:
    result = answer["result"]
    if message := _error_of(answer):
        yield f"est une erreur : {message}"
    if {"observations_sha256", "by_indicator", "evaluated", FAILING} - result.keys():
        yield "est vide"
        return
    about = BatchIdentity(result["element_count"], result["observations_sha256"])
    if about != identity:
        yield (
            f"ne porte pas sur les observations de l'entrepôt : {_written(about)} au lieu de "
            f"{_written(identity)}"
        )
    if unspoken := sorted(set(indicators) - result["by_indicator"].keys()):
        yield f"ne dit rien de {french.listing(unspoken)}"
    if contradiction := _contradiction(answer["success"], result):
        yield f"se contredit : {contradiction}"


def _contradiction(success: object, result: Result) -> str:
    counted = sum(tally["failing"] for tally in result["by_indicator"].values())
    judged = sum(tally["evaluated"] for tally in result["by_indicator"].values())
    listed, announced = len(result[FAILING]), result["unexpected_count"]
    if not listed == announced == counted:
        return (
            f"cellules en échec comptées : {counted}, annoncées : {announced}, nommées : {listed}"
        )
    if result["evaluated"] != judged:
        return f"cellules jugées comptées : {judged}, annoncées : {result['evaluated']}"
    if success is not (listed == 0):
        return f"{'réussite' if success else 'échec'}, et cellules en échec nommées : {listed}"
    return ""


def _error_of(answer: Result) -> str:
    """Return what Great Expectations says of an error; nothing without one."""
    info = answer.get("exception_info") or {}
    raised = [info, *(value for value in info.values() if isinstance(value, Mapping))]
    messages = (
        str(error["exception_message"]) for error in raised if error.get("raised_exception")
    )
    return next(messages, "")


def _read(rule: str, result: Result) -> RuleAnswer:
    tallies = {
        indicator: Tally(tally["evaluated"], Severity(tally["severity"]), tally["reasons"])
        for indicator, tally in result["by_indicator"].items()
    }
    return RuleAnswer(rule, tallies, result[FAILING])


def _named(codes: Sequence[str]) -> str:
    return french.listing(f"règle {code} (« {RULES[code].title} »)" for code in codes)


def _written(identity: BatchIdentity) -> str:
    return f"{french.number(identity.cells)} cellules, SHA-256 {identity.sha256[:12]}"
