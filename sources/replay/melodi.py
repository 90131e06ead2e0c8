"""Replayed Melodi API: one catalogue entry, and the observations of the 2017 census.

Here: the catalogue, the pages and how each fault shows. Not here: whole data sets in files
(``melodi_file``).
"""

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

from sources.replay import melodi_file
from sources.replay.failing_answers import PAGE, CutShort, front_end_down
from sources.replay.faults import RECORDINGS, Fault, fault_of, faults_by_dataset

HOST = "api.insee.fr"
BASE = f"/{HOST}/melodi"
FOLDER = RECORDINGS / "insee"
MODIFIED_AGAIN = "2026-11-01T03:00:00"
"""Date shown in the catalogue with a fault: a new release is what breaks one."""

LARGEST_PAGE = 100_000
USUAL_PAGE = 10_000
COMMON = {"AGE": "Y15T64", "SEX": "_T", "EDUC": "_T", "RP_MEASURE": "POP", "FREQ": "A"}
ATTRIBUTES = {"OBS_STATUS": "A", "CONF_STATUS": "F"}
OTHER_DATASET = "DS_RP_POPULATION_PRINC"
NEW_CENSUS, NEW_GEOGRAPHY = "2023", "2026"
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
    api = _Api(faults)
    return [
        Route(f"{BASE}/catalog/{{dataset}}", api.catalogue),
        Route(f"{BASE}/data/{{dataset}}", api.data),
    ]


class _Api:
    """The API; it remembers which data sets were asked for, as a passing quota does."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        self._faults = faults_by_dataset(faults, "melodi")
        self._file_fault = fault_of(melodi_file.PROTOCOL, faults)
        self._asked: set[str] = set()

    def catalogue(self, request: Request) -> Response:
        dataset = request.path_params["dataset"]
        fault = self._faults.get(dataset)
        if fault is Fault.PANNE:
            return front_end_down()
        if dataset == "all":
            return JSONResponse(_catalogue(self._faults, self._file_fault))
        if dataset != _scope()["dataset"] or fault in {Fault.JEU_RETIRE, Fault.ERREUR_INTERNE}:
            return _unknown()
        return JSONResponse(_entry(fault, self._file_fault))

    def data(self, request: Request) -> Response:
        dataset = request.path_params["dataset"]
        fault = self._faults.get(dataset)
        if dataset != _scope()["dataset"]:
            return _unknown()
        if fault is Fault.QUOTA_PASSAGER and dataset not in self._asked:
            self._asked.add(dataset)
            return _too_many({"Retry-After": "1"})
        return _refusal(fault) or _page(dataset, request.query_params, fault)


def _refusal(fault: Fault | None) -> Response | None:
    """Return an answer that is no page, none when the fault is not one of those."""
    match fault:
        case Fault.PANNE:
            return front_end_down()
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
    entry["product"] = [melodi_file.announced(product, file_fault) for product in entry["product"]]
    if fault is not None:
        entry["modified"] = MODIFIED_AGAIN
    if fault in {Fault.PRODUIT_DEPLACE, Fault.RECENSEMENT_NOUVEAU}:
        entry["product"] += [
            product | {"id": product["id"].replace("_2022_", f"_{NEW_CENSUS}_")}
            for product in entry["product"]
        ]
    if fault is Fault.RECENSEMENT_NOUVEAU:
        entry["spatialTemporal"] = f"{NEW_GEOGRAPHY}-01-01T01:00:00"
    return entry


def _answer(dataset: str, query: QueryParams, fault: Fault | None) -> dict[str, Any]:
    observations = [
        observation
        for observation in _observations()
        if _is_asked(observation["dimensions"], query)
    ]
    size = min(int(query.get("maxResult", USUAL_PAGE)), LARGEST_PAGE)
    page = int(query.get("page", "1"))
    if fault is Fault.LIGNES_MELEES:
        observations.reverse()
    if fault is Fault.RECENSEMENT_NOUVEAU:
        observations = list(_with_a_new_census(observations))
    given = 1 if fault is Fault.PAGE_REPETEE and page == 2 else page
    shown = observations[(given - 1) * size : given * size]
    if fault is Fault.TRONQUE:
        shown = shown[: len(shown) // 2]
    is_changed = fault is not Fault.AUTRE_REGION or page == 2
    change = CHANGES.get(fault, _as_recorded) if is_changed else _as_recorded
    return {
        "identifier": OTHER_DATASET if fault is Fault.AUTRE_JEU else dataset,
        "title": {"fr": "Population active et chômage", "en": "Labor force and unemployment"},
        "publisher": {"id": "INSEE"},
        "observations": [change(observation) for observation in shown],
        "paging": _paging(dataset, query, size, len(observations)),
    }


def _is_asked(dimensions: Mapping[str, str], query: QueryParams) -> bool:
    """Tell whether an observation is asked for; a parameter that is no dimension is ignored."""
    for name in dimensions.keys() & query.keys():
        wanted = query.getlist(name)
        if name == "GEO":
            if not any(_is_in(dimensions["GEO"], area) for area in wanted):
                return False
        elif dimensions[name] not in wanted:
            return False
    return True


def _is_in(geo: str, wanted: str) -> bool:
    whole = f"REG-{_scope()['region']}*COM"
    return wanted in {whole, geo} or geo.partition("-")[2] == wanted


def _renamed(observation: Mapping[str, Any]) -> dict[str, Any]:
    old, new = RENAMED
    codes = observation["dimensions"].items()
    dimensions = {new if name == old else name: code for name, code in codes}
    return {**observation, "dimensions": dimensions}


def _as_recorded(observation: Mapping[str, Any]) -> dict[str, Any]:
    return dict(observation)


def _missing(observation: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {**observation["attributes"], "OBS_STATUS": "L"}
    return {**observation, "attributes": attributes, "measures": {"OBS_VALUE_NIVEAU": {}}}


def _in_another_geography(observation: Mapping[str, Any]) -> dict[str, Any]:
    _, _, place = observation["dimensions"]["GEO"].partition("-")
    return _with(observation, GEO=f"2099-{place}")


def _with(observation: Mapping[str, Any], **codes: str) -> dict[str, Any]:
    return {**observation, "dimensions": observation["dimensions"] | codes}


def _in_another_region(observation: Mapping[str, Any]) -> dict[str, Any]:
    vintage, level, commune = observation["dimensions"]["GEO"].split("-")
    return _with(observation, GEO=f"{vintage}-{level}-35{commune[2:]}")


def _of_a_later_year(observation: Mapping[str, Any]) -> dict[str, Any]:
    return _with(observation, TIME_PERIOD="2031")


def _with_a_new_census(observations: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what was recorded and, for the newest census, one per cent more people."""
    newest = max(_scope()["periods"].values())
    for observation in observations:
        geo = f"{NEW_GEOGRAPHY}-{observation['dimensions']['GEO'].partition('-')[2]}"
        yield _with(observation, GEO=geo)
        if observation["dimensions"]["TIME_PERIOD"] == newest:
            value = observation["measures"]["OBS_VALUE_NIVEAU"]["value"]
            grown = {"measures": {"OBS_VALUE_NIVEAU": {"value": value * 1.01}}}
            yield _with(observation, GEO=geo, TIME_PERIOD=NEW_CENSUS) | grown


CHANGES: Mapping[Fault | None, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Fault.COLONNE_RENOMMEE: _renamed,
    Fault.MESURES_VIDES: _missing,
    Fault.MILLESIME_GEO: _in_another_geography,
    Fault.AUTRE_REGION: _in_another_region,
    Fault.AUTRE_PERIODE: _of_a_later_year,
}


def _paging(dataset: str, query: QueryParams, size: int, count: int) -> dict[str, Any]:
    """Return the paging block: without a ``page`` in the request, neither next nor last."""
    parameters = [(name, value) for name, value in query.multi_items() if name != "page"]
    last = max(1, -(-count // size)) if size else 1
    paging: dict[str, Any] = {"first": _address(dataset, parameters, 1)}
    if query.get("totalCount", "").upper() == "TRUE":
        paging["count"] = count
    if "page" in query:
        page = int(query["page"])
        paging |= {"isLast": page >= last, "last": _address(dataset, parameters, last)}
        if page > 1:
            paging["previous"] = _address(dataset, parameters, page - 1)
        if page < last:
            paging["next"] = _address(dataset, parameters, page + 1)
    return paging


def _address(dataset: str, parameters: Sequence[tuple[str, str]], page: int) -> str:
    """Return an address under the API's own host, so that bytes do not depend on the replay."""
    query = urlencode([*parameters, ("page", str(page))], quote_via=quote)
    return f"https://{HOST}/melodi/data/{dataset}?{query}"


def _too_many(headers: dict[str, str]) -> Response:
    """Refuse a call too many; how INSEE words its own refusal is inferred."""
    body = {"message": "Rate limit exceeded!", "http_status_code": 429}
    return JSONResponse(body, 429, headers=headers)


def _unknown() -> Response:
    return PlainTextResponse("Le serveur a rencontré une erreur inattendue.", 500)
