"""The French of a finding: its title, its explanation, the question it asks.

Here: every sentence that a steward reads about a finding, and only sentences. Not here: what is in
doubt (``cases``), its numbers (``compared``), the question of one rule (``verdicts.rules``), what
became of it at the gate (``decisions.consequences``), how numbers are written (``french``).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.cells.statuses import ABSENT
from expectations.findings.cases import Case
from expectations.findings.code_names import Names
from expectations.findings.compared import Basis, Compared, Reading
from expectations.verdicts.proofs import (
    EVENT,
    HEADLINE,
    MOVED_EVERYWHERE,
    QUESTION,
    VANISHED,
    WHOLE,
    WHOLE_AFTER,
    WHOLE_BEFORE,
    Verdict,
    evidence_of,
    period_before_of,
)
from expectations.verdicts.rules import RULES, Cause, RuleType
from expectations.verdicts.table import Cell

WHO_REPORTED = {
    "DEP": "Quels départements ont répondu pour {period} ?",
    "ZE2020": "Quelles zones d'emploi ont été renseignées pour {period} ?",
    "CLPE": "Quels comités locaux pour l'emploi ont été renseignés pour {period} ?",
}
MOST_NAMED = 8
MOST_EVENTS = 3
"""Sentences that tell an event; the table of the finding has all its series."""
ASKED_BY_ANOTHER = {"VRT": "RRL"}
"""Rules whose question is part of that of another one, when both fail."""


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
        label = self.case.definition.label
        if self._everywhere:
            return french.typeset(f"{label} : {self._moved_everywhere()}")
        if self._of_table and not self.case.holds:
            return french.typeset(f"{label} : {self._table_moved()}")
        flaw = self._flaw()
        return french.typeset(f"{label} : {self._moved()}{f' — {flaw}' if flaw else ''}")

    def explanation(self) -> str:
        """Return the paragraphs, separated by empty lines."""
        tells_total = (
            self.case.cause != Cause.INCOHERENCE and self.case.reach.wholes and self.case.holds
        )
        if self.case.spellings:
            sentences = self._about_spellings()
        elif self._everywhere:
            sentences = self._about_everywhere()
        else:
            about = self._about_total() if tells_total else self._about_cells()
            sentences = itertools.chain(about, self._about_suspects(), self._about_carried())
        return "\n\n".join(french.typeset(text) for text in sentences)

    def question(self) -> str:
        """Return the question to ask to the producer."""
        return french.typeset(" ".join(dict.fromkeys(self._questions())))

    def _flaw(self) -> str:
        lead = self.case.headline.lead
        rule = RULES[lead["rule"]]
        of_absent: str = rule.flaw_of_absent if pd.isna(lead["value_after"]) else ""
        return str(evidence_of(lead).get(HEADLINE) or of_absent or rule.flaw)

    def _questions(self) -> Iterator[str]:
        if self.case.spellings:
            yield self._question_of_spellings()
            return
        if self._everywhere:
            yield self._question_of_everywhere()
            return
        now = self._span(self.case.periods)
        failing = {str(row["rule"]) for row in self.case.verdicts}
        asked = {
            str(row["rule"]): str(question)
            for row in self.case.verdicts
            if (question := evidence_of(row).get(QUESTION))
        }
        yield from asked.values()
        silent = [RULES[code] for code in RULES if code in failing - asked.keys()]
        if any(not rule.question for rule in silent):
            yield self._usual_question(now)
        yield from (
            self._question_of(rule, now)
            for rule in silent
            if rule.question and ASKED_BY_ANOTHER.get(rule.code) not in failing
        )

    def _question_of(self, rule: RuleType, now: str) -> str:
        rows = (row for row in self.case.verdicts if row["rule"] == rule.code)
        is_of_absent = all(pd.isna(row["value_after"]) for row in rows)
        asked = rule.question_of_absent if is_of_absent else ""
        return (asked or rule.question).format(period=now)

    def _usual_question(self, now: str) -> str:
        if self.case.cause == Cause.INCOHERENCE:
            return (
                f"Les valeurs de {now} sont-elles exactes ? "
                "Merci de les confirmer, ou d'envoyer un extrait corrigé."
            )
        before = self.case.headline.period_before
        between = f"entre {french.period(before)} et {now}" if before else f"pour {now}"
        area_types = {cell.area_type for cell in self.case.reach.cells}
        who = [
            question.format(period=now)
            for area_type, question in WHO_REPORTED.items()
            if area_type in area_types
        ]
        changed = (
            "La collecte, le périmètre, la définition ou la liste des déclarants ont-ils changé "
            f"{between} ?"
        )
        return " ".join([changed, *who])

    def _about_cells(self) -> Iterator[str]:
        """Say what is said of the cells, once for those of which the same is said."""
        if (count := len(self.case.periods)) > 1:
            yield f"Constaté pour {count} périodes, de {self._span(self.case.periods)}."
        together = self._gone_together()
        yield from map(self._about_gone, together)
        yield from self._about_others(together)

    def _about_others(self, said: Sequence[Sequence[Verdict]]) -> Iterator[str]:
        """Say what verdicts say that were not said together."""
        grouped = {id(row) for rows in said for row in rows}
        others = [row for row in self.case.verdicts if id(row) not in grouped]
        for text, cells in _cells_of_texts(others).items():
            yield f"{self._places(cells)}{self._untold(cells, text)} : {french.after_colon(text)}"

    def _gone_together(self) -> list[list[Verdict]]:
        """Return the verdicts on each category that several areas of a type do not give any more.

        One list a category, type of areas, and what has become of their lines.
        """
        groups: dict[tuple[str, ...], list[Verdict]] = {}
        for row in self.case.verdicts:
            evidence, cell = evidence_of(row) if row["rule"] == "VAN" else {}, Cell.of(row)
            before = period_before_of(row)
            if evidence and before and cell.category != TOTAL and pd.isna(row["value_after"]):
                area_type, status = cell.area_type, str(evidence["obs_status"])
                place = (area_type, cell.category, cell.time_period, before, status)
                groups.setdefault(place, []).append(row)
        return [rows for rows in groups.values() if len(rows) > 1]

    def _about_gone(self, rows: Sequence[Verdict]) -> str:
        """Say once what several areas do not give any more, and how much it was in all."""
        cell, before = Cell.of(rows[0]), french.period(period_before_of(rows[0]) or "")
        is_absent = evidence_of(rows[0])["obs_status"] == ABSENT
        what = "n'ont plus de ligne" if is_absent else "ont une ligne sans valeur"
        in_all = french.number(sum(float(row["value_before"]) for row in rows))
        is_count = self.case.definition.kind_of(cell.category) == "count"
        counted = f" ({in_all} en tout)" if is_count else ""
        areas = [self.names.area(Cell.of(row).ref_area) for row in rows]
        return (
            f"{french.quoted(self.names.category(cell.category))} : {len(rows)} territoires la "
            f"donnaient en {before}{counted} et {what} pour elle en "
            f"{french.period(cell.time_period)}, {french.listing(areas, MOST_NAMED)} ; "
            f"{self._still_given(cell)}."
        )

    def _still_given(self, gone: Cell) -> str:
        """Say how many other areas of a type still give a category that some do not give."""
        kind = gone.area_type
        still = sum(
            value is not None and replace(cell, ref_area=gone.ref_area) == gone
            for cell, (value, _) in self.case.around.numbers.items()
            if cell.area_type == kind
        )
        if not still:
            return "aucun ne la donne plus"
        return french.count(still, "autre la donne encore", "autres la donnent encore")

    def _untold(self, cells: Sequence[Cell], text: str) -> str:
        """Say of which periods some cells are, when the case has several and their text is mute."""
        periods = sorted({cell.time_period for cell in cells})
        names_them = all(french.period(period) in text for period in periods)
        return "" if names_them or len(self.case.periods) == 1 else f" ({self._span(periods)})"

    @staticmethod
    def _span(periods: Sequence[str]) -> str:
        """Return a period, or the first and the last of several: « 2019 à 2024 »."""
        ends = dict.fromkeys((periods[0], periods[-1]))
        return " à ".join(map(french.period, ends))

    def _about_suspects(self) -> Iterator[str]:
        """Say which details alone are held with the sums that are wrong, and why these."""
        reach, details_of = self.case.reach, self.case.around.details
        details = frozenset().union(*(details_of[whole] for whole in reach.wholes))
        suspects = sorted(reach.reached & details)
        if self.case.cause != Cause.INCOHERENCE or not suspects or len(suspects) == len(details):
            return
        why = (
            "ce détail est retenu aussi : c'est sans doute lui qui est faux"
            if len(suspects) == 1
            else "ces détails sont retenus aussi : l'un d'eux est sans doute faux"
        )
        yield f"{self._places(suspects)} : {why}."

    def _about_carried(self) -> Iterator[str]:
        """Say which totals are held for what their details did."""
        if carried := sorted(self.case.reach.carried):
            held = (
                "le total est retenu avec les détails qui l'ont fait bouger"
                if len(carried) == 1
                else "ces totaux sont retenus avec les détails qui les ont fait bouger"
            )
            yield f"{self._places(carried)} : {held}."

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

    def _question_of_spellings(self) -> str:
        *_, (text, meant) = self.case.spellings.items()
        return (
            f"La période écrite {french.quoted(text)} est-elle {french.quoted(meant)} ? Merci "
            "d'écrire toutes les périodes de cette façon, et d'envoyer un extrait corrigé."
        )

    def _places(self, cells: Sequence[Cell]) -> str:
        """Name some cells, area by area, the first ones when there are many."""
        categories: dict[str, list[str]] = {}
        for cell in dict.fromkeys(cells):
            name = (
                "total"
                if cell.category == TOTAL
                else french.quoted(self.names.category(cell.category))
            )
            categories.setdefault(self.names.area(cell.ref_area), []).append(name)
        alike = {tuple(names) for names in categories.values()}
        if len(categories) > 1 and len(alike) == 1 and ["total"] not in categories.values():
            (names,) = alike
            areas = french.listing(categories, MOST_NAMED)
            return f"{areas}, {french.listing(names[:MOST_NAMED])}"
        named = [
            area if names == ["total"] else f"{area}, {french.listing(names[:MOST_NAMED])}"
            for area, names in categories.items()
        ]
        more = len(named) - MOST_NAMED
        rest = f" et {french.count(more, 'autre', 'autres')}" if more > 0 else ""
        return f"{' ; '.join(named[:MOST_NAMED])}{rest}"

    def _about_total(self) -> Iterator[str]:
        yield f"{french.quoted(self.case.definition.label)} : {self._moved()}{self._change()}."
        yield from self._vanished()
        yield from self._linked()
        yield from self._chance()
        yield from self._explanations()

    def _explanations(self) -> Iterator[str]:
        """Give the sentences of the rules that have no wording of their own here, each once."""
        lead = [
            row for row in self.case.headline.verdicts if not RULES[row["rule"]].has_own_wording
        ]
        yield from dict.fromkeys(str(row["explanation"]) for row in lead)
        of_table = list(_cells_of_texts(self._of_table).items())
        yield from (
            f"{self._places(cells)} : {french.after_colon(text)}"
            for text, cells in of_table[:MOST_EVENTS]
        )

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

    @cached_property
    def _everywhere(self) -> Sequence[Sequence[Verdict]]:
        """The verdicts on each category that moved everywhere at once, the largest move first.

        None where something is held: it is what is told then.
        """
        groups: dict[tuple[str, str], list[Verdict]] = {}
        for row in () if self.case.holds else self.case.verdicts:
            cell = Cell.of(row)
            if MOVED_EVERYWHERE in evidence_of(row):
                groups.setdefault((cell.area_type, cell.category), []).append(row)
        return sorted(groups.values(), key=_size_of_move, reverse=True)

    def _moved_everywhere(self) -> str:
        """Say what a category was and is in all the areas where it moved at once."""
        (row, *more), *others = self._everywhere
        cell, numbers = Cell.of(row), evidence_of(row)[MOVED_EVERYWHERE]
        before, after = (_value(numbers[name], "") for name in ("sum_before", "sum_after"))
        beside = french.count(len(others), "autre catégorie", "autres catégories")
        return (
            f"{french.quoted(self.names.category(cell.category))}, {before} en "
            f"{french.period(period_before_of(row) or '')}, {after} en "
            f"{french.period(cell.time_period)}, en tout dans {len(more) + 1} territoires"
            f"{f', et {beside}' if others else ''}"
        )

    @cached_property
    def _of_table(self) -> Sequence[Verdict]:
        """The verdicts on what moved with all of its table."""
        return [
            row for row in self.case.verdicts if row["rule"] == "BRK" and EVENT in evidence_of(row)
        ]

    def _table_moved(self) -> str:
        """Say what a table did as a whole, that of totals rather than that of their details."""
        row = min(self._of_table, key=lambda each: Cell.of(each).category != TOTAL)
        first, second = period_before_of(row) or "", Cell.of(row).time_period
        moved = evidence_of(row)[HEADLINE]
        return f"entre {french.period(first)} et {french.period(second)}, {moved}"

    def _about_everywhere(self) -> Iterator[str]:
        """Say once what each category did in all its areas, its shares too, then the rest."""
        for rows in self._everywhere:
            moved = french.after_colon(evidence_of(rows[0])[MOVED_EVERYWHERE]["sentence"])
            yield f"{self._places([Cell.of(row) for row in rows])} : {moved}"
        cells = {Cell.of(row) for rows in self._everywhere for row in rows}
        yield from self._about_others(
            [[row for row in self.case.verdicts if Cell.of(row) in cells]]
        )

    def _question_of_everywhere(self) -> str:
        rows = [group[0] for group in self._everywhere]
        named = dict.fromkeys(
            french.quoted(self.names.category(Cell.of(row).category)) for row in rows
        )
        between = (
            f"{french.period(period_before_of(rows[0]) or '')} et "
            f"{french.period(Cell.of(rows[0]).time_period)}"
        )
        return f"Que s'est-il passé entre {between} pour {french.listing(named, MOST_NAMED)} ?"

    def _change(self) -> str:
        now, before = self._headline.now, self._headline.against(self.case.headline.basis)
        kind = self.case.definition.kind_of(self.case.headline.cell.category)
        if before is None or not before.value or now.value is None or kind != "count":
            return ""
        return f" ({french.change(before.value, now.value)})" if before.unit == now.unit else ""

    def _vanished(self) -> Iterator[str]:
        """Name the details that vanished, the absent and the null apart."""
        for row in self.case.headline.verdicts:
            before, gone = period_before_of(row), evidence_of(row).get(VANISHED, [])
            if before:
                yield from self._lost_since(french.period(before), gone)

    def _lost_since(self, before: str, gone: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        now = french.period(self.case.time_period)
        endings = {
            True: f"sans aucune ligne dans l'extrait de {now}",
            False: f"avec une ligne mais sans valeur dans l'extrait de {now}",
        }
        for is_absent, ending in endings.items():
            named = [
                self._lost(item) for item in gone if (item["obs_status"] == ABSENT) == is_absent
            ]
            if named:
                yield f"Détails renseignés en {before}, {ending} : {french.listing(named)}."

    def _lost(self, item: Mapping[str, Any]) -> str:
        area, category = item["ref_area"], item["category"]
        name = (
            self.names.area(area)
            if category == TOTAL
            else french.quoted(self.names.category(category))
        )
        unit = self.case.definition.unit_of(category)
        return f"{name} ({_value(item['value_before'], unit)})"

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
            if RULES[row["rule"]].chance_of and pd.notna(row["p_value"])
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
        return _value(reading.value, reading.unit)


def _value(value: float, unit: str) -> str:
    return french.percent(value) if unit == "pct" else french.number(value)


def _cells_of_texts(verdicts: Sequence[Verdict]) -> dict[str, list[Cell]]:
    """Return the cells of which the same is said, by what is said."""
    cells_of: dict[str, list[Cell]] = {}
    for row in verdicts:
        cells_of.setdefault(str(row["explanation"]), []).append(Cell.of(row))
    return cells_of


def _size_of_move(verdicts: Sequence[Verdict]) -> float:
    numbers = evidence_of(verdicts[0])[MOVED_EVERYWHERE]
    return abs(float(numbers["sum_after"]) - float(numbers["sum_before"]))
