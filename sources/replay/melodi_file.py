"""Replayed Melodi files: the archive of the 2017 census by employment zone, and what is said of it.

Here: the archive, its faults and its line of the catalogue. Not here: the catalogue itself, nor the
API by pages (``melodi``).
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sources.replay.failing_answers import CutShort, front_end_down
from sources.replay.faults import RECORDINGS, Fault, fault_of

PROTOCOL = "melodi_file"
RECORDED = RECORDINGS / "insee" / "rp2017_emploi_zones_pdl.csv"
NAME = "DS_RP_EMPLOI_LR_PRINC_2022"
OTHER_NAME = "DS_RP_POPULATION_PRINC_2022"
MODIFIED_AGAIN = "2026-11-01T03:00:00"
PERIOD = "2017"
STATES = {"1": "P17_ACTOCC1564", "2": "P17_CHOM1564", "1T2": "P17_ACT1564", "_T": "P17_POP1564"}
COMMON = {
    "GEO_OBJECT": "ZE2020",
    "SEX": "_T",
    "AGE": "Y15T64",
    "EDUC": "_T",
    "RP_MEASURE": "POP",
    "FREQ": "A",
    "OBS_STATUS": "A",
    "TIME_PERIOD": PERIOD,
}
RENAMED = {"EMPSTA_ENQ": "EMPSTA"}
DAMAGED = slice(40, 80)
"""Bytes of the first member, after its header: what the checksum of the archive is for."""


def routes(faults: Mapping[str, Fault]) -> list[Route]:
    """Return the route of the files."""
    fault = fault_of(PROTOCOL, faults)

    def file(_: Request) -> Response:
        match fault:
            case Fault.PANNE:
                return front_end_down()
            case Fault.QUOTA:
                return PlainTextResponse("Too Many Requests", 429)
            case Fault.COUPE:
                return CutShort(_archive(fault))
            case _:
                return Response(_archive(fault), media_type="application/octet-stream")

    return [Route("/api.insee.fr/melodi/file/{dataset}/{product}", file)]


def announced(product: Mapping[str, Any], fault: Fault | None) -> dict[str, Any]:
    """Return what the catalogue says of the file: its date moves with a fault."""
    size = len(_archive(fault)) + (fault is Fault.TAILLE_FAUSSE)
    entry = {**product, "byteSize": size}
    if fault is not None:
        entry["modified"] = MODIFIED_AGAIN
    if fault is Fault.PRODUIT_DEPLACE:
        for name in ("id", "accessURL"):
            entry[name] = entry[name].replace("_2022_", "_2023_")
    return entry


@cache
def _archive(fault: Fault | None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # Members without a date of their own: the same bytes from one replay to another.
        name = OTHER_NAME if fault is Fault.AUTRE_JEU else NAME
        archive.writestr(zipfile.ZipInfo(f"{name}_data.csv"), _data(fault), zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo(f"{name}_metadata.csv"), "COD_VAR;LIB_VAR;COD_MOD;LIB_MOD")
    content = bytearray(packed.getvalue())
    if fault is Fault.ZIP_ABIME:
        place = slice(DAMAGED.start + len(NAME), DAMAGED.stop + len(NAME))
        content[place] = bytes(reversed(content[place]))
    return bytes(content)


def _data(fault: Fault | None) -> str:
    text = io.StringIO()
    rows = list(_rows())
    if fault is Fault.AUTRE_PERIODE:
        rows[-1] |= {"TIME_PERIOD": "2031"}
    writer = csv.DictWriter(
        text, rows[0], delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n"
    )
    titles = RENAMED if fault is Fault.COLONNE_RENOMMEE else {}
    writer.writerow({name: titles.get(name, name) for name in rows[0]})
    writer.writerows([] if fault is Fault.VIDE else rows)
    return text.getvalue()


def _rows() -> Iterator[dict[str, str]]:
    with RECORDED.open(encoding="utf-8", newline="") as file:
        for zone in csv.DictReader(file, delimiter=";"):
            for state, column in STATES.items():
                code = {"GEO": zone["ZE2020"], "EMPSTA_ENQ": state}
                yield code | COMMON | {"OBS_VALUE": zone[column]}
