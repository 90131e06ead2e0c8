"""The receipt of a deposit: accepted, with what was read; or refused, with every reason.

Here: what a receipt says, put together from what was read and judged. Not here: its sentences about
cells (``reasons``), its layout (``templates``), when it is made and where it goes (``delivery``).
"""

from dataclasses import dataclass
from datetime import datetime

from orchestration.deposits.differences import Difference, value_columns
from orchestration.deposits.reasons import RefusalReason
from sources.contract import MASKED, ExtractContract
from sources.protocols.depots.reading import Deposit
from sources.protocols.depots.titles import titles_of
from sources.registry import Source

MOST_SHOWN = 400
"""Lines of each kind that a receipt shows; it counts all of them."""

TOLD_APART = frozenset({"unite", "repondants", "mode_collecte", "commentaire"})
"""Columns that say how a number was collected, shown beside it."""


@dataclass(frozen=True)
class ReadRow:
    """A row that was read: where, what its key and its other columns hold."""

    where: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """What a partner is told of a deposit.

    Attributes:
        source: The deposit.
        file: The name of the file that was received.
        received_at: When it was collected, aware.
        extract_id: SHA-256 of the file; empty when nothing could be taken.
        reasons: Why it is refused; none when it is accepted.
        questions: What remains to be answered; they refuse nothing.
        remarks: What is odd in the file and was read all the same.
        titles: The titles of the columns that are shown of each row.
        rows: The rows that were read.
        differences: What differs from the deposit before; None when there is none to compare with.
        in_use: When the deposit that stays in use was received; None when there is none.
    """

    source: Source
    file: str
    received_at: datetime
    extract_id: str
    reasons: tuple[RefusalReason, ...] = ()
    questions: tuple[RefusalReason, ...] = ()
    remarks: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    rows: tuple[ReadRow, ...] = ()
    differences: tuple[Difference, ...] | None = None
    in_use: datetime | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the deposit is in use."""
        return not self.reasons

    @property
    def subject(self) -> str:
        """The receipt in a line."""
        state = "accepté" if self.is_accepted else "refusé"
        return f"Dépôt {state} : {self.source.label}"


def shown_columns(contract: ExtractContract) -> list[str]:
    """Return the columns that a receipt shows: the key, the numbers, how they were collected.

    Without a key, nothing less than the whole row tells it from the others.
    """
    if not contract.key:
        return list(contract.columns)
    shown = {*contract.key, *value_columns(contract), *TOLD_APART}
    return [name for name in contract.columns if name in shown]


def shown_rows(contract: ExtractContract, deposit: Deposit) -> tuple[ReadRow, ...]:
    """Return each row of a deposit as it was read, with the place of its first number."""
    columns, numbers = shown_columns(contract), value_columns(contract)
    return tuple(
        ReadRow(
            deposit.address(line, numbers[0]) if numbers else deposit.row_address(line),
            tuple(_shown(row.get(name), is_number=name in numbers) for name in columns),
        )
        for line, row in enumerate(deposit.rows, start=1)
    )


def shown_titles(contract: ExtractContract) -> tuple[str, ...]:
    """Return the titles of the columns that a receipt shows."""
    return tuple(titles_of(name, contract.columns[name])[0] for name in shown_columns(contract))


def _shown(value: str | None, *, is_number: bool) -> str:
    if value is None:
        return "(vide)" if is_number else ""
    return "masquée (secret statistique)" if is_number and value == MASKED else value
