"""The code lists of the dbt project, read where they are kept: its seeds.

Here: their lines and their codes; the seeds are their one home, and dbt tests observations against
them. Not here: what a status means (``statuses``), which lists a suite may name (``suites``).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
MISSING = "\0"
"""What stands where a line has too few fields, or too many: no field of a text is it."""


class SeedError(ValueError):
    """A seed is not written as it should be; the message says in French where and why."""


class SeedRow(dict[str, str]):
    """A line of a seed, by column."""

    def __init__(self, seed: str, content: Mapping[str, str]) -> None:
        super().__init__(content)
        self._seed = seed

    def __missing__(self, column: str) -> str:
        """Say which file has no such column.

        Raises:
            SeedError: Always.
        """
        message = (
            f"{self._seed}.csv (dbt_project/seeds) : la colonne « {column} » manque ; sa première "
            f"ligne dit : {','.join(self)}."
        )
        raise SeedError(message)


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
    """Return the lines of a seed.

    Raises:
        SeedError: A line has more or fewer fields than the first one.
    """
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, restval=MISSING, restkey=MISSING)
        return tuple(_line(seed, lines.line_num, content) for content in lines)


def _line(seed: str, number: int, content: Mapping[str, str]) -> SeedRow:
    """Return a line that has all its fields, and no other."""
    if MISSING in content or MISSING in content.values():
        message = (
            f"{seed}.csv (dbt_project/seeds), ligne {number} : elle n'a pas autant de champs que "
            "la première ligne en nomme (séparés par des virgules)."
        )
        raise SeedError(message)
    return SeedRow(seed, content)
