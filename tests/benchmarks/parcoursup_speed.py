"""Two real sessions of Parcoursup, repeated to 100 000 rows, received by Vigie and by DuckDB alone.

Here: the time and the peak of memory of each, in a process of its own, on the same bytes served on
the loopback. Vigie fetches, archives, reads twice over and lands; the other streams to disk and has
DuckDB's own reader write the same Parquet. Not here: the rules on extracts (``structural_rules``).
"""

import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sources.archive import Archive, FetchStatus
from sources.collect import Credentials, collect
from sources.registry import source
from sources.replay.faults import RECORDINGS
from sources.replay.server import serve
from sources.tables.tabular import csv_shape
from sources.wire.http import PortalSession

SOURCES = ("parcoursup_2018", "parcoursup_2019")
ROWS = 100_000
ROUNDS = 3
MOST_RATIO, MOST_MEGABYTES = 1.5, 300
API = "data.enseignementsup-recherche.gouv.fr/api/explore/v2.1/catalog/datasets"


def main() -> None:
    """Print the ratio of the times and the peaks of memory; fail when a target is missed."""
    if len(sys.argv) > 1:
        measure({"vigie": vigie, "duckdb": duckdb_alone}[sys.argv[1]], sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder, serve(portal(Path(folder))) as address:
        ours, theirs = ([run(way, address) for _ in range(ROUNDS)] for way in ("vigie", "duckdb"))
    seconds = [min(one["seconds"] for one in ways) for ways in (ours, theirs)]
    megabytes = [max(one["megabytes"] for one in ways) for ways in (ours, theirs)]
    ratio = seconds[0] / seconds[1]
    print(f"Vigie      {seconds[0]:6.2f} s  {megabytes[0]:6.0f} Mo")
    print(f"DuckDB     {seconds[1]:6.2f} s  {megabytes[1]:6.0f} Mo")
    print(f"rapport    {ratio:6.2f}    (au plus {MOST_RATIO} ; {MOST_MEGABYTES} Mo)")
    sys.exit(ratio > MOST_RATIO or megabytes[0] > MOST_MEGABYTES)


def portal(folder: Path) -> Starlette:
    """Write the repeated sessions in a folder, and return a portal that serves them."""
    counts = {}
    for source_id in SOURCES:
        dataset = source(source_id).contract.dataset
        whole = gzip.decompress((RECORDINGS / "parcoursup" / f"{dataset}.csv.gz").read_bytes())
        header, _, rows = whole.partition(b"\n")
        once = source(source_id).contract.rows.at_least
        times = round(ROWS / len(SOURCES) / once)
        (folder / dataset).write_bytes(header + b"\n" + rows * times)
        counts[dataset] = csv_shape(folder / dataset, ";").rows

    def metadata(request: Request) -> Response:
        told = {"data_processed": "2026-11-01", "records_count": counts[_dataset(request)]}
        return JSONResponse({"metas": {"default": told}})

    def export(request: Request) -> Response:
        return FileResponse(folder / _dataset(request), media_type="text/csv")

    base = f"/{API}/{{dataset}}"
    return Starlette(routes=[Route(base, metadata), Route(f"{base}/exports/csv", export)])


def _dataset(request: Request) -> str:
    return str(request.path_params["dataset"])


def run(way: str, address: str) -> dict[str, float]:
    """Measure one way in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.parcoursup_speed", way, address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def measure(way: Callable[[str, Path], None], address: str) -> None:
    """Print the time and the peak of memory of this process, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        way(address, Path(folder))
        seconds = time.perf_counter() - started
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "megabytes": kilobytes / 1024}))


def vigie(address: str, home: Path) -> None:
    """Collect both sources, as a night does."""
    for source_id in SOURCES:
        outcome = collect(
            source(source_id),
            archive=Archive(home),
            session=PortalSession(replay=address),
            region="52",
            credentials=Credentials(),
            accept=lambda _source, _table: (),
        )
        if outcome.status is not FetchStatus.NEW:
            sys.exit(outcome.message)


def duckdb_alone(address: str, folder: Path) -> None:
    """Stream both exports to disk, and have DuckDB write them as Parquet."""
    for source_id in SOURCES:
        received = folder / f"{source_id}.csv"
        url = f"{address}/{API}/{source(source_id).contract.dataset}/exports/csv"
        with requests.get(url, stream=True, timeout=60) as answer, received.open("wb") as file:
            for chunk in answer.iter_content(1 << 16):
                file.write(chunk)
        duckdb.sql(
            f"copy (select * from read_csv('{received}', all_varchar = true)) "
            f"to '{received}.parquet' (compression zstd)"
        )


if __name__ == "__main__":
    main()
