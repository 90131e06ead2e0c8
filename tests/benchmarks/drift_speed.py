"""How much longer telling two extracts apart takes than counting their distinct values with DuckDB.

On one side: ``tables.extract_changes`` on two tables of 100 000 rows and 100 columns, of which
every cell is another one. On the other: DuckDB reading the same two tables from Parquet, with the
distinct values of each column counted in one query, which is the least that any comparison must
know. Both on one thread, as sources are compared side by side. Not here: what is told
(``test_extract_changes``).  Not a test: times depend on the machine. `make bench-drift`.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sources.registry import source
from sources.tables.extract_changes import drifts

ROWS, COLUMNS = 100_000, 100
REPEATED = (2, 50, 997, ROWS)
"""Distinct values of a column, in turn: a flag, a code list, numbers, a key."""

ROUNDS = 3
CONTRACT = source("parcoursup_2018").contract.model_copy(update={"key": ("c3",)})


def main() -> None:
    """Print both times and their ratio."""
    before, after = extract("a"), extract("b")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.parquet" for name in ("before", "after")]
        for path, table in zip(paths, (before, after), strict=True):
            pq.write_table(table, path, compression="zstd")
        ours = fastest(lambda: drifts(CONTRACT, before, after))
        theirs = fastest(lambda: [counted(path) for path in paths])
    print(f"{ROWS} lignes × {COLUMNS} colonnes, deux fois")
    print(f"Vigie    {ours:6.2f} s")
    print(f"DuckDB   {theirs:6.2f} s")
    print(f"rapport  {ours / theirs:6.2f}")


def extract(mark: str) -> pa.Table:
    """Return an extract of texts and numbers; another mark is another text in every cell."""
    more = ord(mark)
    return pa.table(
        {
            f"c{place}": pa.array(
                [
                    f"{mark}{row % repeated}" if place % 2 else str(row % repeated + more)
                    for row in range(ROWS)
                ]
            )
            for place in range(COLUMNS)
            for repeated in (REPEATED[place % len(REPEATED)],)
        }
    )


def counted(path: Path) -> tuple[int, ...]:
    """Return how many distinct values each column of a Parquet file has, as DuckDB counts them."""
    counts = ", ".join(f"count(distinct c{place})" for place in range(COLUMNS))
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.execute(f"select {counts} from read_parquet(?)", [str(path)]).fetchone()
    return found or ()


def fastest(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
