"""INSEE's whole files: the current product, its bytes, and an archive that cannot be trusted.

The archives are built here, in the wire format that INSEE documents; no number is INSEE's.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sources.client import Absent, Credentials, Extract, FetchContext, Fetched, Unchanged
from sources.errors import ExtractRefused, FetchFailed
from sources.registry import source
from sources.replay.server import serve
from sources.tables.writing import writing_of
from sources.wire.http import Limits, PortalSession

# An example of a parser costs next to nothing: six for one of the profile's.
FUZZED = settings(max_examples=6 * settings.default.max_examples)

ZONES = source("insee_emploi_zones")
NAME = "DS_RP_EMPLOI_LR_PRINC_2023"
TITLES = "GEO;GEO_OBJECT;SEX;EMPSTA_ENQ;AGE;EDUC;RP_MEASURE;FREQ;OBS_STATUS;TIME_PERIOD;OBS_VALUE"
KEPT = "0051;ZE2020;_T;1;Y15T64;_T;POP;A;A;2023;1.5"
LEFT = "44;DEP;_T;1;Y15T64;_T;POP;A;A;2023;2.5"


def csv_of(*rows: str) -> bytes:
    lines = [";".join(f'"{cell}"' for cell in row.split(";")) for row in (TITLES, *rows)]
    return "\n".join([*lines, ""]).encode()


def packed(data: bytes, *others: str, data_name: str = f"{NAME}_data.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(data_name, data)
        for name in others or (f"{NAME}_metadata.csv",):
            archive.writestr(name, b"COD_VAR;LIB_VAR;COD_MOD;LIB_MOD")
    return buffer.getvalue()


GOOD = packed(csv_of(KEPT, LEFT))


def read(folder: Path, content: bytes) -> list[dict[str, Any]]:
    path = folder / "x.zip"
    path.write_bytes(content)
    rows: list[dict[str, Any]] = ZONES.client.read(ZONES, Extract("x", (path,), 0, {})).to_pylist()
    return rows


def product(year: int, modified: str, size: int) -> dict[str, Any]:
    identifier = f"DS_RP_EMPLOI_LR_PRINC_{year}_CSV_FR"
    return {
        "id": identifier,
        "format": "CSV",
        "language": "FR",
        "modified": modified,
        "byteSize": size,
        "accessURL": f"https://api.insee.fr/melodi/file/DS_RP_EMPLOI_LR_PRINC/{identifier}",
    }


def fetch(scratch: Path, size: int, last: Extract | None = None) -> Fetched | Unchanged | Absent:
    products = [product(2023, "2026-07-15T08:00:00", size), product(2022, "2026-11-02T07:57:25", 1)]

    def entry(_: Request) -> Response:
        return JSONResponse({"modified": "2026-07-15T08:00:00", "product": products})

    def file(_: Request) -> Response:
        return Response(GOOD, media_type="application/octet-stream")

    base, dataset = "/api.insee.fr/melodi", "DS_RP_EMPLOI_LR_PRINC"
    app = Starlette(
        routes=[
            Route(f"{base}/catalog/{dataset}", entry),
            Route(f"{base}/file/{dataset}/{dataset}_2023_CSV_FR", file),
        ]
    )
    with serve(app) as address:
        session = PortalSession(replay=address, limits=Limits(retries=0))
        context = FetchContext(session, "52", Credentials(), scratch, scratch, last)
        return ZONES.client.fetch(ZONES, context)


def test_the_current_product_is_the_one_of_the_catalogue(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, len(GOOD))
    assert isinstance(fetched, Fetched)
    assert fetched.url.endswith("_2023_CSV_FR")
    assert fetched.parts[0].path.read_bytes() == GOOD
    last = Extract("x", (), 0, fetched.announced)
    assert isinstance(fetch(tmp_path, len(GOOD), last), Unchanged)


def test_the_vintage_that_is_received_is_told(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, len(GOOD))
    assert isinstance(fetched, Fetched)
    assert fetched.announced["vintage"] == "2023"
    part = fetched.parts[0].path
    read_again = ZONES.client.read(ZONES, Extract("x", (part,), 0, fetched.announced))
    assert writing_of(read_again).vintage == "2023"


def test_bytes_that_are_not_all_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"annonce \d+ octets") as failed:
        fetch(tmp_path, len(GOOD) + 1)
    assert not failed.value.permanent


def test_only_the_rows_that_are_asked_for_are_kept(tmp_path: Path) -> None:
    (row,) = read(tmp_path, GOOD)
    assert (row["geo"], row["obs_value"]) == ("0051", "1.5")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (GOOD[: len(GOOD) // 2], "abîmé"),
        (packed(csv_of(KEPT), "a_metadata.csv", "b"), "il en contient 3"),
        (packed(csv_of(KEPT), data_name="../x_data.csv"), "dossiers"),
        (packed(b"0" * 5_000_000), "démesuré"),
        (packed(csv_of(KEPT, "0052;ZE2020")), "toutes les cellules"),
        (packed(csv_of(KEPT).replace(b"GEO_OBJECT", b"NIVEAU")), "plus de colonne « GEO_OBJECT »"),
        (packed(b"\xff\xfe" + csv_of(KEPT)), "UTF-8"),
        (packed(csv_of(LEFT)), "est absente"),
    ],
)
def test_an_archive_that_is_not_sound_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(ExtractRefused, match=reason):
        read(tmp_path, content)


@FUZZED
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_spoiled_byte_is_refused_or_changes_nothing(
    tmp_path: Path, place: int, change: int
) -> None:
    spoiled = bytearray(GOOD)
    spoiled[place] ^= change
    try:
        rows = read(tmp_path, bytes(spoiled))
    except ExtractRefused:
        return
    assert [row["obs_value"] for row in rows] == ["1.5"]
