"""The French of a finding: its title, its explanation, the question it asks.

Here: every sentence that a steward reads about a finding, and only sentences. Not here: what is in
doubt (``cases``), the question of one rule (``verdicts.rules``), how numbers are written
(``french``).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.cells.statuses import ABSENT
from expectations.findings.cases import Case, Verdict, cell_of
from expectations.verdicts.rules import RULES, Cause
from expectations.verdicts.table import Cell

WHO_REPORTED = {
    "DEP": "Quels départements ont répondu pour {period} ?",
    "ZE2020": "Quelles zones d'emploi ont été renseignées pour {period} ?",
    "CLPE": "Quels comités locaux pour l'emploi ont été renseignés pour {period} ?",
}
MOST_NAMED = 8


@dataclass(frozen=True)
class Wording:
    """The words for one case.

    Attributes:
        case: What is in doubt.
        definitions: The indicators, by id, for their labels.
        area_names: French name of each area, by code.
    """

    case: Case
    definitions: Mapping[str, IndicatorDefinition]
    area_names: Mapping[str, str]

    def title(self) -> str:
        """Return the title: what, where, both values."""
        return french.typeset(f"{self.case.definition.label} : {self._moved()}")

    def explanation(self) -> str:
        """Return the paragraphs, separated by empty lines."""
        tells_total = self.case.cause != Cause.INCOHERENCE and self.case.wholes and self.case.holds
        sentences = self._about_total() if tells_total else self._about_cells()
        return "\n\n".join(french.typeset(text) for text in (*sentences, self._held()))

    def question(self) -> str:
        """Return the question to ask to the producer."""
        return french.typeset(" ".join(dict.fromkeys(self._questions())))

    def _questions(self) -> Iterator[str]:
        codes = {str(row["rule"]) for row in self.case.verdicts}
        failed = [rule for code, rule in RULES.items() if code in codes]
        now = french.period(self.case.time_period)
        yield from (
            question for row in self.case.verdicts if (question := _evidence(row).get("question"))
        )
        if self.case.cause == Cause.INCOHERENCE:
            yield (
                f"Les valeurs de {now} sont-elles exactes ? "
                "Merci de les confirmer, ou d'envoyer un extrait corrigé."
            )
        elif any(not rule.question for rule in failed):
            yield self._what_changed(now)
        yield from (rule.question.format(period=now) for rule in failed if rule.question)

    def _what_changed(self, now: str) -> str:
        before = self.case.period_before
        between = f"entre {french.period(before)} et {now}" if before else f"pour {now}"
        who = [
            WHO_REPORTED[breakdown.parts].format(period=now)
            for breakdown in self.case.definition.breakdowns
            if breakdown.parts in WHO_REPORTED
        ]
        changed = (
            "La collecte, le périmètre, la définition ou la liste des déclarants ont-ils changé "
            f"{between} ?"
        )
        return " ".join([changed, *who])

    def _about_cells(self) -> Iterator[str]:
        """Say what is said of the cells, once for those of which the same is said."""
        cells_of: dict[str, list[Cell]] = {}
        for row in self.case.verdicts:
            cells_of.setdefault(str(row["explanation"]), []).append(cell_of(row))
        for text, cells in cells_of.items():
            yield f"{self._places(cells)} : {text}"

    def _places(self, cells: Sequence[Cell]) -> str:
        """Name some cells, area by area, the first ones when there are many."""
        categories: dict[str, list[str]] = {}
        for cell in dict.fromkeys(cells):
            area = self.area_names.get(cell.ref_area, cell.ref_area)
            name = "total" if cell.category == TOTAL else french.quoted(cell.category)
            categories.setdefault(area, []).append(name)
        named = [
            area if names == ["total"] else f"{area}, {french.listing(names[:MOST_NAMED])}"
            for area, names in categories.items()
        ]
        more = f" et {len(named) - MOST_NAMED} autre(s)" if len(named) > MOST_NAMED else ""
        return f"{' ; '.join(named[:MOST_NAMED])}{more}"

    def _about_total(self) -> Iterator[str]:
        yield f"{french.quoted(self.case.definition.label)} : {self._moved()}{self._change()}."
        yield from self._vanished()
        yield from self._linked()
        yield from self._chance()
        yield from self._explanations()

    def _explanations(self) -> Iterator[str]:
        """Give the sentences of the rules that have no wording of their own here, each once."""
        lead = [row for row in self.case.lead if not RULES[row["rule"]].has_own_wording]
        events = [
            row for row in self.case.verdicts if row["rule"] == "BRK" and "event" in _evidence(row)
        ]
        yield from dict.fromkeys(str(row["explanation"]) for row in (*lead, *events))

    def _moved(self) -> str:
        now = french.period(self.case.time_period)
        before, after = map(self.case.lead_number, ("value_before", "value_after"))
        category = self.case.headline.category
        shown = "aucune valeur" if after is None else self._value(after, category)
        place = self._place(self.case.headline)
        if before is None or self.case.period_before is None:
            return f"{place}, {shown} en {now}"
        then = f"{self._value(before, category)} en {french.period(self.case.period_before)}"
        return f"{place}, {then}, {shown} en {now}"

    def _change(self) -> str:
        before, after = map(self.case.lead_number, ("value_before", "value_after"))
        kind = self.case.definition.kind_of(self.case.headline.category)
        if not before or after is None or kind != "count":
            return ""
        return f" ({french.change(before, after)})"

    def _vanished(self) -> Iterator[str]:
        """Name the details that vanished, the absent and the null apart."""
        before, now = (
            french.period(str(self.case.period_before)),
            french.period(self.case.time_period),
        )
        endings = {
            True: f"sans aucune ligne dans l'extrait de {now}",
            False: f"avec une ligne mais sans valeur dans l'extrait de {now}",
        }
        gone = [item for row in self.case.lead for item in _evidence(row).get("vanished", [])]
        for is_absent, ending in endings.items():
            named = [
                self._lost(item) for item in gone if (item["obs_status"] == ABSENT) == is_absent
            ]
            if named:
                yield f"Détails renseignés en {before}, {ending} : {french.listing(named)}."

    def _lost(self, item: Mapping[str, Any]) -> str:
        area = self.area_names.get(item["ref_area"], item["ref_area"])
        name = area if item["category"] == TOTAL else french.quoted(item["category"])
        return f"{name} ({self._value(item['value_before'], item['category'])})"

    def _linked(self) -> Iterator[str]:
        for row in self.case.lead:
            numbers = _evidence(row)
            if "whole" not in numbers:
                continue
            label = french.quoted(self.definitions[numbers["whole"]].label)
            before, after = numbers["whole_before"], numbers["whole_after"]
            if not before or after is None:
                yield str(row["explanation"])
                continue
            yield (
                f"Dans le même temps, l'ensemble dont il est une partie, {label}, "
                f"passe de {french.number(before)} à {french.number(after)} "
                f"({french.change(before, after)})."
            )

    def _chance(self) -> Iterator[str]:
        chances = [
            f"{french.chance(row['p_value'])} {RULES[row['rule']].chance_of}"
            for row in self.case.lead
            if RULES[row["rule"]].chance_of and pd.notna(row["p_value"])
        ]
        if chances:
            yield (
                "Le hasard et une évolution ordinaire n'expliquent guère un écart pareil : "
                f"{french.listing(chances)}."
            )

    def _held(self) -> str:
        if not self.case.holds:
            return "Rien n'est retenu : c'est publié, et à savoir."
        until = (
            "jusqu'à correction"
            if self.case.cause == Cause.INCOHERENCE
            else "jusqu'à ce que l'écart soit expliqué ou la donnée corrigée"
        )
        kept = "à la dernière valeur publiée, s'il y en a une"
        count = len(self.case.cells)
        if self.case.wholes and count > 1:
            return (
                "Un total et ses détails viennent du même relevé : "
                f"les {count} cellules restent {kept}, {until}."
            )
        if count == 1:
            return f"La cellule reste {kept}, {until}."
        return f"Ces {count} cellules restent {kept}, {until}."

    def _place(self, cell: Cell) -> str:
        area = self.area_names.get(cell.ref_area, cell.ref_area)
        return area if cell.category == TOTAL else f"{area}, {french.quoted(cell.category)}"

    def _value(self, value: float, category: str) -> str:
        is_rate = self.case.definition.unit_of(category) == "pct"
        return french.percent(value) if is_rate else french.number(value)


def _evidence(verdict: Verdict) -> dict[str, Any]:
    evidence: dict[str, Any] = json.loads(verdict["evidence"])
    return evidence
