"""Records of an Opendatasoft portal: how many there are, and page by page as JSON.

Here: the limits of ``/records`` and what its pages must agree on. Not here: ``exports``, which have
no limit and no total. Pages are only in order, and only then without a repeated or a skipped row,
when they are sorted by what names a row.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources.client import FetchContext, Fetched, FetchedPart, Source
from sources.errors import ExtractRefused, FetchFailed
from sources.tables.tabular import read_json, rows_table, text_or_null
from sources.wire.http import Params, PortalSession, check_status, host_of

PAGE = 100
MOST = 10_000
"""Greatest sum of offset and limit."""


def count(session: PortalSession, url: str, params: Params) -> int:
    """Return how many records a query has.

    Raises:
        FetchFailed: The portal refuses the query, or does not say.
    """
    filters = [(name, value) for name, value in params if name != "select"]
    answer = session.get(f"{url}/records", params=[*filters, ("limit", "0")])
    check_status(answer.url, answer.status)
    match answer.json():
        case {"total_count": int(total)}:
            return total
        case _:
            msg = f"{host_of(url)} ne dit plus combien de lignes répondent à la demande."
            raise FetchFailed(msg, permanent=True)


def expected_rows(announced: Mapping[str, Any]) -> int | None:
    """Return how many rows were announced for what was asked, filters included."""
    rows: int | None = announced.get("filtered_count", announced.get("records_count"))
    return rows


def fetch(
    source: Source, context: FetchContext, url: str, params: Params, announced: Mapping[str, Any]
) -> Fetched:
    """Get every page of a query, sorted by the key of the contract.

    Raises:
        FetchFailed: There are more records than can be paged, or a page was refused.
    """
    total = expected_rows(announced) or 0
    if total > MOST:
        msg = (
            f"{total} lignes répondent à la demande « {source.label} » : au-delà de {MOST}, elles "
            "ne se lisent que par l'export CSV ; corriger le contrat (format, filtre)."
        )
        raise FetchFailed(msg, permanent=True)
    sorting = [("order_by", ",".join(source.contract.key))]
    parts = []
    for offset in range(0, max(total, 1), PAGE):
        page = [*params, *sorting, ("limit", str(PAGE)), ("offset", str(offset))]
        answer = context.session.get(f"{url}/records", params=page)
        check_status(answer.url, answer.status)
        path = context.scratch / f"{source.id}-{offset:05}.json"
        parts.append(FetchedPart.from_answer(answer, path))
    return Fetched(tuple(parts), answer.url, announced, answer.status, answer.headers)


def read(paths: Sequence[Path], expected: int | None) -> pa.Table:
    """Read pages into text columns.

    Raises:
        ExtractRefused: A page is not one, or the pages do not agree on how many records there are.
    """
    rows: list[dict[str, str | None]] = []
    totals = {str(expected)} if expected is not None else set()
    for path in paths:
        match read_json(path):
            case {"total_count": str(total), "results": list(results)}:
                totals.add(total)
                rows += [_texts(row) for row in results]
            case _:
                msg = "Une page du portail n'a plus la forme convenue (total_count, results)."
                raise ExtractRefused(msg)
    if {str(len(rows))} != totals or not rows:
        msg = (
            f"Les pages reçues contiennent {len(rows)} lignes alors que le portail en annonce "
            f"{' puis '.join(sorted(totals))} : elles ont changé pendant la réception."
        )
        raise ExtractRefused(msg, rule="RNR")
    return rows_table(rows)


def _texts(row: object) -> dict[str, str | None]:
    if not isinstance(row, dict):
        msg = "Une ligne d'une page du portail n'est plus un objet."
        raise ExtractRefused(msg)
    return {str(name): text_or_null(value) for name, value in row.items()}
