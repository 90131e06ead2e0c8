"""INSEE's Melodi API: the catalogue entry first, then the observations page by page.

Here: the protocol. Not here: what the catalogue says (``catalogue``), which data set and which
filters (``contract.yml``), nor the limit of 30 calls a minute, which the one HTTP session keeps.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Never

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed, quoted
from sources.protocols.melodi.catalogue import (
    catalogue_entry,
    geography_of,
    newest_vintage,
    of_vintage,
    refuse_later_periods,
)
from sources.protocols.melodi.territories import is_within
from sources.tables.asked import QUERY, announced_query, asked_of, refuse, refuse_others
from sources.tables.conformity import conform
from sources.tables.tabular import read_json, rows_table, single_text
from sources.wire.http import Download, Params

MOST_PAGES = 400
STATUS = "OBS_STATUS"
"""The one attribute that is landed; a new attribute changes nothing, a new dimension does."""

VALUE = "OBS_VALUE"
"""What the one measure of an observation is called, whatever its producer calls it."""

PERIOD = "TIME_PERIOD"
CONTROLS = frozenset({"GEO", "totalCount", "maxResult", "page"})
"""Parameters that are not plain filters on a dimension; GEO has levels and wildcards."""


class MelodiClient:
    """Fetches and reads observations of a Melodi data set."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Get every page, unless the catalogue's ``modified`` is that of the last extract.

        Raises:
            FetchFailed: The portal did not answer as it should.
        """
        contract = source.contract
        params = contract.query_for(context.region)
        entry = catalogue_entry(contract.portal, contract.dataset, context)
        # Another region, or another filter, is another extract of the same data.
        announced = {
            "modified": entry["modified"],
            "vintage": newest_vintage(entry),
            "geography": geography_of(entry),
        } | announced_query(params)
        url = f"{contract.portal}/data/{contract.dataset}"
        if context.still(announced):
            return Unchanged(url)
        pages = list(_pages(url, params, context))
        parts = tuple(map(FetchedPart.from_download, pages))
        return Fetched(parts, pages[0].url, announced, pages[0].status, pages[0].headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the observations of all pages.

        Raises:
            ExtractRefused: Pages are missing, or they are not observations.
        """
        contract, announced = source.contract, extract.announced
        pages = [read_json(path) for path in extract.paths]
        refuse_others("jeu de données", {contract.dataset}, map(_identifier, pages))
        observations = [observation for page in pages for observation in _observations(page)]
        _refuse_missing_rows(pages, len(observations))
        asked = asked_of(announced, default=contract.query_for(""))
        if not observations:
            _refuse_nothing(asked)
        rows = [_row(observation) for observation in observations]
        _refuse_uneven_rows(rows)
        if QUERY in announced:
            _refuse_other_territories(rows, asked)
        refuse_later_periods(announced, (row.get(PERIOD) for row in rows))
        _refuse_other_geography([*contract.geography, announced.get("geography", "")], rows)
        return of_vintage(conform(contract, rows_table(_refilter(rows, asked))), extract)


def _pages(url: str, params: Params, context: FetchContext) -> Iterator[Download]:
    """Yield pages by their number: the ``next`` address of the body is never followed."""
    for number in range(1, MOST_PAGES + 1):
        path = context.scratch / f"page-{number:03}.json"
        yield _page(url, path, [*params, ("page", str(number))], context)
        if not _has_next(path):
            return
    msg = f"L'INSEE envoie plus de {MOST_PAGES} pages : réception arrêtée."
    raise FetchFailed(msg, permanent=True)


def _page(url: str, path: Path, params: Params, context: FetchContext) -> Download:
    """Download a page; on a 400, the filters of the contract are no longer those of INSEE."""
    try:
        return context.session.download(url, path, params=params)
    except FetchFailed as failed:
        if failed.permanent and "erreur 400" in failed.message:
            codes = ", ".join(f"{name}={value}" for name, value in params if name not in CONTROLS)
            msg = (
                f"L'INSEE refuse l'un des codes demandés (code 400) : {codes}. "
                "Comparer le contrat avec /range de ce jeu de données."
            )
            raise FetchFailed(msg, permanent=True) from None
        raise


def _has_next(path: Path) -> bool:
    """Tell whether a page says that another follows; an unreadable one is refused when read."""
    try:
        page = read_json(path)
    except ExtractRefused:
        return False
    match page:
        case {"paging": {"next": str(), **others}}:
            return others.get("isLast") is not True
        case _:
            return False


def _identifier(page: object) -> str | None:
    """Return the data set that a page says it is of, nothing when it does not say."""
    match page:
        case {"identifier": str(identifier)}:
            return identifier
        case _:
            return None


def _refuse_nothing(asked: Params) -> Never:
    """Refuse an answer without any observation: that all its columns lack would say nothing."""
    wanted = " ou ".join(sorted(value for name, value in asked if name == "GEO"))
    msg = f"L'INSEE répond, et n'a aucune observation de ce qui lui est demandé (GEO = {wanted})."
    raise ExtractRefused(msg, rule="RNR")


def _refuse_other_territories(rows: Sequence[Mapping[str, str | None]], asked: Params) -> None:
    """Refuse the whole when one territory is not one of those asked for: which one is right?"""
    wanted = {value for name, value in asked if name == "GEO"}
    came = Counter(row.get("GEO") or "" for row in rows if "GEO" in row)
    if wanted and (others := {geo: n for geo, n in came.items() if not is_within(geo, wanted)}):
        refuse(f"GEO = {' ou '.join(sorted(wanted))}", others)


def _observations(page: object) -> Sequence[Any]:
    match page:
        case {"observations": list(observations)}:
            return observations
        case _:
            msg = "La réponse de l'INSEE n'a pas de liste d'observations."
            raise ExtractRefused(msg)


def _refuse_missing_rows(pages: Sequence[Any], rows: int) -> None:
    """Compare with the count that every page gives, as ``totalCount=TRUE`` asks for it."""
    counts = {_count(page) for page in pages}
    if counts != {str(rows)}:
        announced = " puis ".join(sorted(counts))
        msg = f"L'INSEE annonce {announced} observations et en a envoyé {rows}."
        raise ExtractRefused(msg, rule="RNR")


def _count(page: object) -> str:
    match page:
        case {"paging": {"count": str(count)}}:
            return count[:80]
        case _:
            msg = "La réponse de l'INSEE ne dit pas combien d'observations elle compte."
            raise ExtractRefused(msg, rule="RNR")


def _row(observation: object) -> dict[str, str | None]:
    """Flatten an observation: dimensions, status, and its single measure as ``OBS_VALUE``."""
    match observation:
        case {"dimensions": dict(dimensions), "measures": dict(measures), **others} if (
            _are_codes(dimensions) and len(measures) == 1
        ):
            (measure,) = measures.values()
            return dimensions | {
                STATUS: single_text(STATUS, _members(others.get("attributes")).get(STATUS)),
                VALUE: single_text(VALUE, _members(measure).get("value")),
            }
        case _:
            shown = json.dumps(observation, ensure_ascii=False)[:120]
            msg = f"Une observation de l'INSEE n'a pas ses dimensions et une seule mesure : {shown}"
            raise ExtractRefused(msg)


def _are_codes(dimensions: Mapping[str, object]) -> bool:
    """Tell whether each dimension has a code, and none the name of what is put beside them."""
    return not {STATUS, VALUE} & dimensions.keys() and all(
        isinstance(code, str) and code for code in dimensions.values()
    )


def _members(value: object) -> Mapping[str, object]:
    """Return what a measure or the attributes hold: nothing when they are absent."""
    if not isinstance(value, dict | None):
        msg = "Les attributs ou la mesure d'une observation de l'INSEE n'ont pas la forme attendue."
        raise ExtractRefused(msg)
    return value or {}


def _refuse_uneven_rows(rows: Sequence[Mapping[str, str | None]]) -> None:
    """Refuse observations that do not all have the same dimensions: some would be mistaken."""
    if len({frozenset(row) for row in rows}) > 1:
        names = {name for row in rows for name in row}
        partial = sorted(name for name in names if any(name not in row for row in rows))
        msg = f"Des observations de l'INSEE n'ont pas de {quoted(partial)}, que d'autres ont."
        raise ExtractRefused(msg)


def _refuse_other_geography(
    agreed: Sequence[str], rows: Iterable[Mapping[str, str | None]]
) -> None:
    """Refuse territories of a year that neither the contract nor the catalogue names.

    Communes merge each year: read through the tables of another year, some would be lost unseen.
    """
    years = {(row.get("GEO") or "").partition("-")[0] for row in rows if "GEO" in row}
    named = list(filter(None, dict.fromkeys(agreed)))
    if named and (unknown := sorted(years - set(named))):
        msg = (
            f"L'INSEE donne les territoires dans la géographie de {quoted(unknown)} ; le contrat "
            f"et le catalogue connaissent {quoted(named)}. Vérifier les tables de communes et de "
            "zones d'emploi, puis déclarer cette année dans le contrat (geography)."
        )
        raise ExtractRefused(msg, rule="EVA")


def _refilter(
    rows: Sequence[Mapping[str, str | None]], params: Params
) -> list[Mapping[str, str | None]]:
    """Keep what was asked for: Melodi ignores, without a word, a filter that it does not know.

    A row without the dimension is kept: that the dimension is missing is for the contract to say.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in params:
        if name not in CONTROLS:
            wanted[name].add(value)
    return [
        row
        for row in rows
        if all(name not in row or row[name] in values for name, values in wanted.items())
    ]
