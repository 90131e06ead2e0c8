"""Replayed Opendatasoft portal: metadata and CSV exports of the recorded Parcoursup sessions."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sources.registry import sources
from sources.replay.faults import PAGE, RECORDINGS, Fault

HOST = "data.enseignementsup-recherche.gouv.fr"
BASE = f"/{HOST}/api/explore/v2.1/catalog/datasets"
FOLDER = RECORDINGS / "parcoursup"
PUBLISHED = {
    "fr-esr-parcoursup-2018": "2019-10-07T08:00:00+00:00",
    "fr-esr-parcoursup-2019": "2020-04-27T08:00:00+00:00",
}
REPROCESSED = "2026-11-01T03:00:00+00:00"
"""Date shown with a fault: reprocessing is what breaks a data set that nobody touched."""

RENAMED = ("acc_tot_f", "acc_tot_filles")
CHUNK = 1 << 16
CUT_AT = 0.6


@dataclass(frozen=True)
class _Recording:
    content: bytes
    titles: tuple[str, ...]
    rows: int


@cache
def _recording(dataset: str) -> _Recording:
    content = gzip.decompress((FOLDER / f"{dataset}.csv.gz").read_bytes())
    rows = csv.reader(io.StringIO(content.decode()), delimiter=";")
    titles = tuple(next(rows))
    return _Recording(content, titles, sum(1 for _ in rows))


@cache
def _labels() -> Mapping[str, str]:
    labels: dict[str, str] = json.loads((FOLDER / "labels.json").read_bytes())
    return labels


def is_recorded(dataset: str) -> bool:
    """Tell whether a data set was recorded."""
    return dataset in PUBLISHED


def routes(faults: Mapping[str, Fault]) -> list[Route]:
    """Return the routes of the portal."""
    by_dataset = {
        source.contract.dataset: faults[source_id]
        for source_id, source in sources().items()
        if source_id in faults and source.contract.protocol == "opendatasoft"
    }

    def metadata(request: Request) -> Response:
        dataset = request.path_params["dataset"]
        fault = by_dataset.get(dataset)
        if fault is Fault.PANNE:
            return _front_end_down()
        if dataset not in PUBLISHED:
            return _unknown()
        return JSONResponse(_metadata(dataset, fault), headers=_quota())

    def export(request: Request) -> Response:
        dataset = request.path_params["dataset"]
        fault = by_dataset.get(dataset)
        if fault is Fault.PANNE:
            return _front_end_down()
        if dataset not in PUBLISHED:
            return _unknown()
        if fault is Fault.HTML:
            return HTMLResponse(PAGE.format("Maintenance en cours"), headers=_quota())
        content = _export(dataset, request.query_params, fault)
        return StreamingResponse(
            _chunks(content), media_type="text/csv; charset=utf-8", headers=_quota()
        )

    return [
        Route(f"{BASE}/{{dataset}}", metadata),
        Route(f"{BASE}/{{dataset}}/exports/csv", export),
    ]


def _metadata(dataset: str, fault: Fault | None) -> dict[str, Any]:
    recording, date = _recording(dataset), PUBLISHED[dataset]
    default = {
        "title": f"Parcoursup {dataset[-4:]}",
        "license": "Licence Ouverte v2.0 (Etalab)",
        "language": "fr",
        "timezone": "Europe/Paris",
        "modified": date,
        "modified_updates_on_metadata_change": False,
        "modified_updates_on_data_change": False,
        "data_processed": REPROCESSED if fault else date,
        "metadata_processed": REPROCESSED if fault else date,
        "publisher": "Ministère de l'Enseignement supérieur et de la Recherche",
        "records_count": recording.rows,
        "attributions": None,
        "federated": False,
    }
    return {
        "dataset_id": dataset,
        "dataset_uid": f"da_{dataset[-4:]}",
        "attachments": [],
        "has_records": True,
        "data_visible": True,
        "fields": [
            {"name": name, "label": _labels().get(name, name), "type": "text", "description": None}
            for name in _titles(recording, fault)
        ],
        "metas": {"default": default},
        "features": ["analyze", "geo"],
    }


def _titles(recording: _Recording, fault: Fault | None) -> list[str]:
    old, new = RENAMED
    renamed = fault is Fault.COLONNE_RENOMMEE
    return [new if renamed and title == old else title for title in recording.titles]


def _export(dataset: str, query: Mapping[str, str], fault: Fault | None) -> bytes:
    """Return the body of an export, as the parameters and the fault make it."""
    recording, delimiter = _recording(dataset), query.get("delimiter", ";")
    titles = _titles(recording, fault)
    if query.get("use_labels", "false") == "true":
        titles = [_labels().get(title, title) for title in titles]
    _, _, rows = recording.content.partition(b"\n")
    if delimiter != ";":
        rows = _written(
            csv.reader(io.StringIO(rows.decode(), newline=""), delimiter=";"), delimiter
        )
    with_bom = query.get("with_bom", "true") == "true"
    header = (b"\xef\xbb\xbf" if with_bom else b"") + _written([titles], delimiter)
    return header + _broken(rows, fault)


def _written(rows: Iterable[list[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _broken(rows: bytes, fault: Fault | None) -> bytes:
    cut = int(len(rows) * CUT_AT)
    if fault is Fault.TRONQUE:
        return rows[:cut]
    if fault is Fault.VIDE:
        return b""
    if fault is Fault.INTERROMPU:
        whole = rows[: rows.rfind(b"\n", 0, cut) + 1]
        return whole + b"Streaming interrupted due to the following error: Internal server error"
    return rows


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _front_end_down() -> Response:
    return HTMLResponse(PAGE.format("503 Service Temporarily Unavailable"), 503)


def _unknown() -> Response:
    body = {"error_code": "ODSQLError", "message": "Unknown dataset"}
    return JSONResponse(body, 404, headers=_quota())


def _quota() -> dict[str, str]:
    midnight = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d 00:00:00+00:00")
    return {
        "X-RateLimit-Limit": "50000",
        "X-RateLimit-Remaining": "49999",
        "X-RateLimit-Reset": midnight,
    }
