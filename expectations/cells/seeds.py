"""The code lists of the dbt project, read where they are kept: its seeds.

The seeds are their one home; dbt tests observations against them. What a status means is in
``statuses``.
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
def pairs(seed: str, first: str, second: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of codes in two columns of a seed."""
    return frozenset((row[first], row[second]) for row in rows(seed))


@cache
def rows(seed: str) -> tuple[SeedRow, ...]:
    """Return the lines of a seed."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
