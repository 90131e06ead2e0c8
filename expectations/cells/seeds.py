"""The code lists of the dbt project, read where they are kept: its seeds.

Here: their lines and their codes; the seeds are their one home, and dbt tests observations against
them. Not here: what a status means (``statuses``), which lists a suite may name (``suites``).
"""

import csv
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"

SeedRow = dict[str, str]


@cache
def codes(seed: str, column: str) -> frozenset[str]:
    """Return the codes in a column of a seed."""
    return frozenset(row[column] for row in rows(seed))


@cache
def categories_of_breakdowns() -> frozenset[tuple[str, str]]:
    """Return each breakdown with each of its categories."""
    return frozenset((row["breakdown"], row["category"]) for row in rows("categories"))


@cache
def rows(seed: str) -> tuple[SeedRow, ...]:
    """Return the lines of a seed."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
