"""Replayed Opendatasoft portals: metadata, records and CSV exports of what was recorded of them.

Here: the routes of the three portals, their recordings and how each fault shows. Not here: what
they understand of a query (``opendatasoft_query``).
"""

import csv
import gzip
import io
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sources.registry import member, sources
from sources.replay.failing_answers import PAGE, CutShort, front_end_down
from sources.replay.faults import RECORDINGS, Fault, fault_of, faults_by_dataset
from sources.replay.opendatasoft_query import BadQuery, Row, filtered, page, too_far

HOSTS = (
    "data.enseignementsup-recherche.gouv.fr",
    "data.education.gouv.fr",
    "data.dares.travail-emploi.gouv.fr",
)
API = "api/explore/v2.1/catalog/datasets"
CATALOGUE = ""
"""What the catalogue is asked as, among data sets."""

OTHERS = {
    HOSTS[0]: (
        "fr-esr-parcoursup-apprentissage",
        "fr-esr-cartographie_formations_parcoursup",
        "fr-esr-apb_voeux-et-admissions",
        "fr-esr-mon_master",
        "fr-esr-insersup",
    )
}
"""Real ids of data sets that no contract asks for, some of which are nearly those of a session."""

LABELS = RECORDINGS / "parcoursup" / "labels.json"
REPROCESSED = "2026-11-01T03:00:00+00:00"
"""Date shown with a fault: reprocessing is what breaks a data set that nobody touched."""

MIDNIGHT = "00:00:00"
CHUNK = 1 << 16
CUT_AT = 0.6
DRIP_SECONDS = 0.05
BOM = b"\xef\xbb\xbf"
OF_SESSIONS = frozenset({Fault.SESSION_CHANGEE, Fault.AUTRE_PERIODE})
UNMOVED = frozenset({Fault.NOMBRE_DEPLACE, Fault.QUOTA, Fault.QUOTA_PASSAGER})
"""Faults behind which the portal does not say that the data were processed again."""


@dataclass(frozen=True)
class _Published:
    """Where a data set is published, its recording, and when it was processed.

    ``renamed``, ``retyped`` and ``session`` are the columns that faults touch; some have no
    session. ``made_of`` is the recording of another session that it is made of: it is listed and
    given only when that is asked for.
    """

    host: str
    folder: str
    title: str
    date: str
    renamed: tuple[str, str] = ("acc_tot_f", "acc_tot_filles")
    retyped: str = "acc_tot"
    session: str = "session"
    made_of: str = ""


PUBLISHED = {
    "fr-esr-parcoursup-2018": _Published(
        HOSTS[0], "parcoursup", "Parcoursup 2018", "2019-10-07T08:00:00+00:00"
    ),
    "fr-esr-parcoursup-2019": _Published(
        HOSTS[0], "parcoursup", "Parcoursup 2019", "2020-04-27T08:00:00+00:00"
    ),
    "fr-esr-parcoursup_2027": _Published(
        HOSTS[0],
        "parcoursup",
        "Parcoursup 2027",
        "2028-01-16T08:00:00+00:00",
        made_of="fr-esr-parcoursup-2019",
    ),
    "fr-en-inserjeunes-cfa": _Published(
        HOSTS[1],
        "inserjeunes",
        "InserJeunes CFA",
        "2026-07-20T08:00:00+00:00",
        renamed=("Taux emploi 6 mois", "Taux d'emploi à six mois"),
        retyped="Taux emploi 6 mois",
        session="",
    ),
}


@dataclass(frozen=True)
class _Recording:
    content: bytes
    titles: tuple[str, ...]
    rows: int


@cache
def _recording(dataset: str) -> _Recording:
    if PUBLISHED[dataset].made_of:
        return _made_recording(dataset)
    path = RECORDINGS / PUBLISHED[dataset].folder / f"{dataset}.csv.gz"
    content = gzip.decompress(path.read_bytes()).removeprefix(BOM).replace(b"\r\n", b"\n")
    rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")
    titles = tuple(next(rows))
    return _Recording(content, titles, sum(1 for _ in rows))


def _made_recording(dataset: str) -> _Recording:
    """Return the rows of another session as those of a new one, in the columns of its contract."""
    published = PUBLISHED[dataset]
    session = dataset[-4:]
    titles = tuple(member("parcoursup", session).contract.columns)
    own = {published.session: session}
    rows = [
        row | own | {"cod_aff_form": str(number)}
        for number, row in enumerate(_rows(published.made_of, None), start=1)
    ]
    content = _written(
        [list(titles), *([row.get(name) or "" for name in titles] for row in rows)], ";"
    )
    return _Recording(content, titles, len(rows))


@cache
def _labels() -> Mapping[str, str]:
    labels: dict[str, str] = json.loads(LABELS.read_bytes())
    return labels


def is_recorded(dataset: str) -> bool:
    """Tell whether a data set was recorded, or is made of one that was."""
    return dataset in PUBLISHED


def listed_datasets(host: str = "") -> list[str]:
    """Return the data sets that the portals, or one of them, list when nothing is new."""
    return sorted(
        dataset
        for dataset, published in PUBLISHED.items()
        if not published.made_of and host in {"", published.host}
    )


def routes(faults: Mapping[str, Fault]) -> list[Route]:
    """Return the routes of the portals.

    Raises:
        ValueError: A data set without a session cannot show another one.
    """
    by_dataset = faults_by_dataset(faults, "opendatasoft")
    for dataset, fault in by_dataset.items():
        published = PUBLISHED.get(dataset)
        if fault in OF_SESSIONS and published and not published.session:
            msg = f"{dataset} cannot show {fault!r}: it has no session"
            raise ValueError(msg)
    listing = fault_of("opendatasoft_catalogue", faults)
    portals = (_Portal(host, by_dataset, listing) for host in HOSTS)
    return [route for portal in portals for route in portal.routes()]


class _Portal:
    """One portal; it remembers which data sets were asked for, as a passing quota does."""

    def __init__(self, host: str, faults: Mapping[str, Fault], listing: Fault | None) -> None:
        self._host = host
        self._faults = faults
        self._listing = listing
        self._listed = _listed(host, listing)
        self._given = PUBLISHED.keys() & {*self._listed, *listed_datasets(host)}
        self._asked: set[str] = set()

    def routes(self) -> list[Route]:
        base = f"/{self._host}/{API}/{{dataset}}"
        return [
            Route(f"/{self._host}/{API}", self._catalogue),
            Route(base, self._metadata),
            Route(f"{base}/records", self._records),
            Route(f"{base}/exports/csv", self._export),
        ]

    def _catalogue(self, request: Request) -> Response:
        if refusal := self._passing(CATALOGUE, self._listing):
            return refusal
        if self._listing is Fault.HTML:
            return HTMLResponse(PAGE.format("Maintenance en cours"), headers=_quota())
        rows: list[Row] = [{"dataset_id": dataset} for dataset in self._listed]
        try:
            body = page(rows, ["dataset_id"], request.query_params)
        except BadQuery as bad:
            return JSONResponse(bad.body, 400, headers=_quota())
        return JSONResponse(_broken_page(body, self._listing), headers=_quota())

    def _metadata(self, request: Request) -> Response:
        dataset, fault = self._of(request)
        if refusal := self._refusal(dataset, fault):
            return refusal
        return JSONResponse(_metadata(dataset, fault), headers=_quota())

    def _records(self, request: Request) -> Response:
        dataset, fault = self._of(request)
        if refusal := self._refusal(dataset, fault):
            return refusal
        titles = _titles(dataset, fault)
        try:
            body = page(_rows(dataset, fault), titles, request.query_params)
        except BadQuery as bad:
            return JSONResponse(bad.body, 400, headers=_quota())
        return JSONResponse(body, headers=_quota())

    def _export(self, request: Request) -> Response:
        dataset, fault = self._of(request)
        if refusal := self._refusal(dataset, fault):
            return refusal
        if fault is Fault.HTML:
            return HTMLResponse(PAGE.format("Maintenance en cours"), headers=_quota())
        try:
            content = _export(dataset, request, fault)
        except BadQuery as bad:
            return JSONResponse(bad.body, 400, headers=_quota())
        if fault is Fault.COUPE:
            return CutShort(content, tells_its_length=False, headers=_quota())
        chunks = _drip(content) if fault is Fault.GOUTTE_A_GOUTTE else _chunks(content)
        return StreamingResponse(chunks, media_type="text/csv; charset=utf-8", headers=_quota())

    def _of(self, request: Request) -> tuple[str, Fault | None]:
        dataset = request.path_params["dataset"]
        return dataset, self._faults.get(dataset)

    def _refusal(self, dataset: str, fault: Fault | None) -> Response | None:
        if fault is not Fault.PANNE and dataset not in self._given:
            body = {"error_code": "ODSQLError", "message": "Unknown dataset"}
            return JSONResponse(body, 404, headers=_quota())
        return self._passing(dataset, fault)

    def _passing(self, dataset: str, fault: Fault | None) -> Response | None:
        if fault is Fault.PANNE:
            return front_end_down()
        if fault is Fault.QUOTA:
            return _too_many({})
        if fault is Fault.QUOTA_PASSAGER and dataset not in self._asked:
            self._asked.add(dataset)
            return _too_many({"Retry-After": "1"})
        return None


def _listed(host: str, fault: Fault | None) -> list[str]:
    """Return the ids that a portal lists: what was recorded of it, and what is never asked for."""
    listed = [*listed_datasets(host), *OTHERS.get(host, ())]
    changed = {
        Fault.SESSION_NOUVELLE: [*listed, *(made for made in PUBLISHED if PUBLISHED[made].made_of)],
        Fault.DEUX_JEUX: [*listed, *(name.replace("-2019", "_2019") for name in listed)],
        Fault.VIDE: [name for name in listed if name not in PUBLISHED],
    }
    return sorted(set(changed.get(fault, listed) if host == HOSTS[0] and fault else listed))


def _broken_page(body: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """Return a page of the catalogue as a fault makes it."""
    results = body["results"]
    match fault:
        case Fault.TRONQUE:
            return body | {"results": results[: len(results) // 2]}
        case Fault.PAGE_REPETEE:
            return body | {"results": [results[0], *results[:-1]]}
        case _:
            return body


def _metadata(dataset: str, fault: Fault | None) -> dict[str, Any]:
    return {
        "dataset_id": OTHERS[HOSTS[0]][0] if fault is Fault.AUTRE_JEU else dataset,
        "dataset_uid": f"da_{dataset[-4:]}",
        "attachments": [],
        "has_records": True,
        "data_visible": True,
        "fields": [
            {"name": name, "label": _labels().get(name, name), "type": "text", "description": None}
            for name in _titles(dataset, fault)
        ],
        "metas": {"default": _default_metas(dataset, fault)},
        "features": ["analyze", "geo"],
    }


def _default_metas(dataset: str, fault: Fault | None) -> dict[str, Any]:
    published = PUBLISHED[dataset]
    date = REPROCESSED if fault and fault not in UNMOVED else published.date
    return {
        "title": published.title,
        "license": "Licence Ouverte v2.0 (Etalab)",
        "language": "fr",
        "timezone": "Europe/Paris",
        "modified": published.date,
        "modified_updates_on_metadata_change": False,
        "modified_updates_on_data_change": False,
        "data_processed": date,
        "metadata_processed": date,
        "publisher": _publisher(published.host),
        "records_count": _recording(dataset).rows + (fault is Fault.NOMBRE_DEPLACE),
        "attributions": None,
        "federated": False,
    }


def _publisher(host: str) -> str:
    """Return the name of the producer who publishes on a portal."""
    return next(
        source.producer.name
        for source in sources().values()
        if source.contract.portal == f"https://{host}"
    )


def _titles(dataset: str, fault: Fault | None) -> list[str]:
    old, new = PUBLISHED[dataset].renamed
    renamed = fault is Fault.COLONNE_RENOMMEE
    return [new if renamed and title == old else title for title in _recording(dataset).titles]


def _rows(dataset: str, fault: Fault | None) -> list[Row]:
    recording = _recording(dataset)
    lines = csv.reader(io.StringIO(recording.content.decode(), newline=""), delimiter=";")
    next(lines)
    titles = _titles(dataset, fault)
    return [
        {title: cell or None for title, cell in zip(titles, line, strict=True)} for line in lines
    ]


def _export(dataset: str, request: Request, fault: Fault | None) -> bytes:
    """Return the body of an export, as the parameters and the fault make it.

    Raises:
        BadQuery: The filters cannot be understood.
    """
    query, recording = request.query_params, _recording(dataset)
    delimiter, titles = query.get("delimiter", ";"), _titles(dataset, fault)
    _, _, rows = recording.content.partition(b"\n")
    if delimiter != ";" or "where" in query or "refine" in query:
        lines = filtered(_rows(dataset, fault), titles, query)
        rows = _written(([cell or "" for cell in line.values()] for line in lines), delimiter)
    if query.get("use_labels", "false") == "true":
        titles = [_labels().get(title, title) for title in titles]
    with_bom = query.get("with_bom", "true") == "true" or fault is Fault.BOM
    header = (BOM if with_bom else b"") + _written([titles], delimiter)
    if "offset" in query:
        # Exports have no offset: the portal says so in the body, with a 200.
        message = too_far(recording.rows)
        return header + _interruption(f"{message} (error_code: InvalidRESTParameterError)")
    return _rewritten(header + _broken(rows, dataset, fault), fault)


def _written(rows: Iterable[list[str]], delimiter: str, end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def _interruption(reason: str) -> bytes:
    return f"Streaming interrupted due to the following error: {reason}".encode()


def _broken(rows: bytes, dataset: str, fault: Fault | None) -> bytes:
    cut = int(len(rows) * CUT_AT)
    match fault:
        case Fault.TRONQUE:
            return rows[:cut]
        case Fault.VIDE:
            return b""
        case Fault.INTERROMPU:
            return rows[: rows.rfind(b"\n", 0, cut) + 1] + _interruption("Internal server error")
        case Fault.LIGNES_MELEES:
            return _changed(rows, random.shuffle)
        case Fault.LIGNE_TROP_LONGUE:
            return _changed(rows, lambda lines: lines[0].append("en trop"))
        case _:
            return _column_changed(rows, dataset, fault)


def _changed(rows: bytes, change: Callable[[list[list[str]]], None]) -> bytes:
    lines = list(csv.reader(io.StringIO(rows.decode(), newline=""), delimiter=";"))
    change(lines)
    return _written(lines, ";")


def _column_changed(rows: bytes, dataset: str, fault: Fault | None) -> bytes:
    published = PUBLISHED[dataset]
    changed = {
        Fault.SESSION_CHANGEE: (published.session, str(datetime.now(UTC).year)),
        Fault.AUTRE_PERIODE: (published.session, str(datetime.now(UTC).year)),
        Fault.COLONNE_RETYPEE: (published.retyped, "non communiqué"),
    }
    if fault not in changed:
        return rows
    column, value = changed[fault]
    place = _recording(dataset).titles.index(column)

    def change(lines: list[list[str]]) -> None:
        for line in lines[-1:] if fault is Fault.AUTRE_PERIODE else lines:
            line[place] = value

    return _changed(rows, change)


def _rewritten(content: bytes, fault: Fault | None) -> bytes:
    """Return the same text in other bytes, when that is the fault."""
    if fault is Fault.CRLF:
        # The ends of rows only: a cell may hold a line feed.
        lines = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")
        return _written(lines, ";", "\r\n")
    if fault is Fault.LATIN1:
        return content.decode().encode("latin-1", "replace")
    return content


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _drip(content: bytes) -> Iterator[bytes]:
    for start in range(len(content)):
        time.sleep(DRIP_SECONDS)
        yield content[start : start + 1]


def _too_many(headers: dict[str, str]) -> Response:
    body = {
        "errorcode": 10002,
        "reset_time": f"{_tomorrow()}T{MIDNIGHT}Z",
        "limit_time_unit": "day",
        "call_limit": 10000,
        "error": "Too many requests on the domain. Please contact the domain administrator.",
    }
    return JSONResponse(body, 429, headers=_quota() | {"X-RateLimit-Remaining": "0"} | headers)


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")


def _quota() -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "50000",
        "X-RateLimit-Remaining": "49999",
        "X-RateLimit-Reset": f"{_tomorrow()} {MIDNIGHT}+00:00",
    }
