"""The words of an event: what one category did in all its areas at once, or a whole table.

Here: which verdicts tell it, what a title, a paragraph and the question say of it. Not here: what
fails in one place (``wording``), finding the event (``rules.reporting``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.findings.cases import Case
from expectations.findings.code_names import MOST_NAMED, Names
from expectations.findings.reached_cells import holds
from expectations.verdicts.proofs import (
    EVENT,
    HEADLINE,
    MOVED_EVERYWHERE,
    Verdict,
    evidence_of,
    period_before_of,
)
from expectations.verdicts.table import Cell


@dataclass(frozen=True)
class EventWords:
    """The words for the events of one case.

    Attributes:
        case: What is in doubt.
        names: What codes are called.
    """

    case: Case
    names: Names

    @cached_property
    def everywhere(self) -> Sequence[Sequence[Verdict]]:
        """The verdicts on each category that moved everywhere at once, the largest move first.

        None where something is held: it is what is told then.
        """
        groups: dict[tuple[str, str], list[Verdict]] = {}
        for row in () if self.case.holds else self.case.verdicts:
            cell = Cell.of(row)
            if MOVED_EVERYWHERE in evidence_of(row):
                groups.setdefault((cell.area_type, cell.category), []).append(row)
        return sorted(groups.values(), key=_size_of_move, reverse=True)

    @cached_property
    def of_table(self) -> Sequence[Sequence[Verdict]]:
        """The verdicts on what moved with all of its table; of each way, on one table only.

        None where another case tells it, this one holding what departs from it.

        A table of details, that of their totals over areas and that over categories tell one fact:
        what is held is told first, then totals rather than their details.
        """
        if self.case.is_event_apart and not self._is_held_as_such:
            return []
        tables: dict[str, list[Verdict]] = {}
        for row in sorted(filter(_is_of_event, self.case.verdicts), key=_place_of_table):
            tables.setdefault(evidence_of(row)[HEADLINE], []).append(row)
        ways: dict[bool, Sequence[Verdict]] = {}
        for rows in tables.values():
            ways.setdefault(evidence_of(rows[0])[EVENT]["movement"] > 0, rows)
        return list(ways.values())

    @cached_property
    def is_lead(self) -> bool:
        """Whether a table did what is to be told first: of cells that it holds, nothing else is."""
        return self._is_held_as_such and _is_of_event(self.case.headline.lead)

    @cached_property
    def _is_held_as_such(self) -> bool:
        of_table_alone = (row for row in self.case.verdicts if not said_beside_table(row))
        return any(map(holds, of_table_alone))

    def title(self) -> str:
        """Say what happened; nothing where no event is what is told."""
        if self.everywhere:
            return self._moved_everywhere()
        tells_table = self.of_table and (self.is_lead or not self.case.holds)
        return self._table_moved() if tells_table else ""

    def _moved_everywhere(self) -> str:
        """Say what a category was and is in all the areas where it moved at once."""
        (row, *more), *others = self.everywhere
        cell, numbers = Cell.of(row), evidence_of(row)[MOVED_EVERYWHERE]
        before, after = (french.number(numbers[name]) for name in ("sum_before", "sum_after"))
        beside = french.count(len(others), "autre catégorie", "autres catégories")
        return (
            f"{french.quoted(self.names.category(cell.category))}, {before} en "
            f"{french.period(period_before_of(row) or '')}, {after} en "
            f"{french.period(cell.time_period)}, en tout dans {len(more) + 1} territoires"
            f"{f', et {beside}' if others else ''}"
        )

    def _table_moved(self) -> str:
        """Say what a table did as a whole."""
        row = self.of_table[0][0]
        first, second = period_before_of(row) or "", Cell.of(row).time_period
        moved = evidence_of(row)[HEADLINE]
        return f"entre {french.period(first)} et {french.period(second)}, {moved}"

    def about_everywhere(self) -> Iterator[str]:
        """Say once what each category did in all its areas."""
        for rows in self.everywhere:
            moved = french.after_colon(evidence_of(rows[0])[MOVED_EVERYWHERE]["sentence"])
            yield f"{self.names.places(map(Cell.of, rows))} : {moved}"

    def question(self) -> str:
        """Return what to ask of the categories that moved everywhere."""
        rows = [group[0] for group in self.everywhere]
        named = dict.fromkeys(
            french.quoted(self.names.category(Cell.of(row).category)) for row in rows
        )
        between = (
            f"{french.period(period_before_of(rows[0]) or '')} et "
            f"{french.period(Cell.of(rows[0]).time_period)}"
        )
        return f"Que s'est-il passé entre {between} pour {french.listing(named, MOST_NAMED)} ?"


def _size_of_move(verdicts: Sequence[Verdict]) -> float:
    numbers = evidence_of(verdicts[0])[MOVED_EVERYWHERE]
    return abs(float(numbers["sum_after"]) - float(numbers["sum_before"]))


def said_of_table(verdict: Verdict) -> str:
    """Return what a verdict says of the whole table of its cell; nothing where it says nothing."""
    return str(evidence_of(verdict)[EVENT]["sentence"]) if _is_of_event(verdict) else ""


def said_beside_table(verdict: Verdict) -> str:
    """Return what else it says."""
    return str(verdict["explanation"]).replace(said_of_table(verdict), "").strip()


def _is_of_event(verdict: Verdict) -> bool:
    return verdict["rule"] == "BRK" and EVENT in evidence_of(verdict)


def _place_of_table(verdict: Verdict) -> tuple[bool, bool]:
    return not holds(verdict), Cell.of(verdict).category != TOTAL
