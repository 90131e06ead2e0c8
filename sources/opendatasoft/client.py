"""The Opendatasoft Explore 2.1 protocol: metadata first, then the CSV export when they moved.

Here: the protocol and the ways its exports fail with a 200. Not here: which data sets are asked
for (``parcoursup/contract.yml``). Exports have no length and no validator: the only proof that one
is whole is the number of rows that the metadata announce.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, Part, Source, Unchanged
from sources.contract import conform
from sources.errors import ExtractRefused, FetchFailed
from sources.http import check_status, host_of
from sources.tabular import csv_shape, read_csv

API = "/api/explore/v2.1/catalog/datasets"
INTERRUPTED = b"Streaming interrupted"
TAIL_BYTES = 4096
HEAD_BYTES = 512


class OpendatasoftClient:
    """Fetches and reads CSV exports with technical names."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Download the export, unless the portal announces what it announced last time.

        Raises:
            FetchFailed: The portal did not answer as it should.
        """
        contract = source.contract
        url = f"{contract.portal}{API}/{contract.dataset}"
        answer = context.session.get(url)
        check_status(url, answer.status)
        announced = announced_by(answer.json(), url)
        if context.still(announced):
            return Unchanged(url)
        params = [("use_labels", "false"), ("delimiter", contract.format.delimiter)]
        export = context.session.download(
            f"{url}/exports/csv",
            context.scratch / f"{source.id}.csv",
            params=[*params, ("with_bom", "false")],
        )
        part = Part(f"{source.id}.csv", export.path, export.sha256, export.bytes)
        return Fetched((part,), export.url, announced, export.status, export.headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the export, once sure that it is whole.

        Raises:
            ExtractRefused: It is a page, it was cut, it is empty, or a column is missing.
        """
        path, contract = extract.paths[0], source.contract
        _refuse_page(path)
        _refuse_interruption(path)
        shape = csv_shape(path, contract.format.delimiter)
        _refuse_missing_rows(shape.rows, extract.announced.get("records_count"))
        return conform(contract, read_csv(path, contract.format.delimiter, shape))


def announced_by(metadata: object, url: str) -> dict[str, Any]:
    """Return what tells one state of a data set from another: date of processing, rows.

    ``modified`` is left out: publishers move it, or not, whatever happens to the rows.

    Raises:
        FetchFailed: The metadata do not say it.
    """
    match metadata:
        case {"metas": {"default": {"data_processed": str(date), "records_count": int(rows)}}}:
            return {"data_processed": date, "records_count": rows}
        case _:
            msg = f"{host_of(url)} ne dit plus quand ses données ont été traitées ni leur nombre."
            raise FetchFailed(msg, permanent=True)


def _refuse_page(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        msg = "Le portail a renvoyé une page web au lieu de l'export CSV."
        raise ExtractRefused(msg)


def _refuse_interruption(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read()
    if INTERRUPTED in tail:
        reason = tail[tail.index(INTERRUPTED) :].decode("utf-8", "replace").strip()[:300]
        msg = f"Le portail a interrompu son export en cours de route : « {reason} »."
        raise ExtractRefused(msg, rule="RNR")


def _refuse_missing_rows(rows: int, announced: int | None) -> None:
    if rows == 0:
        msg = (
            f"L'export ne contient que sa ligne de titres ; le portail annonce {announced} lignes."
        )
        raise ExtractRefused(msg, rule="RNR")
    if announced is not None and rows != announced:
        msg = (
            f"L'export contient {rows} lignes de données alors que le portail en annonce "
            f"{announced} : il est incomplet ou a changé pendant la réception."
        )
        raise ExtractRefused(msg, rule="RNR")
