"""Replayed Melodi API: one catalogue entry, and the observations of the 2017 census."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sources.registry import sources
from sources.replay import melodi_file
from sources.replay.cut_short import CutShort
from sources.replay.faults import PAGE, RECORDINGS, Fault

HOST = "api.insee.fr"
BASE = f"/{HOST}/melodi"
FOLDER = RECORDINGS / "insee"
MODIFIED_AGAIN = "2026-11-01T03:00:00"
"""Date shown in the catalogue with a fault: a new release is what breaks one."""

LARGEST_PAGE = 100_000
USUAL_PAGE = 10_000
COMMON = {"AGE": "Y15T64", "SEX": "_T", "EDUC": "_T", "RP_MEASURE": "POP", "FREQ": "A"}
ATTRIBUTES = {"OBS_STATUS": "A", "CONF_STATUS": "F"}
RENAMED = ("EMPSTA_ENQ", "EMPSTA")


@cache
def _scope() -> Mapping[str, Any]:
    """What the recorded table covers, and how its columns answer to Melodi's codes."""
    scope: dict[str, Any] = json.loads((FOLDER / "scope.json").read_bytes())
    return scope


@cache
def _observations() -> tuple[dict[str, Any], ...]:
    with (FOLDER / "rp2017_emploi_communes_pdl.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_generated(csv.DictReader(file, delimiter=";")))


def _generated(communes: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    for commune in communes:
        geo = f"{_scope()['vintage']}-COM-{commune['CODGEO']}"
        for prefix, year in _scope()["periods"].items():
            for state, column in _scope()["states"].items():
                dimensions = {"GEO": geo, "TIME_PERIOD": year, "EMPSTA_ENQ": state} | COMMON
                measure = {"value": float(commune[f"{prefix}_{column}"])}
                yield {
                    "attributes": ATTRIBUTES,
                    "dimensions": dimensions,
                    "measures": {"OBS_VALUE_NIVEAU": measure},
                }


def routes(faults: Mapping[str, Fault]) -> list[Route]:
    """Return the routes of the API."""
    by_dataset = {
        source.contract.dataset: faults[source_id]
        for source_id, source in sources().items()
        if source_id in faults and source.contract.protocol == "melodi"
    }

    file_fault = melodi_file.file_fault(faults)
    asked: set[str] = set()

    def catalogue(request: Request) -> Response:
        dataset = request.path_params["dataset"]
        if by_dataset.get(dataset) is Fault.PANNE:
            return _front_end_down()
        fault = by_dataset.get(dataset)
        if dataset == "all":
            return JSONResponse(_catalogue(by_dataset, file_fault))
        if dataset != _scope()["dataset"] or fault in {Fault.JEU_RETIRE, Fault.ERREUR_INTERNE}:
            return _unknown()
        return JSONResponse(_entry(fault, file_fault))

    def data(request: Request) -> Response:
        dataset = request.path_params["dataset"]
        fault = by_dataset.get(dataset)
        if dataset != _scope()["dataset"]:
            return _unknown()
        if fault is Fault.QUOTA_PASSAGER and dataset not in asked:
            asked.add(dataset)
            return _too_many({"Retry-After": "1"})
        return _refusal(fault) or _page(dataset, request.query_params, fault)

    return [
        Route(f"{BASE}/catalog/{{dataset}}", catalogue),
        Route(f"{BASE}/data/{{dataset}}", data),
    ]


def _refusal(fault: Fault | None) -> Response | None:
    """Return an answer that is no page, none when the fault is not one of those."""
    match fault:
        case Fault.PANNE:
            return _front_end_down()
        case Fault.QUOTA:
            return _too_many({})
        case Fault.MODALITE_REFUSEE:
            return JSONResponse({"message": "Modalité inconnue : EMPSTA_ENQ=1T2"}, 400)
        case Fault.HTML:
            return HTMLResponse(PAGE.format("Service momentanément indisponible"))
        case _:
            return None


def _page(dataset: str, query: QueryParams, fault: Fault | None) -> Response:
    page = JSONResponse(_answer(dataset, query, fault))
    return CutShort(bytes(page.body)) if fault is Fault.COUPE else page


def _catalogue(faults: Mapping[str, Fault], file_fault: Fault | None) -> list[dict[str, Any]]:
    """Return the whole catalogue; a data set that is withdrawn has left a renamed one."""
    entry = _entry(fault := faults.get(_scope()["dataset"]), file_fault)
    if fault is Fault.JEU_RETIRE:
        entry["identifier"] += "_2026"
    return [entry]


def _entry(fault: Fault | None, file_fault: Fault | None) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((FOLDER / f"{_scope()['dataset']}.json").read_bytes())
    entry["product"] = [melodi_file.announced(one, file_fault) for one in entry["product"]]
    if fault is not None:
        entry["modified"] = MODIFIED_AGAIN
    if fault is Fault.PRODUIT_DEPLACE:
        entry["product"] += [
            product | {"id": product["id"].replace("_2022_", "_2023_")}
            for product in entry["product"]
        ]
    return entry


def _answer(dataset: str, query: QueryParams, fault: Fault | None) -> dict[str, Any]:
    found = [one for one in _observations() if _is_asked(one["dimensions"], query)]
    size = min(int(query.get("maxResult", USUAL_PAGE)), LARGEST_PAGE)
    page = int(query.get("page", "1"))
    if fault is Fault.LIGNES_MELEES:
        found.reverse()
    given = 1 if fault is Fault.PAGE_REPETEE and page == 2 else page
    shown = found[(given - 1) * size : given * size]
    if fault is Fault.TRONQUE:
        shown = shown[: len(shown) // 2]
    shown = [CHANGES.get(fault, _as_recorded)(one) for one in shown]
    return {
        "identifier": dataset,
        "title": {"fr": "Population active et chômage", "en": "Labor force and unemployment"},
        "publisher": {"id": "INSEE"},
        "observations": shown,
        "paging": _paging(dataset, query, size, len(found)),
    }


def _is_asked(dimensions: Mapping[str, str], query: QueryParams) -> bool:
    """Tell whether an observation is asked for; a parameter that is no dimension is ignored."""
    for name in dimensions.keys() & query.keys():
        wanted = query.getlist(name)
        if name == "GEO":
            if not any(_is_in(dimensions["GEO"], one) for one in wanted):
                return False
        elif dimensions[name] not in wanted:
            return False
    return True


def _is_in(geo: str, wanted: str) -> bool:
    whole = f"REG-{_scope()['region']}*COM"
    return wanted in {whole, geo} or geo.partition("-")[2] == wanted


def _renamed(observation: Mapping[str, Any]) -> dict[str, Any]:
    old, new = RENAMED
    dimensions = {new if k == old else k: v for k, v in observation["dimensions"].items()}
    return {**observation, "dimensions": dimensions}


def _as_recorded(observation: Mapping[str, Any]) -> dict[str, Any]:
    return dict(observation)


def _missing(observation: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {**observation["attributes"], "OBS_STATUS": "L"}
    return {**observation, "attributes": attributes, "measures": {"OBS_VALUE_NIVEAU": {}}}


def _in_another_geography(observation: Mapping[str, Any]) -> dict[str, Any]:
    _, _, place = observation["dimensions"]["GEO"].partition("-")
    return {**observation, "dimensions": observation["dimensions"] | {"GEO": f"2099-{place}"}}


CHANGES: Mapping[Fault | None, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Fault.COLONNE_RENOMMEE: _renamed,
    Fault.MESURES_VIDES: _missing,
    Fault.MILLESIME_GEO: _in_another_geography,
}


def _paging(dataset: str, query: QueryParams, size: int, count: int) -> dict[str, Any]:
    """Return the paging block: without a ``page`` in the request, neither next nor last."""
    asked = [(k, v) for k, v in query.multi_items() if k != "page"]
    last = max(1, -(-count // size)) if size else 1
    paging: dict[str, Any] = {"first": _address(dataset, asked, 1)}
    if query.get("totalCount", "").upper() == "TRUE":
        paging["count"] = count
    if "page" in query:
        page = int(query["page"])
        paging |= {"isLast": page >= last, "last": _address(dataset, asked, last)}
        if page > 1:
            paging["previous"] = _address(dataset, asked, page - 1)
        if page < last:
            paging["next"] = _address(dataset, asked, page + 1)
    return paging


def _address(dataset: str, asked: Sequence[tuple[str, str]], page: int) -> str:
    """Return an address under the API's own host, so that bytes do not depend on the replay."""
    query = urlencode([*asked, ("page", str(page))], quote_via=quote)
    return f"https://{HOST}/melodi/data/{dataset}?{query}"


def _front_end_down() -> Response:
    return HTMLResponse(PAGE.format("503 Service Temporarily Unavailable"), 503)


def _too_many(headers: dict[str, str]) -> Response:
    """Refuse a call too many; how INSEE words its own refusal is inferred."""
    body = {"message": "Rate limit exceeded!", "http_status_code": 429}
    return JSONResponse(body, 429, headers=headers)


def _unknown() -> Response:
    return PlainTextResponse("Le serveur a rencontré une erreur inattendue.", 500)
