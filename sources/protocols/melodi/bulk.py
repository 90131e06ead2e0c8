"""INSEE's whole data sets, in ZIP files: the product that the catalogue gives, then its rows.

Here: the download of the current product, and the reading of its archive, row by row and never
unpacked. Not here: which product is the current one (``catalogue``), the API by pages (``client``),
nor which rows are kept (``contract.yml``).
"""

import csv
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import IO

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.melodi.catalogue import (
    catalogue_entry,
    current_product,
    of_vintage,
    refuse_later_periods,
    vintage_of,
)
from sources.tables.asked import announced_query, refuse
from sources.tables.conformity import conform
from sources.tables.tabular import rows_table
from sources.wire.http import Params

DATA, METADATA = "_data.csv", "_metadata.csv"
MOST_UNPACKED_BYTES = 8 << 30
MOST_RATIO = 200
"""How many times bigger than packed a member may be; the census is about 20 times."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What spoiled places and sizes make ``zipfile`` raise: it seeks wherever they say."""


class MelodiFileClient:
    """Fetches and reads the current file of a Melodi data set."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Get the file that the catalogue names, unless it is that of the last extract.

        Raises:
            FetchFailed: No such file, or not as many bytes as the catalogue says.
        """
        contract = source.contract
        product = current_product(catalogue_entry(contract.portal, contract.dataset, context))
        announced = {name: product[name] for name in ("id", "modified", "byteSize")}
        announced |= announced_query(contract.query_for(context.region))
        announced["vintage"] = vintage_of(product)
        if context.still(announced):
            return Unchanged(product["accessURL"])
        path = context.scratch / f"{source.id}.zip"
        download = context.session.download(product["accessURL"], path)
        if download.bytes != product["byteSize"]:
            msg = (
                f"L'INSEE annonce {product['byteSize']} octets pour « {product['id']} » et en a "
                f"envoyé {download.bytes}."
            )
            raise FetchFailed(msg, permanent=False)
        part = FetchedPart.from_download(download)
        return Fetched((part,), download.url, announced, download.status, download.headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the rows that the contract asks for.

        Raises:
            ExtractRefused: It is not such an archive, or it is damaged.
        """
        with extract.paths[0].open("rb") as file:
            rows = _unpacked_rows(file, source, str(extract.announced.get("id", "")))
        refuse_later_periods(extract.announced, (row.get("TIME_PERIOD") for row in rows))
        return of_vintage(conform(source.contract, rows_table(rows)), extract)


def _unpacked_rows(file: IO[bytes], source: Source, product: str) -> list[dict[str, str | None]]:
    try:
        with (
            zipfile.ZipFile(file) as archive,
            archive.open(_data_member(archive, product)) as member,
        ):
            return list(_rows(member, source.contract.query_for("")))
    except UNREADABLE:
        msg = "Le fichier de l'INSEE est un ZIP abîmé : il sera redemandé la nuit prochaine."
        raise ExtractRefused(msg) from None


def _data_member(archive: zipfile.ZipFile, product: str) -> zipfile.ZipInfo:
    """Return the member that holds the data, once the archive is known to be what was agreed.

    Its name is that of the product, less the language and the format: the data set and its vintage.
    """
    members = archive.infolist()
    data = [member for member in members if member.filename.endswith(DATA)]
    metadata = [member for member in members if member.filename.endswith(METADATA)]
    if len(members) != 2 or len(data) != 1 or len(metadata) != 1:
        msg = (
            "Le ZIP de l'INSEE devrait contenir un fichier de données et un de métadonnées ; "
            f"il en contient {len(members)}."
        )
        raise ExtractRefused(msg)
    if any("/" in member.filename or "\\" in member.filename for member in members):
        msg = "Le ZIP de l'INSEE range ses fichiers dans des dossiers : il n'est pas ouvert."
        raise ExtractRefused(msg)
    for member in members:
        largest = min(MOST_UNPACKED_BYTES, MOST_RATIO * max(member.compress_size, 1))
        if member.file_size > largest:
            msg = f"Le fichier « {member.filename[:80]} » du ZIP de l'INSEE est démesuré."
            raise ExtractRefused(msg)
    if product and not product.startswith(data[0].filename.removesuffix(DATA)):
        refuse(f"le produit {product}", {data[0].filename: 1})
    return data[0]


def _rows(member: IO[bytes], params: Params) -> Iterator[dict[str, str | None]]:
    """Yield the rows that are asked for, empty cells as null.

    Raises:
        ExtractRefused: A row has not as many cells as there are titles, or a filter has no column.
    """
    reader = csv.reader(io.TextIOWrapper(member, "utf-8-sig", newline=""), delimiter=";")
    try:
        titles = next(reader, [])
        wanted = _wanted(titles, params)
        for cells in reader:
            if len(cells) != len(titles):
                msg = (
                    f"La ligne {reader.line_num} du fichier de l'INSEE n'a pas toutes les cellules."
                )
                raise ExtractRefused(msg)
            if all(cells[place] in values for place, values in wanted.items()):
                yield {title: cell or None for title, cell in zip(titles, cells, strict=True)}
    except (UnicodeDecodeError, csv.Error):
        msg = "Le fichier de données de l'INSEE n'est pas un CSV lisible en UTF-8."
        raise ExtractRefused(msg) from None


def _wanted(titles: list[str], params: Params) -> dict[int, set[str]]:
    """Return the values to keep, by the place of their column."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for name, value in params:
        if name not in titles:
            msg = f"Le fichier de données de l'INSEE n'a plus de colonne « {name} »."
            raise ExtractRefused(msg)
        wanted[titles.index(name)].add(value)
    return wanted
