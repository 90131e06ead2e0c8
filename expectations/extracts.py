"""What an extract must look like before it is let in: columns, types, key, number of rows.

Core expectations of Great Expectations as they are; the reasons to refuse are French and name
column, rows and values. What each source's contract *says* is in ``sources``. Importing this
module costs the seconds that Great Expectations takes.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.core.expect_column_values_to_be_unique import (
    ExpectColumnValuesToBeUnique,
)
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.core.expect_compound_columns_to_be_unique import (
    ExpectCompoundColumnsToBeUnique,
)
from great_expectations.expectations.core.expect_table_columns_to_match_set import (
    ExpectTableColumnsToMatchSet,
)
from great_expectations.expectations.core.expect_table_row_count_to_be_between import (
    ExpectTableRowCountToBeBetween,
)
from great_expectations.expectations.expectation import Expectation

from expectations import french
from expectations.great_expectations_batch import batch_of

SHOWN_FAILURES = 3
SHOWN_CHARACTERS = 40
TYPE_NAMES = {
    "integer": "un entier",
    "decimal": "un nombre décimal",
    "year": "une année à quatre chiffres",
}

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Clause:
    """One clause of a contract.

    Attributes:
        expectation: What is expected.
        reason: French reason to refuse, from the result of the expectation when it fails.
    """

    expectation: Expectation
    reason: Callable[[Result], str]


def check_extract(  # noqa: PLR0913 the contract of an extract, clause by clause
    frame: pd.DataFrame,
    *,
    columns: Mapping[str, str],
    mandatory: Collection[str],
    key: Sequence[str],
    rows_at_least: int,
    rows_at_most: int | None,
    decimal_mark: str,
) -> list[str]:
    """Return the reasons to refuse an extract; none when it keeps its contract.

    Columns that the contract does not name are let in. A row's line is its rank among the rows of
    the extract, from 1.

    Args:
        frame: The extract, every cell text as the producer wrote it, empty cells missing.
        columns: Type of each column expected: text, integer, decimal or year.
        mandatory: Columns that are filled in every row.
        key: Columns that together tell every row apart; none when the extract has no key.
        rows_at_least: Least number of rows.
        rows_at_most: Greatest number of rows, if there is one.
        decimal_mark: The mark of decimals, ``.`` or ``,``, or both marks when either may come.

    Raises:
        KeyError: The contract names a type that does not exist.
    """
    twice = sorted(set(frame.columns[frame.columns.duplicated()]))
    if twice:
        return [french.typeset(f"Colonne(s) en plusieurs exemplaires : {_quoted(twice)}.")]
    there = set(frame.columns)
    patterns = _patterns(decimal_mark)
    clauses = [
        _columns_are_there(columns),
        _rows_are_enough(rows_at_least, rows_at_most),
        *(_is_filled(name) for name in mandatory if name in there),
        *(
            _has_type(name, kind, patterns[kind])
            for name, kind in columns.items()
            if name in there and kind != "text"
        ),
    ]
    if key and there.issuperset(key):
        clauses.append(_tells_rows_apart(key))
    return list(_reasons(frame.reset_index(drop=True), clauses))


def _reasons(frame: pd.DataFrame, clauses: Sequence[Clause]) -> Iterator[str]:
    batch = batch_of(frame)
    failing = [
        clause
        for clause, result in zip(clauses, _results(batch, clauses, "BOOLEAN_ONLY"), strict=True)
        if not result.success
    ]
    # Naming the rows doubles the time: only for what fails.
    for clause, result in zip(failing, _results(batch, failing, "COMPLETE"), strict=True):
        told = clause.reason(result.result) if result.result else "Une colonne est illisible."
        yield french.typeset(told)


def _results(
    batch: Batch, clauses: Sequence[Clause], detail: str
) -> list[ExpectationValidationResult]:
    """Return the results of some clauses in their order, which is not the one they come in."""
    if not clauses:
        return []
    for rank, clause in enumerate(clauses):
        clause.expectation.meta = {"rank": rank}
    suite = ExpectationSuite("contract", expectations=[clause.expectation for clause in clauses])
    result_format = {"result_format": detail, "return_unexpected_index_query": False}
    return sorted(batch.validate(suite, result_format=result_format).results, key=_rank)


def _rank(result: ExpectationValidationResult) -> int:
    if result.expectation_config is None:
        message = f"Great Expectations rend un résultat sans dire de quelle attente : {result}"
        raise ValueError(message)
    return int(result.expectation_config.meta["rank"])


def _columns_are_there(columns: Mapping[str, str]) -> Clause:
    return Clause(
        ExpectTableColumnsToMatchSet(column_set=list(columns), exact_match=False),
        lambda result: (
            f"Colonne(s) absente(s) : {_quoted(result['details']['mismatched']['missing'])}."
        ),
    )


def _rows_are_enough(at_least: int, at_most: int | None) -> Clause:
    expected = (
        f"au moins {french.number(at_least)}"
        if at_most is None
        else f"entre {french.number(at_least)} et {french.number(at_most)}"
    )
    return Clause(
        ExpectTableRowCountToBeBetween(min_value=at_least, max_value=at_most),
        lambda result: (
            f"{french.number(result['observed_value'])} ligne(s) ; attendu : {expected}."
        ),
    )


def _is_filled(name: str) -> Clause:
    return Clause(
        ExpectColumnValuesToNotBeNull(column=name),
        lambda result: (
            f"Colonne {_quoted([name])} : {_count(result)} ligne(s) sans valeur, "
            f"ligne(s) {_lines(result)}."
        ),
    )


def _has_type(name: str, kind: str, pattern: str) -> Clause:
    return Clause(
        ExpectColumnValuesToMatchRegex(column=name, regex=pattern),
        lambda result: (
            f"Colonne {_quoted([name])} : {_count(result)} valeur(s) qui ne sont pas "
            f"{TYPE_NAMES[kind]} : {_quoted(result['unexpected_list'][:SHOWN_FAILURES])}, "
            f"ligne(s) {_lines(result)}."
        ),
    )


def _tells_rows_apart(key: Sequence[str]) -> Clause:
    unique: Expectation = (
        ExpectColumnValuesToBeUnique(column=key[0])
        if len(key) == 1
        else ExpectCompoundColumnsToBeUnique(column_list=list(key), ignore_row_if="never")
    )
    return Clause(
        unique,
        lambda result: (
            f"Clé {_quoted(key)} : {_count(result)} ligne(s) de même clé, "
            f"{_quoted(_key_values(result))}, ligne(s) {_lines(result)}."
        ),
    )


def _patterns(decimal_mark: str) -> dict[str, str]:
    mark = f"[{re.escape(decimal_mark)}]"
    return {
        "integer": r"\A[+-]?[0-9]+\z",
        "decimal": rf"\A[+-]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)\z",
        "year": r"\A(?:19|20)[0-9]{2}\z",
        "text": "",
    }


def _count(result: Result) -> str:
    return french.number(result["unexpected_count"])


def _lines(result: Result) -> str:
    first = result["unexpected_index_list"][:SHOWN_FAILURES]
    more = "…" if result["unexpected_count"] > SHOWN_FAILURES else ""
    return french.listing(french.number(index + 1) for index in first) + more


def _key_values(result: Result) -> list[str]:
    first = result["unexpected_list"][:SHOWN_FAILURES]
    return [
        " / ".join("vide" if pd.isna(part) else str(part) for part in value.values())
        if isinstance(value, Mapping)
        else str(value)
        for value in first
    ]


def _quoted(texts: Collection[object]) -> str:
    """Return texts from outside between French quotes, cut short and printable."""
    return french.listing(f"« {_printable(str(text))} »" for text in texts)


def _printable(text: str) -> str:
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in cut
    )
