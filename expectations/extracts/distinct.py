"""The records of an extract, put so that each distinct value is judged once, whoever bears it.

Here: a column as its distinct values and, for each record, the rank of its own; the values of a
million records are looked at in the time of the few thousands that differ. Not here: any judgement
(``validations.extracts``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.extracts.views import Ranks, View, ViewPart, stacked

COLUMN, VALUE, KEY = "_colonne", "_valeur", "_cle"
EXTRACT_ID, LINE = "_extract_id", "_line"
"""What the landing adds to a record: the extract it comes from, and its line in it."""

NO_VALUE = -1
MOST_NUMBERS = 1 << 62


@dataclass(frozen=True)
class Distinct:
    """A column: its distinct values, and the rank of each record's own (−1 for an empty cell)."""

    values: pa.Array
    ranks: npt.NDArray[np.int32]

    def at(self, places: Ranks) -> npt.NDArray[np.int32]:
        """Return the rank of some records, each of them once at most."""
        return self.ranks if len(places) == len(self.ranks) else self.ranks[places]

    def present(self, places: Ranks) -> Ranks:
        """Return the ranks that some records have, each once, the empty cell first."""
        return self._everywhere if len(places) == len(self.ranks) else _present(self.at(places))

    def texts(self, ranks: Ranks) -> "pd.Series[str]":
        """Return the values of some ranks."""
        return pd.Series(_take(self.values, ranks), dtype="str")

    def numbers(self, ranks: Ranks) -> "pd.Series[float]":
        """Return the numbers of some ranks, whatever their decimal mark; NaN when it is none."""
        return pd.Series(_take(self._numbers, ranks).to_numpy(zero_copy_only=False))

    @cached_property
    def _everywhere(self) -> Ranks:
        return _present(self.ranks)

    @cached_property
    def _numbers(self) -> pa.Array:
        pointed = pc.replace_substring(self.values, ",", ".")
        numeric = pc.match_substring_regex(pointed, r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z")
        unsigned = pc.replace_substring_regex(pointed, r"\A\+", "")
        return pc.cast(pc.if_else(numeric, unsigned, None), pa.float64())


class Records:
    """The records of an extract.

    Args:
        table: Text columns, as landed; dictionary-encoded or not.
        lines: Line number of each record in the extract; their rank, from 1, when not given.
    """

    def __init__(self, table: pa.Table, lines: Ranks | None = None) -> None:
        self._table = table
        self._distinct: dict[str, Distinct] = {}
        self.everyone: Ranks = np.arange(table.num_rows)
        self.lines = self.everyone + 1 if lines is None else lines

    def __len__(self) -> int:
        return len(self.everyone)

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
        distinct = self.distinct(column)
        rank = distinct.ranks[place]
        return None if rank == NO_VALUE else str(distinct.values[int(rank)].as_py())

    def values(self, columns: Sequence[str], places: Ranks, *, numeric: bool = False) -> View:
        """Return the distinct values of some columns, one column below the other."""
        return stacked([self._values(name, places, numeric=numeric) for name in columns])

    def _values(self, name: str, places: Ranks, *, numeric: bool) -> View:
        column = self.distinct(name)
        ranks = column.present(places)
        values = column.numbers(ranks) if numeric else column.texts(ranks)
        table = pd.DataFrame({COLUMN: name, VALUE: values})
        return View(table, places, (ViewPart(0, len(ranks), lambda: _rows(column, ranks, places)),))

    def combinations(
        self, columns: Sequence[str], places: Ranks, *, numbers: Collection[str] = ()
    ) -> View:
        """Return the distinct combinations of some columns, those of ``numbers`` as numbers."""
        rows = pd.factorize(self._keys(columns, places))[0]
        firsts = np.empty(rows.max(initial=-1) + 1, dtype=np.int64)
        firsts[rows[::-1]] = places[::-1]
        table = {}
        for name in columns:
            column = self.distinct(name)
            ranks = column.ranks[firsts].astype(np.int64)
            table[name] = column.numbers(ranks) if name in numbers else column.texts(ranks)
        return View(pd.DataFrame(table), places, (ViewPart(0, len(firsts), lambda: rows),))

    def keys(self, columns: Sequence[str], places: Ranks) -> View:
        """Return the records themselves, a row each, their combination as one number."""
        part = ViewPart(0, len(places), lambda: np.arange(len(places)))
        return View(pd.DataFrame({KEY: self._keys(columns, places)}), places, (part,))

    def _keys(self, columns: Sequence[str], places: Ranks) -> Ranks:
        """Return a number for each record: the same where all columns are, another elsewhere."""
        keys, size = np.zeros(len(places), dtype=np.int64), 1
        for name in columns:
            column = self.distinct(name)
            base = len(column.values) + 1
            if size * base > MOST_NUMBERS:
                keys, size = pd.factorize(keys)[0], len(places)
            keys = keys * base + column.at(places) - NO_VALUE
            size *= base
        return keys


def read_records(path: Path, extract_id: str | None = None) -> Records:
    """Return the records of a landed file, its values read as the dictionaries they are kept in.

    Args:
        path: The file.
        extract_id: The extract whose records are wanted; all the records when not given.
    """
    names = pq.read_schema(path).names
    columns = [name for name in names if name not in (EXTRACT_ID, LINE)]
    if extract_id is None:
        return Records(pq.read_table(path, columns=columns, read_dictionary=columns))
    table = pq.read_table(path, read_dictionary=columns, filters=pc.field(EXTRACT_ID) == extract_id)
    return Records(table.select(columns), table.column(LINE).to_numpy())


def _present(ranks: npt.NDArray[np.int32]) -> Ranks:
    return np.flatnonzero(np.bincount(ranks - NO_VALUE)) + NO_VALUE


def _rows(column: Distinct, ranks: Ranks, places: Ranks) -> Ranks:
    """Return where the rank of each record is, among those that some records have."""
    row_of = np.zeros(len(column.values) + 1, dtype=np.int64)
    row_of[ranks - NO_VALUE] = np.arange(len(ranks))
    return row_of[column.at(places) - NO_VALUE]


def _take(values: pa.Array, ranks: Ranks) -> pa.Array:
    return values.take(pa.array(ranks, mask=ranks == NO_VALUE))
