"""Whether an observation is in the territories that were asked of Melodi.

Here: the ways in which a contract asks for territories, and which codes are inside them. Not here:
other filters (``client``), nor what territories are made of, which is official
(``producers/insee``).
"""

import csv
import re
from collections.abc import Collection
from functools import cache

from sources.contract import PRODUCERS

DEPARTMENTS = PRODUCERS / "insee" / "reference" / "insee_departements.csv"
DATED = re.compile(r"[0-9]{4}-")
"""Before a territory: the year of the official geography that its code is of."""

PARTS = re.compile(r"(?P<level>[A-Z0-9]+)(?:-(?P<code>\w+))?(?:\*(?P<inside>[A-Z0-9]+))?")


def is_within(geo: str, asked: Collection[str]) -> bool:
    """Tell whether a territory, ``2020-COM-44001``, is one of those that were asked for."""
    level, _, code = DATED.sub("", geo, count=1).partition("-")
    return any(_answers(level, code, wanted) for wanted in asked)


def _answers(level: str, code: str, wanted: str) -> bool:
    if not (asked := PARTS.fullmatch(DATED.sub("", wanted, count=1))):
        return False
    if not asked["inside"]:
        return level == asked["level"] and asked["code"] in {None, code}
    return level == asked["inside"] and _is_inside(code, asked["level"], asked["code"])


def _is_inside(commune: str, level: str, code: str) -> bool:
    """Tell whether a commune is inside an area; of those whose communes are listed elsewhere, yes.

    Only regions and departments are told by the code of a commune.
    """
    department = commune[:3] if commune.startswith(("97", "98")) else commune[:2]
    match level:
        case "DEP":
            return department == code
        case "REG":
            return _regions().get(department) == code
        case _:
            return True


@cache
def _regions() -> dict[str, str]:
    """Return the region of each department; the file has lost the zeros that codes begin with."""
    with DEPARTMENTS.open(encoding="utf-8", newline="") as file:
        return {row["DEP"].zfill(2): row["REG"].zfill(2) for row in csv.DictReader(file)}
