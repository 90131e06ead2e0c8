"""Whether each row of an Opendatasoft answer is one that the filters asked for.

Here: the filters by equality, which are those of our contracts, read again in the rows. Not here:
the rest of ODSQL; a contract whose filter cannot be read again is refused by a test.
"""

import re
from collections import Counter, defaultdict

import pyarrow as pa

from sources.errors import ExtractRefused
from sources.tables.asked import Params, refuse, refuse_others

CLAUSE = re.compile(r"""\s*(\w+)\s*[=:]\s*(["'])(.*?)\2\s*""")
AND = re.compile(r"\s+and\s+", re.IGNORECASE)
FILTERS = frozenset({"where", "refine", "exclude"})


def equalities(params: Params) -> list[tuple[str, str, str]]:
    """Return the filters of a query: ``where``, ``refine`` or ``exclude``, column and value.

    Raises:
        ValueError: One cannot be read again in the rows.
    """
    found = []
    for name, value in params:
        for clause in AND.split(value) if name in FILTERS else ():
            if not (match := CLAUSE.fullmatch(clause)):
                msg = f"the filter {clause!r} cannot be checked in the answer"
                raise ValueError(msg)
            found.append((name, match[1], match[3]))
    return found


def refuse_other_rows(received: pa.Table, params: Params) -> None:
    """Refuse rows that were not asked for, under the portal's own titles.

    Raises:
        ExtractRefused: A row has another value than the one asked for, or no row can tell.
    """
    asked: dict[str, set[str]] = defaultdict(set)
    for name, column, value in equalities(params):
        came = _column(received, column)
        if name == "exclude":
            if unwanted := Counter(cell for cell in came if cell == value):
                refuse(f"{column} autre que {value}", unwanted)
        else:
            asked[column].add(value)
    for column, values in asked.items():
        refuse_others(column, values, (cell or "" for cell in _column(received, column)))


def _column(received: pa.Table, column: str) -> list[str | None]:
    if column not in received.column_names:
        msg = (
            f"La réponse n'a pas de colonne « {column} » : rien ne dit qu'elle porte sur ce qui "
            "était demandé."
        )
        raise ExtractRefused(msg, rule="EVA")
    cells: list[str | None] = received.column(column).to_pylist()
    return cells
