"""INSEE's catalogue: a contract names a data set, the catalogue says which vintage is current.

Here: the entry of a data set, its newest product, and its vintage. Not here: getting the data
(``client``, ``bulk``). The id of a data set stays the same from one census to the next; the year is
in the id of its products.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Never, TypeGuard

import pyarrow as pa

from sources.client import Extract, FetchContext
from sources.errors import FetchFailed, quoted
from sources.tables.asked import refuse
from sources.tables.conformity import LIKENESS
from sources.tables.writing import with_writing, writing_of
from sources.wire.http import check_status

YEAR_FIRST = re.compile(r"[12][0-9]{3}(?=-)")
YEAR = re.compile(r"_([12][0-9]{3})(?=_|$)")


def catalogue_entry(portal: str, dataset: str, context: FetchContext) -> Mapping[str, Any]:
    """Return what the catalogue says of a data set, ``modified`` included.

    Raises:
        FetchFailed: The data set is not there, or the catalogue has another shape.
    """
    answer = context.session.get(f"{portal}/catalog/{dataset}")
    if answer.status == 500 and answer.headers.get("content-type", "").startswith("text/plain"):
        _refuse_unknown(portal, dataset, context)
    check_status(answer.url, answer.status)
    match entry := answer.json():
        case {"identifier": str(other)} if other != dataset:
            msg = (
                "Le catalogue de l'INSEE a décrit un autre jeu de données. Demandé : "
                f"« {dataset} » ; reçu : {quoted([other])}."
            )
            raise FetchFailed(msg, permanent=True)
        case {"modified": str()} if isinstance(entry, dict):
            return entry
        case _:
            msg = "Le catalogue de l'INSEE ne dit plus quand ce jeu de données a été modifié."
            raise FetchFailed(msg, permanent=True)


def _refuse_unknown(portal: str, dataset: str, context: FetchContext) -> Never:
    """Say what a 500 in plain text means, which the whole catalogue alone can tell."""
    answer = context.session.get(f"{portal}/catalog/all")
    check_status(answer.url, answer.status)
    identifiers = _identifiers(answer.json())
    if dataset in identifiers:
        msg = f"L'INSEE a répondu par une erreur 500 pour « {dataset} », qu'il publie toujours."
        raise FetchFailed(msg, permanent=False)
    close = difflib.get_close_matches(dataset, identifiers, n=1, cutoff=LIKENESS)
    hint = f" ; il semble remplacé par « {close[0]} »" if close else ""
    msg = f"L'INSEE ne publie plus le jeu « {dataset} » (absent du catalogue Melodi){hint}."
    raise FetchFailed(msg, permanent=True)


def _identifiers(catalogue: object) -> list[str]:
    """Return the ids of the catalogue: none of it when it has another shape."""
    entries = catalogue if isinstance(catalogue, list) else []
    values = [entry.get("identifier") for entry in entries if isinstance(entry, dict)]
    identifiers = [value for value in values if isinstance(value, str)]
    if not identifiers:
        msg = "Le catalogue de l'INSEE ne nomme plus aucun jeu de données."
        raise FetchFailed(msg, permanent=True)
    return identifiers


def current_product(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the French CSV product of the newest vintage, though an older one was corrected since.

    Raises:
        FetchFailed: The catalogue gives none.
    """
    products = _products(entry)
    if not products:
        msg = "Le catalogue de l'INSEE ne donne plus de fichier CSV en français de ce jeu."
        raise FetchFailed(msg, permanent=True)
    return max(products, key=lambda product: (vintage_of(product), product["modified"]))


def newest_vintage(entry: Mapping[str, Any]) -> str:
    """Return the newest vintage of the products of a data set, empty when none has a year."""
    return max(map(vintage_of, _products(entry)), default="")


def vintage_of(product: Mapping[str, Any]) -> str:
    """Return the year in the id of a product, the last one when it has several."""
    years: list[str] = YEAR.findall(product["id"])
    return years[-1] if years else ""


def geography_of(entry: Mapping[str, Any]) -> str:
    """Return the year of the official geography of a data set, empty when it is not said."""
    year = YEAR_FIRST.match(str(entry.get("spatialTemporal") or ""))
    return year[0] if year else ""


def refuse_later_periods(announced: Mapping[str, Any], periods: Iterable[str | None]) -> None:
    """Refuse numbers of a year later than the vintage that the catalogue announces.

    Raises:
        ExtractRefused: One is; the message has both.
    """
    vintage = str(announced.get("vintage", ""))
    if later := Counter(period for period in periods if vintage and (period or "")[:4] > vintage):
        refuse(f"le millésime {vintage}", {str(period): n for period, n in later.items()})


def of_vintage(table: pa.Table, extract: Extract) -> pa.Table:
    """Return what was read of an extract, which remembers the vintage that was announced of it."""
    vintage = str(extract.announced.get("vintage", ""))
    return with_writing(table, replace(writing_of(table), vintage=vintage))


def _products(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    products = entry.get("product")
    if not isinstance(products, list):
        return []
    return [product for product in products if _is_french_csv(product)]


def _is_french_csv(product: object) -> TypeGuard[Mapping[str, Any]]:
    match product:
        case {
            "id": str(),
            "modified": str(),
            "accessURL": str(),
            "byteSize": int(),
            "format": "CSV",
            "language": "FR",
        }:
            return True
        case _:
            return False
