"""What an extract must look like, read from the ``contract.yml`` of each producer's folder.

Here: the models of a contract and their loading. Not here: reading bytes (``tables.tabular``,
``protocols``), whether what was read has the columns of its contract (``tables.conformity``), nor
judging values: types, keys and numbers of rows are checked by whoever accepts the extract.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from sources.layouts import columns_of, layout_of, with_columns

PRODUCERS = Path(__file__).parent / "producers"
CONTRACT_FILE = "contract.yml"
MASKED = "s.s"
"""How a value masked by statistical secrecy is landed, however its producer wrote it."""

RESERVED_COLUMNS = ("_extract_id", "_line")
"""Columns added at landing; no producer's column may bear these names."""

ParamValue = str | bool | tuple[str, ...]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMany = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class ContractError(ValueError):
    """A contract is not written as it should be; the message says in French where and why."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Producer(_Frozen):
    """Who makes the numbers, and who answers questions about them (``contact``, in French)."""

    id: str
    name: str
    contact: str
    licence: str
    homepage: str


class Column(_Frozen):
    """One landed column.

    Attributes:
        header: Titles under which the producer writes it; its landed name when none is given.
        type: What its cells hold; they are landed as text all the same.
        mandatory: Whether an extract without it is refused.
        filled: Whether each of its cells must hold something.
        only: The values it may take, when it tells which extract this is (a session, a year).
        single: Whether all its cells hold the same value, whichever it is.
    """

    header: OneOrMany = ()
    type: Literal["text", "integer", "decimal", "year"] = "text"
    mandatory: bool = False
    filled: bool = False
    only: OneOrMany = ()
    single: bool = False


class Format(_Frozen):
    """How the extract is written.

    Rows count from 1; titles may span ``header_rows`` of them, under merged cells; ``decimal`` is
    its mark, or marks; ``point_zero`` tells whether its integers may be written ``260.0``, as some
    portals do in columns that have empty cells.
    """

    kind: Literal["csv", "xlsx", "ods", "json"]
    delimiter: str = ";"
    header_row: int = Field(1, ge=1)
    header_rows: int = Field(1, ge=1, le=4)
    sheet: str | None = None
    decimal: Literal[".", ",", ".,"] = "."
    point_zero: bool = False


class Rows(_Frozen):
    """How many data rows an extract may have, bounds included."""

    at_least: int = Field(ge=1)
    at_most: int | None = None


class OAuth(_Frozen):
    """Where a portal gives tokens, and the scope that must be asked for."""

    token_url: str
    scope: str


class ExtractContract(_Frozen):
    """What one source owes us.

    Attributes:
        label: What it is, in French.
        producer: Id of its producer.
        protocol: The client that serves it.
        portal: Base address of the portal; empty when it has none.
        dataset: What is asked for: data set, path or file.
        params: Parameters of the request; ``{region}`` stands for the region that is followed.
        geography: Years of the territories' codes that are known, when the producer dates them.
        oauth: How to be let in, when the portal asks for a token.
        calls_per_minute: The portal's own limit, when it has one.
        cadence: How often a new extract is expected.
        key: Columns that name a row; empty when the extract has no key.
        columns: Landed name to what is known of it, in landed order.
        reading: Column that names the reading, when the producer only ever gives the last one:
            the readings of former extracts are then kept.
        awaited: Whether the portal may not have published it yet: a 404 is then no failure.
        other_columns: Whether columns that the contract does not name are landed or refused.
        masked_as: What a number is replaced by when statistical secrecy masks it.
        missing_as: What a number is replaced by when it is not known: the cell is then empty.
        family: The family that it belongs to, when it is one extract among others of a kind.
    """

    label: str
    producer: str
    protocol: Literal[
        "opendatasoft",
        "opendatasoft_catalogue",
        "melodi",
        "melodi_file",
        "reference",
        "france_travail",
        "france_travail_series",
        "depot",
    ]
    portal: str = ""
    dataset: str
    params: Mapping[str, ParamValue] = Field(default_factory=dict)
    geography: OneOrMany = ()
    oauth: OAuth | None = None
    calls_per_minute: int | None = None
    cadence: Literal["annual", "census", "quarterly", "session", "reading"]
    format: Format
    key: tuple[str, ...] = ()
    rows: Rows
    reading: str | None = None
    awaited: bool = False
    columns: Mapping[str, Column]
    other_columns: Literal["kept", "refused"]
    masked_as: tuple[str, ...] = ()
    missing_as: tuple[str, ...] = ()
    family: str = ""

    @model_validator(mode="after")
    def _key_is_made_of_columns(self) -> Self:
        named = {*self.key, *([self.reading] if self.reading else [])}
        if unknown := named - set(self.columns):
            msg = f"the reading or the key names columns it has not: {sorted(unknown)}"
            raise ValueError(msg)
        return self

    def types(self) -> dict[str, str]:
        """Return the type of each column, ``whole`` for integers that may be written ``260.0``."""
        whole = {"integer": "whole"} if self.format.point_zero else {}
        return {name: whole.get(column.type, column.type) for name, column in self.columns.items()}

    def body_for(self, region: str) -> dict[str, ParamValue]:
        """Return the request's parameters for a region, as the values of a JSON body."""
        return {name: _filled(value, region) for name, value in self.params.items()}

    def query_for(self, region: str) -> list[tuple[str, str]]:
        """Return the request's parameters for a region, repeated ones repeated."""
        return [
            (name, str(value))
            for name, values in self.body_for(region).items()
            for value in (values if isinstance(values, tuple) else (values,))
        ]


def _filled(value: ParamValue, region: str) -> ParamValue:
    match value:
        case tuple():
            return tuple(text.replace("{region}", region) for text in value)
        case str():
            return value.replace("{region}", region)
        case _:
            return value


class Family(_Frozen):
    """Extracts of one kind, one a session, that the catalogue of a portal lists.

    Attributes:
        id: What the ids of its members begin with: ``parcoursup`` for ``parcoursup_2018``.
        label: What they are together, in French.
        catalogue: The source that lists its members.
        table: The table of the columns of its layouts.
        since: What an extract owes us from a session on, as far as it differs from what those of
            before owe; ``{session}`` stands for its own.
    """

    id: str
    label: str
    catalogue: str
    table: Path
    since: Mapping[str, Mapping[str, Any]]

    def contract(self, session: str, dataset: str = "") -> ExtractContract:
        """Return what the extract of a session owes us: what the nearest ones before it do.

        Args:
            session: The session, whether anybody has heard of it or not.
            dataset: Where its catalogue says that it is; the usual name when it is not known.
        """
        first, *later = sorted(self.since)
        declared = dict(self.since[first])
        for begins in later:
            declared |= self.since[begins] if begins <= session else {}
        named = {name: declared[name].format(session=session) for name in ("label", "dataset")}
        columns = columns_of(self.table, layout_of(self.table, session), {"session": session})
        return ExtractContract.model_validate(
            declared
            | named
            | ({"dataset": dataset} if dataset else {})
            | {"columns": columns, "family": self.id}
        )


class FolderContract(_Frozen):
    """The whole ``contract.yml`` of a producer's folder."""

    producers: tuple[Producer, ...]
    families: Mapping[str, Family] = Field(default_factory=dict)
    extracts: Mapping[str, ExtractContract]

    @model_validator(mode="after")
    def _catalogues_are_declared(self) -> Self:
        catalogues = {family.catalogue for family in self.families.values()}
        if undeclared := catalogues - self.extracts.keys():
            msg = f"families name catalogues that are not declared: {sorted(undeclared)}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _producers_are_declared(self) -> Self:
        declared = {producer.id for producer in self.producers}
        if undeclared := {extract.producer for extract in self.extracts.values()} - declared:
            msg = f"extracts name producers that are not declared: {sorted(undeclared)}"
            raise ValueError(msg)
        return self


@cache
def folder_contracts() -> tuple[FolderContract, ...]:
    """Load the contract of every producer's folder, in the order of their names.

    Raises:
        ContractError: A contract is not well formed.
    """
    return tuple(read_contract(path) for path in sorted(PRODUCERS.glob(f"*/{CONTRACT_FILE}")))


def read_contract(path: Path) -> FolderContract:
    """Return what the contract of a producer's folder says.

    Raises:
        ContractError: It is not YAML, or a word of it is unknown, missing or impossible.
    """
    named = f"Le contrat {path.parent.name}/{path.name}"
    try:
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        return FolderContract.model_validate(with_columns(content, path.parent))
    except yaml.YAMLError as error:
        message = f"{named} n'est pas du YAML lisible : {error}"
        raise ContractError(message) from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc']))} : {fault['msg']}".removeprefix(" : ")
            for fault in error.errors(include_url=False)
        ]
        # What is ours in it is in French, under an English name of pydantic's.
        said = " ; ".join(faults).replace("Value error, ", "")
        message = f"{named} est refusé : {said}."
        raise ContractError(message) from None


@cache
def depositing_producers() -> frozenset[str]:
    """Return the ids of the producers who deposit files."""
    return frozenset(
        contract.producer for contract in _extract_contracts() if contract.protocol == "depot"
    )


@cache
def declared_hosts() -> Mapping[str, int | None]:
    """Return the hosts that the contracts name, each with its least limit of calls a minute."""
    hosts: dict[str, list[int]] = defaultdict(list)
    for contract in _extract_contracts():
        for url in (contract.portal, contract.oauth.token_url if contract.oauth else ""):
            if url:
                limit = contract.calls_per_minute
                hosts[urlsplit(url).hostname or ""] += [limit] if limit else []
    return {host: min(limits, default=None) for host, limits in hosts.items()}


def _extract_contracts() -> Iterator[ExtractContract]:
    for folder in folder_contracts():
        yield from folder.extracts.values()
