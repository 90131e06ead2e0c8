"""How much longer `dbt build` takes than the same SQL when DuckDB runs it straight.

On one side: one build of every seed, model and test, by the function that a night calls, after a
first one that parsed the project. On the other: every statement that such a build gives DuckDB,
transactions included, in the same order, on one connection; the file is opened and closed on both
sides. Each run begins with a copy of the same warehouse.

Not a test: times depend on the machine. `make bench`, after `make demo`.
"""

import argparse
import io
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBConnectionWrapper, DuckDBCursorWrapper

from orchestration.cli import DEMO_HOME
from orchestration.dbt_run import invoke
from orchestration.settings import Folders, Settings, enter_environment

BUILD = ("build", "--exclude-resource-type", "unit_test")
COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
NODE = re.compile(r'"node_id": "(\w+)\.')
OWN = re.compile(
    r"(create\s+(or replace\s+)?(table|view)|copy)\b|select\s.*\bas failures\b", re.DOTALL
)


class Statement(NamedTuple):
    """One statement that dbt gave DuckDB."""

    sql: str
    bindings: object = None

    @property
    def kind(self) -> str:
        """What it is there for: a seed, model or test itself, or what dbt does around it."""
        if not OWN.match(COMMENTS.sub("", self.sql).strip().lower()):
            return "around them"
        node = NODE.search(self.sql)
        return f"{node[1]}s" if node else "seeds"


def main() -> None:
    """Measure, and print what each side took and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = Path(os.environ.get("VIGIE_DEMO_HOME") or DEMO_HOME)
    parser.add_argument("--home", type=Path, default=home, help="a station where a night has run")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    built = Folders(options.home.resolve())
    if not built.warehouse.exists():
        sys.exit(f"{built.warehouse}: no such warehouse; run `make demo` first")
    with tempfile.TemporaryDirectory() as folder:
        station = Folders(Path(folder))
        enter_environment(Settings(home=station.home))
        shutil.copytree(built.home / "landed", station.home / "landed")
        measure(built.warehouse, station, options.rounds)


def measure(warehouse: Path, station: Folders, rounds: int) -> None:
    """Run both sides in turn, and print what they took."""

    def timed(side: Callable[[], object]) -> float:
        shutil.copyfile(warehouse, station.warehouse)
        start = time.perf_counter()
        side()
        return time.perf_counter() - start

    shutil.copyfile(warehouse, station.warehouse)
    with recorded() as statements:
        build(station, "--threads", "1")
    by_kind: dict[str, list[float]] = defaultdict(list)
    sides = [
        (timed(lambda: build(station)), timed(lambda: run_straight(station, statements, by_kind)))
        for _ in range(rounds)
    ]
    show(sides, statements, by_kind)


def build(station: Folders, *options: str) -> None:
    """Build everything as a night does.

    Raises:
        RuntimeError: A node failed: what the build took means nothing.
    """
    with redirect_stdout(io.StringIO()):
        _, results = invoke([*BUILD, *options], station)
    broken = [
        result["unique_id"] for result in results if result["status"] not in {"success", "pass"}
    ]
    if broken:
        message = f"these nodes failed, nothing is measured: {broken}"
        raise RuntimeError(message)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collect the statements that dbt gives DuckDB meanwhile."""
    statements: list[Statement] = []
    execute, rollback = DuckDBCursorWrapper.execute, DuckDBConnectionWrapper.rollback

    def execute_and_record(
        cursor: DuckDBCursorWrapper, sql: str, bindings: object = None
    ) -> object:
        statements.append(Statement(sql, bindings))
        return execute(cursor, sql, bindings)

    def rollback_and_record(connection: DuckDBConnectionWrapper) -> object:
        statements.append(Statement("rollback"))
        return rollback(connection)

    with (
        patch.object(DuckDBCursorWrapper, "execute", execute_and_record),
        patch.object(DuckDBConnectionWrapper, "rollback", rollback_and_record),
    ):
        yield statements


def run_straight(
    station: Folders, statements: list[Statement], by_kind: dict[str, list[float]]
) -> None:
    """Run the statements on one connection, and add what each kind took to `by_kind`."""
    took: dict[str, float] = defaultdict(float)
    with duckdb.connect(str(station.warehouse)) as connection:
        for statement in statements:
            start = time.perf_counter()
            connection.execute(statement.sql, statement.bindings).fetchall()
            took[statement.kind] += time.perf_counter() - start
    for kind, seconds in took.items():
        by_kind[kind].append(seconds)


def show(
    sides: list[tuple[float, float]], statements: list[Statement], by_kind: dict[str, list[float]]
) -> None:
    """Print the medians, in seconds."""
    for kind in sorted(by_kind):
        number = sum(statement.kind == kind for statement in statements)
        print(f"{statistics.median(by_kind[kind]):8.2f} s  {kind}: {number} statements")
    dbt, straight = (statistics.median(side) for side in zip(*sides, strict=True))
    print(f"{straight:8.2f} s  DuckDB straight: {len(statements)} statements")
    print(f"{dbt:8.2f} s  dbt build")
    ratios = sorted(dbt / straight for dbt, straight in sides)
    print(f"{statistics.median(ratios):8.2f}    ratio, from {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
