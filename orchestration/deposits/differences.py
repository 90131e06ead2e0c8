"""What differs between a deposit and the one before, cell by cell.

Here: two tables in, lines out. Not here: where the tables come from (``examination``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sources.contract import ExtractContract
from sources.protocols.depots.titles import titles_of

Row = Mapping[str, str | None]
Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Difference:
    """A cell that is not what it was.

    Attributes:
        cell: Which row, by the values of its key.
        column: The title of the column; empty when the whole row came or went.
        before: What it was; empty for a row that came.
        after: What it is; empty for a row that went.
    """

    cell: str
    column: str
    before: str
    after: str


def differences(
    contract: ExtractContract, before: Sequence[Row], after: Sequence[Row]
) -> list[Difference]:
    """Return what differs: cells changed, then rows that came, then rows that went.

    A contract without a key names no row: nothing is compared. Readings are kept one by one: those
    that a new deposit does not repeat did not go.
    """
    if not contract.key:
        return []
    if reading := contract.reading:
        repeated = {row.get(reading) for row in after}
        before = [row for row in before if row.get(reading) in repeated]
    old, new = _by_key(contract, before), _by_key(contract, after)
    changed = [
        difference
        for key, row in new.items()
        if key in old
        for difference in _changed(contract, key, old[key], row)
    ]
    came = [
        Difference(_named(key), "", "", _held(contract, row))
        for key, row in new.items()
        if key not in old
    ]
    went = [
        Difference(_named(key), "", _held(contract, row), "")
        for key, row in old.items()
        if key not in new
    ]
    return [*changed, *came, *went]


def value_columns(contract: ExtractContract) -> list[str]:
    """Return the columns that hold the numbers of a deposit."""
    return [
        name
        for name, column in contract.columns.items()
        if column.type in {"integer", "decimal"} and name not in contract.key
    ]


def _by_key(contract: ExtractContract, rows: Sequence[Row]) -> dict[Key, Row]:
    return {tuple(row.get(name) for name in contract.key): row for row in rows}


def _changed(contract: ExtractContract, key: Key, old: Row, new: Row) -> Iterator[Difference]:
    for name, column in contract.columns.items():
        if name not in contract.key and not _same(old.get(name), new.get(name)):
            title = titles_of(name, column)[0]
            yield Difference(_named(key), title, _shown(old.get(name)), _shown(new.get(name)))


def _same(text: str | None, other: str | None) -> bool:
    """Tell whether two texts are the same, or the same number: 12.50 is 12,5."""
    if text == other or text is None or other is None:
        return text == other
    try:
        return Decimal(text.replace(",", ".")) == Decimal(other.replace(",", "."))
    except InvalidOperation:
        return False


def _named(key: Key) -> str:
    return ", ".join(value or "(vide)" for value in key)


def _held(contract: ExtractContract, row: Row) -> str:
    return ", ".join(_shown(row.get(name)) for name in value_columns(contract)) or "ligne"


def _shown(value: str | None) -> str:
    return "(vide)" if value is None else value
