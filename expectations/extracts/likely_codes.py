"""The code that a value seems to mean: another case, an accent, a space apart.

Here: proposing one of the codes that a rule knows; nothing is replaced. Not here: the rules
(``suites.sources``), nor where a proposal is told (``rule_verdict``).
"""

from collections.abc import Iterable, Mapping, Sequence

from expectations.cells.spellings import without_accents
from expectations.suites.sources.code_lists import code_list, code_pairs
from expectations.suites.sources.record_controls import Codes, Pairs
from expectations.suites.sources.record_entries import RecordRule

Proposals = tuple[tuple[str, str], ...]


def codes_of(rule: RecordRule, region: str) -> dict[str, list[str]]:
    """Return the codes that a rule lets each column hold; none when it is about no codes."""
    match rule.control:
        case Codes() as control:
            listed = code_list(control.code_list, region) if control.code_list else control.values
            codes = {column: list(listed) for column in control.columns}
        case Pairs() as control:
            pairs = code_pairs(control.code_list)
            sides: Sequence[Iterable[str]] = list(zip(*pairs, strict=True))
            codes = {
                column: list(side) for column, side in zip(control.columns, sides, strict=True)
            }
        case _:
            return {}
    return {column: [*listed, *_let_through(rule, column)] for column, listed in codes.items()}


def _let_through(rule: RecordRule, column: str) -> Iterable[str]:
    """Return the values of a column that the rule does not judge."""
    apart = [condition.differs for condition in rule.only_if if condition.column == column]
    return [*rule.excused, *(value for value in apart if value)]


def proposals(
    codes: Mapping[str, Sequence[str]], values: Iterable[tuple[str, str | None]]
) -> Proposals:
    """Return the code that each value of a record seems to mean, where it is none itself."""
    likely = (
        (column, _likely(value, codes[column]))
        for column, value in values
        if value and column in codes
    )
    return tuple((column, code) for column, code in likely if code)


def _likely(value: str, codes: Sequence[str]) -> str:
    """Return the only code that is written with the same letters and digits, if there is one."""
    if value in codes or not (key := _letters(value)):
        return ""
    alike = {code for code in codes if _letters(code) == key}
    return alike.pop() if len(alike) == 1 else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, without_accents(text)))
