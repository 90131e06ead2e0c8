"""The records of an extract, put so that each distinct value is judged once, whoever bears it.

A column is kept as its distinct values and, for each record, the rank of its own. A *view* is the
small table that a rule looks at, one row a distinct value or a distinct combination, and the way
back from its rows to the records. Nothing is judged here.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

COLUMN, VALUE = "_colonne", "_valeur"
NO_VALUE = -1

Ranks = npt.NDArray[np.int64]
NOWHERE: Ranks = np.array([], dtype=np.int64)


@dataclass(frozen=True)
class Distinct:
    """A column: its distinct values, and the rank of each record's own (−1 for an empty cell)."""

    values: pa.Array
    ranks: npt.NDArray[np.int32]

    def of_records(self, places: Ranks) -> Ranks:
        """Return the ranks that some records have, each once, sorted, the empty cell first."""
        return np.flatnonzero(np.bincount(self.ranks[places] - NO_VALUE)) + NO_VALUE

    def texts(self, ranks: Ranks) -> "pd.Series[str]":
        """Return the values of some ranks."""
        return pd.Series(self._at(self.values, ranks), dtype="str")

    def numbers(self, ranks: Ranks) -> "pd.Series[float]":
        """Return the numbers of some ranks, whatever their decimal mark; NaN when it is none."""
        return pd.Series(self._at(self._numbers, ranks).to_numpy(zero_copy_only=False))

    @staticmethod
    def _at(values: pa.Array, ranks: Ranks) -> pa.Array:
        return values.take(pa.array(ranks, mask=ranks == NO_VALUE))

    @cached_property
    def _numbers(self) -> pa.Array:
        pointed = pc.replace_substring(self.values, ",", ".")
        numeric = pc.match_substring_regex(pointed, r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z")
        unsigned = pc.replace_substring_regex(pointed, r"\A\+", "")
        return pc.cast(pc.if_else(numeric, unsigned, None), pa.float64())


@dataclass(frozen=True)
class View:
    """What one rule looks at.

    Attributes:
        table: One row a distinct value or combination: what Great Expectations is given.
        places: The records that the rule is about, by their rank.
        rows: For each column or combination that was put in the table, the row of each of those
            records; worked out when somebody asks.
    """

    table: pd.DataFrame
    places: Ranks
    rows: tuple[Callable[[], Ranks], ...] = ()

    def records_behind(self, failing: Ranks) -> tuple[Ranks, Ranks]:
        """Return the records behind some rows, in their order, and the row of each."""
        member = np.zeros(len(self.table), dtype=np.bool_)
        member[failing] = True
        rows = [part() for part in self.rows]
        found = [np.flatnonzero(member[part]) for part in rows]
        places = np.concatenate([NOWHERE, *(self.places[one] for one in found)])
        behind = np.concatenate(
            [NOWHERE, *(part[one] for part, one in zip(rows, found, strict=True))]
        )
        order = np.argsort(places, kind="stable")
        return places[order], behind[order]


class Records:
    """The records of an extract.

    Args:
        table: Text columns, as landed; dictionary-encoded or not.
        lines: Line number of each record in the extract; their rank, from 1, when not given.
    """

    def __init__(self, table: pa.Table, lines: Ranks | None = None) -> None:
        self._table = table
        self._distinct: dict[str, Distinct] = {}
        self.lines = np.arange(1, table.num_rows + 1) if lines is None else lines

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._table.column_names)

    def distinct(self, column: str) -> Distinct:
        """Return a column as its distinct values."""
        if column not in self._distinct:
            encoded = self._table.column(column)
            if not pa.types.is_dictionary(encoded.type):
                encoded = encoded.dictionary_encode()
            whole = pa.chunked_array(encoded.unify_dictionaries()).combine_chunks()
            ranks = pc.fill_null(whole.indices, NO_VALUE).to_numpy(zero_copy_only=False)
            self._distinct[column] = Distinct(whole.dictionary, ranks)
        return self._distinct[column]

    def text(self, column: str, place: int) -> str | None:
        """Return what a record holds in a column, None when it is empty."""
        known = self.distinct(column)
        rank = known.ranks[place]
        return None if rank == NO_VALUE else str(known.values[int(rank)].as_py())

    def values(self, columns: Sequence[str], places: Ranks, *, numeric: bool = False) -> View:
        """Return the distinct values of some columns, one column below the other."""
        return stacked([self._values(name, places, numeric=numeric) for name in columns])

    def _values(self, name: str, places: Ranks, *, numeric: bool) -> View:
        column = self.distinct(name)
        ranks = column.of_records(places)
        values = column.numbers(ranks) if numeric else column.texts(ranks)
        table = pd.DataFrame({COLUMN: name, VALUE: values})
        return View(table, places, rows=(lambda: _row_of(column, ranks)[places],))

    def combinations(
        self, columns: Sequence[str], places: Ranks, *, numbers: Collection[str] = ()
    ) -> View:
        """Return the distinct combinations of some columns, those of ``numbers`` as numbers."""
        rows = np.zeros(len(places), dtype=np.int64)
        for name in columns:
            column = self.distinct(name)
            # No overflow: neither factor exceeds the number of records by more than one.
            rows = pd.factorize(rows * (len(column.values) + 1) + column.ranks[places] + 1)[0]
        firsts = np.empty(rows.max(initial=-1) + 1, dtype=np.int64)
        firsts[rows[::-1]] = places[::-1]
        table = {}
        for name in columns:
            column = self.distinct(name)
            ranks = column.ranks[firsts].astype(np.int64)
            table[name] = column.numbers(ranks) if name in numbers else column.texts(ranks)
        return View(pd.DataFrame(table), places, rows=(lambda: rows,))

    def whole(self, columns: Sequence[str], places: Ranks) -> View:
        """Return the records themselves, a row each, their columns as categories."""
        table = {
            name: pd.Categorical.from_codes(self.distinct(name).ranks[places], self._names(name))
            for name in columns
        }
        return View(pd.DataFrame(table), places, rows=(lambda: np.arange(len(places)),))

    def _names(self, column: str) -> "pd.Index[str]":
        distinct = self.distinct(column)
        return pd.Index(distinct.texts(np.arange(len(distinct.values))))


def stacked(views: Sequence[View]) -> View:
    """Return views of the same records as one, one below the other."""
    firsts = np.cumsum([0, *(len(view.table) for view in views)])
    rows = [
        partial(_shifted, part, int(first))
        for view, first in zip(views, firsts, strict=False)
        for part in view.rows
    ]
    table = pd.concat([view.table for view in views], ignore_index=True)
    return View(table, views[0].places, rows=tuple(rows))


def _shifted(rows: Callable[[], Ranks], first: int) -> Ranks:
    return rows() + first


def _row_of(column: Distinct, ranks: Ranks) -> Ranks:
    """Return the row of each record of the extract, in the view of some ranks of a column."""
    row = np.zeros(len(column.values) + 1, dtype=np.int64)
    row[ranks - NO_VALUE] = np.arange(len(ranks))
    return row[column.ranks - NO_VALUE]
