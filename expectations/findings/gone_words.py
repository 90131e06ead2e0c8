"""The words for what is not given any more: by several areas at once, or below one total.

Here: which verdicts and details are told together, and their sentences. Not here: one cell that is
gone, of which its rule says enough (``rules.reporting.vanished``), values that a whole extract took
back (``withdrawals``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.cells.statuses import ABSENT
from expectations.findings.cases import Case
from expectations.findings.code_names import MOST_NAMED, Names
from expectations.verdicts.proofs import VANISHED, Verdict, evidence_of, period_before_of
from expectations.verdicts.table import Cell


@dataclass(frozen=True)
class GoneWords:
    """The words for what is gone in one case.

    Attributes:
        case: What is in doubt.
        names: What codes are called.
    """

    case: Case
    names: Names

    def together(self) -> list[list[Verdict]]:
        """Return the verdicts on each category that several areas of a type do not give any more.

        One list a category, type of areas, and what has become of their lines.
        """
        groups: dict[tuple[str, ...], list[Verdict]] = {}
        for row in self.case.verdicts:
            evidence, cell = evidence_of(row) if row["rule"] == "VAN" else {}, Cell.of(row)
            before = period_before_of(row)
            if evidence and before and cell.category != TOTAL and pd.isna(row["value_after"]):
                status = str(evidence["obs_status"])
                place = (cell.area_type, cell.category, cell.time_period, before, status)
                groups.setdefault(place, []).append(row)
        return [rows for rows in groups.values() if len(rows) > 1]

    def about(self, rows: Sequence[Verdict]) -> str:
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
        still = sum(
            value is not None and replace(cell, ref_area=gone.ref_area) == gone
            for cell, (value, _) in self.case.around.numbers.items()
            if cell.area_type == gone.area_type
        )
        if not still:
            return "aucun ne la donne plus"
        return french.count(still, "autre la donne encore", "autres la donnent encore")

    def below_headline(self) -> Iterator[str]:
        """Name the details of the first total that vanished, the absent and the null apart."""
        for row in self.case.headline.verdicts:
            before, details = period_before_of(row), evidence_of(row).get(VANISHED, [])
            if before:
                yield from self._lost_since(french.period(before), details)

    def beside_headline(self) -> Iterator[str]:
        """Name the other cells that have no value any more, neither the first total nor its own."""
        head = self.case.headline
        named = {(head.cell.ref_area, head.cell.category)} | {
            (item["ref_area"], item["category"])
            for row in head.verdicts
            for item in evidence_of(row).get(VANISHED, [])
        }
        gone = {
            Cell.of(row)
            for row in self.case.verdicts
            if row["rule"] == "VAN" and pd.isna(row["value_after"])
        }
        others = sorted(cell for cell in gone if (cell.ref_area, cell.category) not in named)
        if others:
            now = french.period(self.case.time_period)
            yield f"N'ont pas non plus de valeur en {now} : {self.names.places(others)}."

    def _lost_since(self, before: str, details: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        now = french.period(self.case.time_period)
        endings = {
            True: f"sans aucune ligne dans l'extrait de {now}",
            False: f"avec une ligne mais sans valeur dans l'extrait de {now}",
        }
        for is_absent, ending in endings.items():
            named = [
                self._lost(item) for item in details if (item["obs_status"] == ABSENT) == is_absent
            ]
            if named:
                yield f"Détails renseignés en {before}, {ending} : {french.listing(named)}."

    def _lost(self, item: Mapping[str, Any]) -> str:
        """Name a detail: an area that has the category of the total, or a category of its area."""
        area, category = item["ref_area"], item["category"]
        name = (
            self.names.area(area)
            if category == self.case.headline.cell.category
            else french.quoted(self.names.category(category))
        )
        unit = self.case.definition.unit_of(category)
        return f"{name} ({french.figure(item['value_before'], unit)})"
