"""The French of a finding: its title, its explanation, the question it asks.

Here: which of its sentences are told, and those about what fails in one place. Not here: those of
an event (``event_words``) and of what is gone (``gone_words``), ``questions``, what is in doubt
(``cases``), its numbers (``compared``), what became of it at the gate (``decisions.consequences``),
how numbers are written (``french``).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.cases import Case
from expectations.findings.code_names import MOST_NAMED, Names
from expectations.findings.compared import Basis, Compared, Reading
from expectations.findings.event_words import EventWords, said_beside_table, said_of_table
from expectations.findings.gone_words import GoneWords
from expectations.findings.questions import TOLD_BY_ANOTHER, questions
from expectations.verdicts.proofs import (
    HEADLINE,
    WHOLE,
    WHOLE_AFTER,
    WHOLE_BEFORE,
    Verdict,
    evidence_of,
    period_before_of,
)
from expectations.verdicts.rules import RULES, Cause
from expectations.verdicts.table import Cell

MOST_ONE_BY_ONE = 24
"""Cells that are named one by one; of more, which are most of a table, its numbers are shown."""
_WRONG = (
    "ce détail est retenu aussi : c'est sans doute lui qui est faux",
    "ces détails sont retenus aussi : l'un d'eux est sans doute faux",
)
_MOVING = (
    "ce détail est retenu avec le total, qu'il a fait bouger",
    "ces détails sont retenus avec le total, qu'ils ont fait bouger",
)
"""Why one detail, or several, are held with the totals they are in."""


@dataclass(frozen=True)
class Wording:
    """The words for one case.

    Attributes:
        case: What is in doubt.
        numbers: The numbers of its cells.
        definitions: The indicators, by id, for their labels.
        names: What codes are called.
    """

    case: Case
    numbers: Sequence[Compared]
    definitions: Mapping[str, IndicatorDefinition]
    names: Names

    def title(self) -> str:
        """Return the title: what, where, the values that one verdict compares, what is wrong."""
        flaw = self._flaw()
        what = self._events.title() or f"{self._moved()}{f' — {flaw}' if flaw else ''}"
        return french.typeset(f"{self.case.definition.label} : {what}")

    def explanation(self) -> str:
        """Return the paragraphs, separated by empty lines."""
        case, events = self.case, self._events
        tells_total = case.cause != Cause.INCOHERENCE and case.reach.wholes and case.holds
        if case.spellings:
            sentences = self._about_spellings()
        elif events.everywhere:
            sentences = itertools.chain(events.about_everywhere(), self._beside_everywhere())
        else:
            about = self._about_total() if tells_total else self._about_cells()
            sentences = itertools.chain(about, self._about_suspects(), self._about_carried())
        return "\n\n".join(french.typeset(text) for text in sentences)

    def question(self) -> str:
        """Return the question to ask to the producer."""
        is_event = self._events.everywhere and not self.case.spellings
        asked = [self._events.question()] if is_event else questions(self.case)
        return french.typeset(" ".join(dict.fromkeys(asked)))

    @cached_property
    def _events(self) -> EventWords:
        return EventWords(self.case, self.names)

    @cached_property
    def _gone(self) -> GoneWords:
        return GoneWords(self.case, self.names)

    def _flaw(self) -> str:
        lead = self.case.headline.lead
        rule = RULES[lead["rule"]]
        of_absent: str = rule.flaw_of_absent if pd.isna(lead["value_after"]) else ""
        is_told = not said_of_table(lead) or self._events.of_table
        return str((is_told and evidence_of(lead).get(HEADLINE)) or of_absent or rule.flaw)

    def _about_cells(self) -> Iterator[str]:
        """Say what is said of the cells, once for those of which the same is said."""
        if (count := len(self.case.periods)) > 1:
            yield f"Constaté pour {count} périodes, de {french.span(self.case.periods)}."
        together = self._gone.together()
        yield from map(self._gone.about, together)
        yield from self._about_table()
        grouped = {id(row) for rows in together for row in rows}
        failing = {row["rule"] for row in self.case.verdicts}
        yield from self._one_by_one(
            row
            for row in self.case.verdicts
            if id(row) not in grouped and TOLD_BY_ANOTHER.get(row["rule"]) not in failing
        )

    def _beside_everywhere(self) -> Iterator[str]:
        """Say what is said of other cells than those of the categories that moved everywhere."""
        moved = {Cell.of(row) for rows in self._events.everywhere for row in rows}
        yield from self._one_by_one(row for row in self.case.verdicts if Cell.of(row) not in moved)

    def _one_by_one(self, verdicts: Iterable[Verdict]) -> Iterator[str]:
        for text, cells in _cells_of_texts(verdicts).items():
            yield self._said_of(cells, text)

    def _about_table(self) -> Iterator[str]:
        """Say once what a table did as a whole."""
        for rows in self._events.of_table:
            yield self._said_of([*map(Cell.of, rows)], said_of_table(rows[0]))

    def _said_of(self, cells: Sequence[Cell], text: str) -> str:
        is_most = len(cells) > MOST_ONE_BY_ONE
        places = french.quoted(self.case.definition.label) if is_most else None
        where = f"{places or self.names.places(cells)}{self._untold(cells, text)}"
        return f"{where} : {french.after_colon(text)}"

    def _untold(self, cells: Sequence[Cell], text: str) -> str:
        """Say of which periods some cells are, when the case has several and their text is mute."""
        periods = sorted({cell.time_period for cell in cells})
        names_them = all(french.period(period) in text for period in periods)
        return "" if names_them or len(self.case.periods) == 1 else f" ({french.span(periods)})"

    def _about_suspects(self) -> Iterator[str]:
        """Say which details alone are held with the totals that are wrong, and why these."""
        reach, details_of = self.case.reach, self.case.around.details
        details = frozenset().union(*(details_of[whole] for whole in reach.wholes))
        suspects = sorted(reach.reached & details)
        if not suspects or details <= set(reach.cells):
            return
        of_one, of_several = _WRONG if self.case.cause == Cause.INCOHERENCE else _MOVING
        yield f"{self.names.places(suspects)} : {of_one if len(suspects) == 1 else of_several}."

    def _about_carried(self) -> Iterator[str]:
        """Say which totals are held for what their details did."""
        if carried := sorted(self.case.reach.carried):
            held = (
                "le total est retenu avec les détails qui l'ont fait bouger"
                if len(carried) == 1
                else "ces totaux sont retenus avec les détails qui les ont fait bouger"
            )
            yield f"{self.names.places(carried)} : {held}."

    def _about_spellings(self) -> Iterator[str]:
        """Say what each period that is spelt another way seems to mean, once for all of them."""
        spellings = self.case.spellings
        named = [
            f"{french.quoted(text)} pour {french.quoted(meant)}"
            for text, meant in spellings.items()
        ]
        counted = french.count(len(named), "période est écrite", "périodes sont écrites")
        yield (
            f"{counted} autrement que convenu, sans doute "
            f"{french.listing(named, MOST_NAMED)}. Rien n'en est comparé tant qu'on ne sait pas "
            "de quelles périodes il s'agit."
        )

    def _about_total(self) -> Iterator[str]:
        if not self._events.is_lead:
            yield f"{french.quoted(self.case.definition.label)} : {self._moved()}{self._change()}."
        yield from self._gone.below_headline()
        yield from self._gone.beside_headline()
        yield from self._linked()
        yield from self._chance()
        yield from self._explanations()

    def _explanations(self) -> Iterator[str]:
        """Give the sentences of the rules that have no wording of their own here, each once."""
        lead = [
            row for row in self.case.headline.verdicts if not RULES[row["rule"]].has_own_wording
        ]
        yield from dict.fromkeys(str(row["explanation"]) for row in lead)
        if not self._events.is_lead:
            of_table = filter(said_of_table, self.case.headline.verdicts)
            yield from filter(None, map(said_beside_table, of_table))
        yield from self._about_table()

    @property
    def _headline(self) -> Compared:
        return next(item for item in self.numbers if item.cell == self.case.headline.cell)

    def _moved(self) -> str:
        """Say the headline cell and what it is compared with: one reading beside another."""
        now, cell = self._headline.now, self.case.headline.cell
        before = self._headline.against(self.case.headline.basis)
        place = self.names.place(cell.ref_area, cell.category)
        period = french.period(cell.time_period)
        units_differ = before is not None and before.unit != now.unit
        shown = self._reading(now, with_unit=units_differ)
        if before is None:
            return f"{place}, {shown} en {period}"
        then = self._reading(before, with_unit=units_differ)
        if self.case.headline.basis is Basis.RELEASE:
            return f"{place}, {period} : {then} publié, {shown} reçu"
        return f"{place}, {then} en {french.period(before.cell.time_period)}, {shown} en {period}"

    def _change(self) -> str:
        now, before = self._headline.now, self._headline.against(self.case.headline.basis)
        kind = self.case.definition.kind_of(self.case.headline.cell.category)
        if before is None or not before.value or now.value is None or kind != "count":
            return ""
        return f" ({french.change(before.value, now.value)})" if before.unit == now.unit else ""

    def _linked(self) -> Iterator[str]:
        for row in self.case.headline.verdicts:
            numbers, first = evidence_of(row), period_before_of(row)
            if WHOLE not in numbers or first is None:
                continue
            label = french.quoted(self.definitions[numbers[WHOLE]].label)
            before, after = numbers[WHOLE_BEFORE], numbers[WHOLE_AFTER]
            if not before or after is None:
                yield str(row["explanation"])
                continue
            between = f"Entre {french.period(first)} et {french.period(self.case.time_period)}"
            yield (
                f"{between}, l'ensemble dont il est une partie, {label}, "
                f"passe de {french.number(before)} à {french.number(after)} "
                f"({french.change(before, after)})."
            )

    def _chance(self) -> Iterator[str]:
        chances = [
            f"{french.chance(row['p_value'])} {RULES[row['rule']].chance_of}"
            for row in self.case.headline.verdicts
            if RULES[row["rule"]].chance_of and pd.notna(row["p_value"]) and not said_of_table(row)
        ]
        if chances:
            yield (
                "Le hasard et une évolution ordinaire n'expliquent guère un écart pareil : "
                f"{french.listing(chances)}."
            )

    @staticmethod
    def _reading(reading: Reading, *, with_unit: bool) -> str:
        if reading.value is None:
            return "aucune valeur"
        if with_unit:
            return french.quantity(reading.value, reading.unit)
        return french.figure(reading.value, reading.unit)


def _cells_of_texts(verdicts: Iterable[Verdict]) -> dict[str, list[Cell]]:
    """Return the cells of which the same is said, by what is said of them, not of their table."""
    cells_of: dict[str, list[Cell]] = {}
    for row in verdicts:
        if text := said_beside_table(row):
            cells_of.setdefault(text, []).append(Cell.of(row))
    return cells_of
