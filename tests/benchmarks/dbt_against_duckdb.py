"""How much longer `dbt build` takes than the same SQL when DuckDB runs it straight.

On one side: one build of every seed, model and test, by the function that a night calls, after a
first one that parsed the project. On the other: every statement that such a build gives DuckDB,
transactions included, in the same order, on one connection; the file is opened and closed on both
sides. Each run begins with a copy of the same warehouse.

Not a test: times depend on the machine. `make bench`, after `make demo`.
"""

import argparse
import io
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBConnectionWrapper, DuckDBCursorWrapper

from orchestration.commands.stations import demo_home
from orchestration.dbt.run import invoke
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.environment import enter_environment

BROKEN = {"error", "fail", "skipped"}
BUILD = ("build", "--exclude-resource-type", "unit_test")
COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
LAYERS = ("seeds", "snapshots")
OF_A_TEST = re.compile(r"\bas failures\b")
SCHEMA = re.compile(r'"warehouse"\."(\w+)"')
OWN = re.compile(
    r"(create\s+(or replace\s+)?(temporary\s+)?(table|view)|insert|update|copy)\b"
    r"|select\s.*\bas failures\b",
    re.DOTALL,
)


class Statement(NamedTuple):
    """One statement that dbt gave DuckDB."""

    sql: str
    bindings: object = None


class Took(NamedTuple):
    """What one run took, in seconds."""

    clock: float
    processor: float


def main() -> None:
    """Measure, and print what each side took and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = demo_home()
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
    statements: list[Statement] = []

    def run(side: Callable[[], object]) -> Took:
        shutil.copyfile(warehouse, station.warehouse)
        clock, processor = time.perf_counter(), time.process_time()
        side()
        return Took(time.perf_counter() - clock, time.process_time() - processor)

    with recorded(statements):
        run(partial(build, station, "--threads", "1"))
    straight = [[0.0] * len(statements) for _ in range(rounds)]
    sides = [
        (run(partial(build, station)), run(partial(run_straight, station, statements, seconds)))
        for seconds in straight
    ]
    show_parts(statements, straight)
    show_sides(sides)


def build(station: Folders, *options: str) -> None:
    """Build everything as a night does.

    Raises:
        RuntimeError: A node failed: what the build took means nothing.
    """
    with redirect_stdout(io.StringIO()):
        _, results = invoke([*BUILD, *options], station)
    broken = [result["unique_id"] for result in results if result["status"] in BROKEN]
    if broken:
        message = (
            f"these nodes failed, nothing is measured: {broken}; if the station is of another "
            "version, run `make demo` again"
        )
        raise RuntimeError(message)


@contextmanager
def recorded(statements: list[Statement]) -> Iterator[None]:
    """Add to `statements` those that dbt gives DuckDB meanwhile."""
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
        yield


def run_straight(station: Folders, statements: list[Statement], seconds: list[float]) -> None:
    """Run the statements on one connection; `seconds` receives what each took."""
    with duckdb.connect(str(station.warehouse)) as connection:
        for place, (sql, bindings) in enumerate(statements):
            start = time.perf_counter()
            connection.execute(sql, bindings).fetchall()
            seconds[place] = time.perf_counter() - start


def show_parts(statements: list[Statement], straight: list[list[float]]) -> None:
    """Print what the statements of each kind took DuckDB alone."""
    kinds = [kind(statement.sql) for statement in statements]
    for part in sorted(set(kinds)):
        places = [place for place, kind_ in enumerate(kinds) if kind_ == part]
        took = statistics.median(sum(run[place] for place in places) for run in straight)
        print(f"{took:8.2f} s  {part}: {len(places)} statements")


def kind(sql: str) -> str:
    """Return what a statement is there for: a node itself, or what dbt does around the nodes."""
    own = COMMENTS.sub("", sql).strip().lower()
    if not OWN.match(own):
        return "around the nodes"
    if OF_A_TEST.search(own):
        return "tests"
    # What a statement writes stands before what it reads.
    schema = SCHEMA.search(own)
    return schema[1] if schema and schema[1] in LAYERS else "models"


def show_sides(sides: list[tuple[Took, Took]]) -> None:
    """Print what each side took, and the ratio."""
    for name, side in zip(("dbt build", "DuckDB straight"), zip(*sides, strict=True), strict=True):
        clock, processor = (statistics.median(measure) for measure in zip(*side, strict=True))
        print(f"{clock:8.2f} s  {name} ({processor:.2f} s of processor)")
    ratios = [dbt.clock / straight.clock for dbt, straight in sides]
    of_processor = statistics.median(dbt.processor / straight.processor for dbt, straight in sides)
    print(f"{statistics.median(ratios):8.2f}    ratio ({of_processor:.2f} of processor)")


if __name__ == "__main__":
    main()
