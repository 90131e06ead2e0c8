"""Finding cells among many by their codes, without joining texts.

Here: where a cell is. Not here: what it is compared with (``hierarchy``, ``subject``, ``rules``).
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.observations import KEY

NO_ROW = -1
Integers = NDArray[np.int64]
Codes = NDArray[np.integer[Any]]


def codes_of_column(cells: pd.DataFrame, column: str) -> Integers:
    """Return the code of each row in a column of categories; -1 where it is empty."""
    codes: Integers = cells[column].cat.codes.to_numpy().astype(np.int64)
    return codes


def combined_codes(cells: pd.DataFrame, columns: Sequence[str]) -> Integers:
    """Return a number a row, the same for the rows that say the same in some columns.

    Args:
        cells: At least those columns, as categories.
        columns: Their names.
    """
    number: Integers = np.zeros(len(cells), dtype=np.int64)
    for column in columns:
        words = cells[column].cat
        number = number * (len(words.categories) + 1) + words.codes.to_numpy() + 1
    return number


def first_of_each(cells: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which rows are the first to say what they say in some columns, all categories."""
    first: NDArray[np.bool_] = ~pd.Series(combined_codes(cells, columns)).duplicated().to_numpy()
    return first


class CellIndex:
    """Where each cell of a table is.

    Args:
        cells: The columns of the key, as categories; no cell occurs twice.
    """

    def __init__(self, cells: pd.DataFrame) -> None:
        self.categories = {column: cells[column].cat.categories for column in KEY}
        self.codes: Mapping[str, Codes] = {
            column: cells[column].cat.codes.to_numpy() for column in KEY
        }

    def code(self, column: str, text: str) -> int:
        """Return the code of a text in a column, -1 when no cell has it."""
        return self._places[column].get(text, -1)

    def are_of_type(self, area_type: str) -> NDArray[np.bool_]:
        """Tell which of the areas, by code, are of a type (``DEP`` for ``DEP-44``)."""
        are_of_type: NDArray[np.bool_] = self._area_prefixes == f"{area_type}-"
        return are_of_type

    def rows_of(self, indicator: str) -> Integers:
        """Return where the cells of an indicator are, in their order; none when it has none."""
        code = self.code("indicator", indicator)
        # in the type of the codes, which a search among would else make longer, all of them
        ends = np.array([code, code + 1], dtype=self._indicators.dtype)
        first, after = np.searchsorted(self._indicators, ends) if code >= 0 else (0, 0)
        return self._by_indicator[first:after]

    def like(self, rows: Integers, **changed: Codes | int) -> Integers:
        """Return the row of the cell that differs from each of some by a few columns only.

        Args:
            rows: Positions of the cells.
            changed: Codes of the columns that differ.

        Returns:
            Positions, -1 where there is no such cell.
        """
        return self.find(
            {column: changed.get(column, self.codes[column][rows]) for column in KEY}, len(rows)
        )

    def find(self, codes: Mapping[str, Codes | int], length: int) -> Integers:
        """Return the row of each cell that is asked for, -1 where there is none.

        Args:
            codes: The code of each in every column of the key, -1 for one that no cell has.
            length: How many are asked for.
        """
        possible = np.ones(length, dtype=bool)
        for column in KEY:
            possible &= np.asarray(codes[column]) >= 0
        wanted = self._numbers(codes)
        numbers, order = self._ordered
        if not len(numbers):
            return np.full(length, NO_ROW, dtype=np.int64)
        at = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        return np.where(possible & (numbers[at] == wanted), order[at], NO_ROW)

    def places_among(self, others: "CellIndex") -> Integers:
        """Return where each cell is in another table, -1 where it is not.

        The texts of the two tables may have other codes; they are compared once a category.
        """
        codes = {}
        for column in KEY:
            translated = others.categories[column].get_indexer(self.categories[column])
            codes[column] = translated.astype(np.int64)[self.codes[column]]
        return others.find(codes, len(self.codes[KEY[0]]))

    @cached_property
    def _area_prefixes(self) -> NDArray[np.object_]:
        areas = map(str, self.categories["ref_area"])
        return np.array(["".join(area.partition("-")[:2]) for area in areas], dtype=object)

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            column: {str(text): code for code, text in enumerate(texts)}
            for column, texts in self.categories.items()
        }

    @cached_property
    def _by_indicator(self) -> Integers:
        return np.argsort(self.codes["indicator"], kind="stable")

    @cached_property
    def _indicators(self) -> Codes:
        return self.codes["indicator"][self._by_indicator]

    @cached_property
    def _ordered(self) -> tuple[Integers, Integers]:
        numbers = self._numbers(self.codes)
        order = np.argsort(numbers, kind="stable")
        return numbers[order], order

    def _numbers(self, codes: Mapping[str, Codes | int]) -> Integers:
        number: Integers = np.zeros(1, dtype=np.int64)
        for column in KEY:
            number = number * max(1, len(self.categories[column])) + codes[column]
        return number
