"""What a replayed Opendatasoft portal understands of a query, and its messages when it does not.

Here: ``where`` and ``refine`` by equality, ``select``, ``order_by``, ``limit`` and ``offset``, with
the exact 400 of the portals. Not here: the routes and the recordings (``opendatasoft``); the rest
of ODSQL, which no contract uses and which is answered as malformed.
"""

import random
import re
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import QueryParams

MOST_ROWS, LARGEST_PAGE, USUAL_PAGE = 10_000, 100, 10
_WHERE = re.compile(r"""\s*(\w+)\s*=\s*(["'])(.*?)\2\s*""")
_REFINE = re.compile(r"""(\w+):(["']?)(.*)\2""")

Row = dict[str, str | None]


class BadQuery(Exception):  # noqa: N818 reads as the sentence it is
    """The portal answers 400 with this body."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.body = {"error_code": code, "message": message}


def filtered(rows: Sequence[Row], titles: Sequence[str], query: QueryParams) -> list[Row]:
    """Return the rows that a query keeps.

    Raises:
        BadQuery: It cannot be understood, or names no column.
    """
    wanted = [
        _equality(clause, "where", _WHERE)
        for where in query.getlist("where")
        for clause in _clauses(where)
    ]
    wanted += [_equality(refine, "refine", _REFINE) for refine in query.getlist("refine")]
    for name, _ in wanted:
        _check_field(name, titles)
    return [row for row in rows if all(row[name] == value for name, value in wanted)]


def page(rows: Sequence[Row], titles: Sequence[str], query: QueryParams) -> dict[str, Any]:
    """Return the body of ``/records``; rows come in any order unless one is asked for.

    Raises:
        BadQuery: A limit is passed, or the query cannot be understood.
    """
    limit, offset = _number(query, "limit", USUAL_PAGE), _number(query, "offset", 0)
    if not -1 <= limit <= LARGEST_PAGE:
        raise BadQuery(
            "InvalidRESTParameterError",
            f"Invalid value for limit API parameter: {limit} was found but "
            f"-1 <= limit <= {LARGEST_PAGE} is expected.",
        )
    if limit + offset > MOST_ROWS:
        raise BadQuery("InvalidRESTParameterError", too_far(limit + offset))
    matching = _sorted(filtered(rows, titles, query), titles, query.get("order_by", ""))
    names = [name for name in query.get("select", "").split(",") if name] or titles
    for name in names:
        _check_field(name, titles)
    shown = matching[offset : offset + (limit if limit >= 0 else LARGEST_PAGE)]
    return {
        "total_count": len(matching),
        "results": [{name: row[name] for name in names} for row in shown],
    }


def too_far(total: int) -> str:
    """Return the message about a sum of offset and limit that is too great."""
    return (
        f"Invalid value for sum of offset + limit API parameter: {total} was found but "
        f"<= {MOST_ROWS} is expected."
    )


def _sorted(rows: list[Row], titles: Sequence[str], order_by: str) -> list[Row]:
    if not order_by:
        return random.sample(rows, len(rows))
    names = [name.strip() for name in order_by.split(",")]
    for name in names:
        _check_field(name, titles)
    return sorted(rows, key=lambda row: [row[name] or "" for name in names])


def _clauses(where: str) -> list[str]:
    return re.split(r"\s+and\s+", where)


def _equality(clause: str, parameter: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """Return the field and the value that a clause of a parameter wants equal."""
    if not (match := pattern.fullmatch(clause)):
        raise BadQuery(
            "ODSQLError",
            f"ODSQL query is malformed: {clause} Clause(s) containing the error(s): {parameter}.",
        )
    return match[1], match[3]


def _check_field(name: str, titles: Sequence[str]) -> None:
    if name not in titles:
        raise BadQuery("ODSQLError", f"Unknown field: {name}")


def _number(query: QueryParams, name: str, usual: int) -> int:
    value = query.get(name, str(usual))
    if not re.fullmatch(r"-?\d+", value):
        raise BadQuery(
            "InvalidRESTParameterError",
            f"Invalid value for {name} API parameter: {value} was found but int is expected.",
        )
    return int(value)
