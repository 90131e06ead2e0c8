"""What an extract must look like, read from the ``contract.yml`` of each producer's folder.

Here: the models of a contract, their loading, and the matching of a received header with the
landed columns. Not here: reading bytes (``tabular``, the clients), nor judging values: types, keys
and numbers of rows are checked by whoever accepts the extract.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sources.errors import ExtractRefused
from sources.layouts import with_columns

CONTRACT_FILE = "contract.yml"
MASKED = "s.s"
"""How a value masked by statistical secrecy is landed, however its producer wrote it."""

RESERVED_COLUMNS = ("_extract_id", "_line")
"""Columns added at landing; no producer's column may bear these names."""

SEPARATORS = {
    ";": "le point-virgule",
    ",": "la virgule",
    "\t": "la tabulation",
    "|": "la barre verticale",
}

LIKENESS = 0.6
"""Ratio of ``difflib`` from which an unknown header is named as the probable new one."""

ParamValue = str | bool | tuple[str, ...]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMany = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


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
        expected_lag_days: Days between the end of the period and the extract.
        key: Columns that name a row; empty when the extract has no key.
        columns: Landed name to what is known of it, in landed order.
        reading: Column that names the reading, when the producer only ever gives the last one:
            the readings of former extracts are then kept.
        awaited: Whether the portal may not have published it yet: a 404 is then no failure.
        other_columns: Whether columns that the contract does not name are landed or refused.
        masked_as: What a number is replaced by when statistical secrecy masks it.
        missing_as: What a number is replaced by when it is not known: the cell is then empty.
    """

    label: str
    producer: str
    protocol: Literal[
        "opendatasoft", "melodi", "melodi_file", "reference", "france_travail", "depot"
    ]
    portal: str = ""
    dataset: str
    params: Mapping[str, ParamValue] = Field(default_factory=dict)
    geography: OneOrMany = ()
    oauth: OAuth | None = None
    calls_per_minute: int | None = None
    cadence: Literal["annual", "census", "session", "reading"]
    expected_lag_days: int = Field(ge=0)
    format: Format
    key: tuple[str, ...] = ()
    rows: Rows
    reading: str | None = None
    awaited: bool = False
    columns: Mapping[str, Column]
    other_columns: Literal["kept", "refused"]
    masked_as: tuple[str, ...] = ()
    missing_as: tuple[str, ...] = ()

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
        return {name: whole.get(it.type, it.type) for name, it in self.columns.items()}

    def body_for(self, region: str) -> dict[str, ParamValue]:
        """Return the request's parameters for a region, as the values of a JSON body."""
        return {name: _filled(value, region) for name, value in self.params.items()}

    def query_for(self, region: str) -> list[tuple[str, str]]:
        """Return the request's parameters for a region, repeated ones repeated."""
        return [
            (name, str(one))
            for name, value in self.body_for(region).items()
            for one in (value if isinstance(value, tuple) else (value,))
        ]


def _filled(value: ParamValue, region: str) -> ParamValue:
    match value:
        case tuple():
            return tuple(one.replace("{region}", region) for one in value)
        case str():
            return value.replace("{region}", region)
        case _:
            return value


class FolderContract(_Frozen):
    """The whole ``contract.yml`` of a producer's folder."""

    producers: tuple[Producer, ...]
    extracts: Mapping[str, ExtractContract]

    @model_validator(mode="after")
    def _producers_are_declared(self) -> Self:
        known = {producer.id for producer in self.producers}
        if unknown := {extract.producer for extract in self.extracts.values()} - known:
            msg = f"extracts name producers that are not declared: {sorted(unknown)}"
            raise ValueError(msg)
        return self


@cache
def folder_contracts() -> tuple[FolderContract, ...]:
    """Load the contract of every producer's folder, in the order of their names.

    Raises:
        pydantic.ValidationError: A contract is not well formed.
    """
    paths = sorted(Path(__file__).parent.glob(f"*/{CONTRACT_FILE}"))
    return tuple(
        FolderContract.model_validate(
            with_columns(yaml.safe_load(path.read_text("utf-8")), path.parent)
        )
        for path in paths
    )


@cache
def declared_hosts() -> Mapping[str, int | None]:
    """Return the hosts that the contracts name, each with its limit of calls per minute."""
    hosts: dict[str, int | None] = {}
    for contract in (c for folder in folder_contracts() for c in folder.extracts.values()):
        for url in (contract.portal, contract.oauth.token_url if contract.oauth else ""):
            if url:
                hosts[urlsplit(url).hostname or ""] = contract.calls_per_minute
    return hosts


def conform(contract: ExtractContract, received: pa.Table) -> pa.Table:
    """Name the columns of a received table as they are landed.

    Args:
        contract: What the extract must look like.
        received: Text columns under the producer's own titles, which may be repeated.

    Returns:
        Text columns: those of the contract in its order (all null when optional and absent), then
        the others as they came when the contract keeps them. Empty cells are null.

    Raises:
        ExtractRefused: The separator is another, a mandatory column is missing, a title is repeated
            or empty, a column is not in a contract that refuses others, or a telltale column holds
            another value.
    """
    received = _without_blank_columns(received)
    _refuse_other_separator(contract, received.column_names)
    places = _match(contract, received.column_names)
    columns = {
        name: received.column(places[name]) if name in places else _nulls(received.num_rows)
        for name in contract.columns
    }
    columns |= _others(contract, received, taken=set(places.values()))
    table = pa.table(columns)
    _check_telltales(contract, table)
    return table


def _nulls(rows: int) -> pa.Array:
    return pa.nulls(rows, pa.string())


def normal_title(title: str) -> str:
    """Return a title as compared: case, runs of spaces and kinds of apostrophe do not count."""
    return " ".join(title.replace("\u2019", "'").split()).casefold()


def _without_blank_columns(received: pa.Table) -> pa.Table:
    """Drop the columns with neither a title nor a value, which spreadsheets leave behind."""
    blank = [
        place
        for place, title in enumerate(received.column_names)
        if not title.strip() and received.column(place).null_count == received.num_rows
    ]
    return received.select([i for i in range(received.num_columns) if i not in blank])


def _refuse_other_separator(contract: ExtractContract, titles: Sequence[str]) -> None:
    """Refuse a header that is one title to the separator agreed, and several to another."""
    agreed = contract.format.delimiter
    if contract.format.kind != "csv" or len(titles) != 1 or len(contract.columns) == 1:
        return
    for mark, name in SEPARATORS.items():
        if mark != agreed and mark in titles[0]:
            told = SEPARATORS.get(agreed, f"« {agreed} »")
            msg = f"Le séparateur des colonnes convenu est {told} ; celui du fichier est {name}."
            raise ExtractRefused(msg, rule="FDD")


def _match(contract: ExtractContract, titles: Sequence[str]) -> dict[str, int]:
    """Return the place of each contract column that the titles have.

    Some producers give one label to several columns: such titles are read by their places, when all
    the columns are there in the order of the contract.
    """
    if _is_in_order(contract, titles):
        return {name: place for place, name in enumerate(contract.columns)}
    _refuse_unclear_titles(titles)
    known = _names_by_title(contract, titles)
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = known.get(normal_title(title))
        if name in places:
            msg = f"La colonne « {title} » fait double emploi avec « {titles[places[name]]} »."
            raise ExtractRefused(msg)
        if name is not None:
            places[name] = place
    missing = [n for n, c in contract.columns.items() if c.mandatory and n not in places]
    if missing:
        strangers = [t for i, t in enumerate(titles) if i not in places.values()]
        raise ExtractRefused(_missing_message(contract, missing, strangers))
    return places


def _is_in_order(contract: ExtractContract, titles: Sequence[str]) -> bool:
    return len(titles) == len(contract.columns) and all(
        normal_title(title) in known
        for title, known in zip(titles, _normal_titles(contract).values(), strict=True)
    )


def _normal_titles(contract: ExtractContract) -> dict[str, set[str]]:
    return {
        name: {normal_title(alias) for alias in column.header or (name,)}
        for name, column in contract.columns.items()
    }


def _names_by_title(contract: ExtractContract, titles: Sequence[str]) -> dict[str, str]:
    """Return the column that each title is of; a title of several columns is refused if it came."""
    names: dict[str, str] = {}
    shared: dict[str, set[str]] = {}
    for name, known in _normal_titles(contract).items():
        for title in known:
            other = names.setdefault(title, name)
            if other != name:
                shared.setdefault(title, {other}).add(name)
    for title in titles:
        if columns := shared.get(normal_title(title)):
            msg = (
                f"Le titre « {title} » peut être celui de plusieurs colonnes "
                f"({quoted(sorted(columns))}) : demander l'extrait avec ses noms techniques."
            )
            raise ExtractRefused(msg)
    return names


def _refuse_unclear_titles(titles: Sequence[str]) -> None:
    for place, title in enumerate(titles, start=1):
        if not title.strip():
            msg = f"La colonne n° {place} porte des valeurs mais n'a pas de titre."
            raise ExtractRefused(msg)
        if normal_title(title) in RESERVED_COLUMNS:
            msg = f"La colonne « {title} » porte un nom réservé à Vigie."
            raise ExtractRefused(msg)
    repeated = [t for t, times in Counter(map(normal_title, titles)).items() if times > 1]
    if repeated:
        msg = f"Plusieurs colonnes portent le même titre : {quoted(repeated)}."
        raise ExtractRefused(msg)


def _missing_message(
    contract: ExtractContract, missing: Sequence[str], strangers: Sequence[str]
) -> str:
    """Say which columns are missing and, by likeness, which ones probably replaced them."""
    likely = {normal_title(stranger): stranger for stranger in strangers}
    sentences = []
    for name in missing:
        title = (contract.columns[name].header or (name,))[0]
        close = difflib.get_close_matches(normal_title(title), likely, n=1, cutoff=LIKENESS)
        hint = f" ; elle semble remplacée par « {likely[close[0]]} »" if close else ""
        sentences.append(f"La colonne attendue « {title} » est absente{hint}.")
    return " ".join(sentences)


def _others(contract: ExtractContract, received: pa.Table, taken: set[int]) -> dict[str, pa.Array]:
    others = {
        title: received.column(place)
        for place, title in enumerate(received.column_names)
        if place not in taken
    }
    if others and contract.other_columns == "refused":
        msg = f"Le contrat ne prévoit pas ces colonnes : {quoted(others)}."
        raise ExtractRefused(msg)
    landed = {normal_title(name) for name in contract.columns}
    if clash := [title for title in others if normal_title(title) in landed]:
        msg = f"Ces colonnes portent le nom d'une autre colonne du contrat : {quoted(clash)}."
        raise ExtractRefused(msg)
    return others


def _check_telltales(contract: ExtractContract, table: pa.Table) -> None:
    """Refuse an extract that is not the one that was asked for: another session, another year."""
    for name, column in contract.columns.items():
        if not column.only and not column.single:
            continue
        found = [value or "(vide)" for value in pc.unique(table.column(name)).to_pylist()]
        if column.single and len(found) > 1:
            msg = (
                f"La colonne « {name} » doit porter une seule valeur dans tout l'extrait ; elle "
                f"contient {quoted(found)} : plusieurs extraits ont été mêlés."
            )
            raise ExtractRefused(msg, rule="EVA")
        if column.only and (wrong := [value for value in found if value not in column.only]):
            msg = (
                f"La colonne « {name} » contient {quoted(wrong)} alors que cet extrait doit porter "
                f"sur {quoted(column.only)} : ce n'est pas l'extrait attendu."
            )
            raise ExtractRefused(msg, rule="EVA")


def quoted(values: Iterable[str], at_most: int = 5) -> str:
    """Return values between French quotation marks, cut after ``at_most`` of them."""
    listed = [f"« {value[:80]} »" for value in values]
    rest = len(listed) - at_most
    return ", ".join(listed[:at_most]) + (f" et {rest} autre(s)" if rest > 0 else "")
