"""The Opendatasoft Explore 2.1 protocol: what is announced first, then the rows when they moved.

Here: the two ways to get rows, one CSV export or pages of JSON records, and what each must agree
with. Not here: which data sets are asked for and how they are filtered (``producers``), nor how an
export fails with a 200 (``exports``). Neither way has a length or a validator: the only proof that
rows are all there is the number that the portal announces.
"""

from typing import Any

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.errors import FetchFailed, quoted
from sources.protocols.opendatasoft import exports, records
from sources.protocols.opendatasoft.asked_rows import FILTERS, refuse_other_rows
from sources.tables.asked import announced_query, asked_of
from sources.tables.conformity import conform
from sources.wire.http import Answer, check_status, host_of
from sources.wire.strict_json import strict_json

API = "/api/explore/v2.1/catalog/datasets"
UNITS = {"minute": "minute", "hour": "heure", "day": "jour", "month": "mois"}


class OpendatasoftClient:
    """Fetches and reads data sets under their technical names."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Get the rows, unless the portal announces what it announced last time.

        Raises:
            FetchFailed: The portal did not answer as it should.
        """
        contract = source.contract
        url = f"{contract.portal}{API}/{contract.dataset}"
        answer = context.session.get(url)
        if answer.status == 404 and contract.awaited:
            return Absent(f"{host_of(url)} n'a pas encore publié « {contract.label} ».", url)
        check(answer)
        params = contract.query_for(context.region)
        announced = announced_by(answer.json(), url)
        if FILTERS & {name for name, _ in params}:
            announced["filtered_count"] = records.count(context.session, url, params)
            announced |= announced_query(params)
        if context.still(announced):
            return Unchanged(url)
        if contract.format.kind == "json":
            return records.fetch(source, context, url, params, announced)
        params += [("use_labels", "false"), ("delimiter", contract.format.delimiter)]
        export = context.session.download(
            f"{url}/exports/csv",
            context.scratch / f"{source.id}.csv",
            params=[*params, ("with_bom", "false")],
        )
        part = FetchedPart.from_download(export)
        return Fetched((part,), export.url, announced, export.status, export.headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the rows, once sure that they are all there.

        Raises:
            ExtractRefused: It is a page, it was cut, it is empty, a column is missing, or a row is
                not one that was asked for.
        """
        contract, expected = source.contract, records.expected_rows(extract.announced)
        if contract.format.kind == "json":
            received = records.read(extract.paths, expected)
        else:
            received = exports.read(extract.paths[0], contract.format.delimiter, expected)
        refuse_other_rows(received, asked_of(extract.announced, default=()))
        return conform(contract, received)


def announced_by(metadata: object, url: str) -> dict[str, Any]:
    """Return what tells one state of a data set from another: date of processing, rows.

    ``modified`` is left out: publishers move it, or not, whatever happens to the rows.

    Raises:
        FetchFailed: The metadata do not say it, or are those of another data set.
    """
    match metadata:
        case {"dataset_id": str(other)} if other != (asked := url.rpartition("/")[2]):
            msg = (
                f"{host_of(url)} a décrit un autre jeu de données. Demandé : « {asked} » ; "
                f"reçu : {quoted([other])}."
            )
            raise FetchFailed(msg, permanent=True)
        case {"metas": {"default": {"data_processed": str(date), "records_count": int(rows)}}}:
            return {"data_processed": date, "records_count": rows}
        case _:
            msg = f"{host_of(url)} ne dit plus quand ses données ont été traitées ni leur nombre."
            raise FetchFailed(msg, permanent=True)


def check(answer: Answer) -> None:
    """Refuse any status but a success; a quota says how many calls it allows and until when."""
    try:
        refusal = strict_json(answer.content) if answer.status == 429 else None
    except ValueError:
        refusal = None
    match refusal:
        case {"call_limit": int(calls), "limit_time_unit": str(unit), "reset_time": str(reset)}:
            # The time and not the date: the same cause must say the same every night.
            msg = (
                f"{host_of(answer.url)} refuse d'autres appels pour l'instant : le quota de "
                f"{calls} appels par {UNITS.get(unit, unit)} est atteint, il sera rendu à "
                f"{reset[11:16]} UTC (code 429)."
            )
            raise FetchFailed(msg, permanent=False)
        case _:
            check_status(answer.url, answer.status)
