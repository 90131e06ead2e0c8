"""Whether what was read has the columns of its contract, and under which names it is landed.

Here: the matching of a received header with the landed columns, and the columns that tell that this
is another extract. Not here: the contract itself (``contract``), nor what cells hold: types, keys
and numbers of rows are checked by whoever accepts the extract. The matching stops at the first
thing that is wrong; a partner hears of all of them (``protocols.depots.titles``).
"""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from sources.contract import RESERVED_COLUMNS, ExtractContract
from sources.errors import ExtractRefused, quoted, visible
from sources.tables.plain_text import folded
from sources.tables.writing import Writing, other_separator, with_writing

LIKENESS = 0.6
"""Ratio of ``difflib`` from which an unknown header is named as the probable new one."""


def conform(contract: ExtractContract, received: pa.Table) -> pa.Table:
    """Name the columns of a received table as they are landed.

    Args:
        contract: What the extract must look like.
        received: Text columns under the producer's own titles, which may be repeated.

    Returns:
        Text columns: those of the contract in its order (all null when optional and absent), then
        the others as they came when the contract keeps them. Empty cells are null. The table
        remembers the order in which the columns came.

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
    columns |= _other_columns(contract, received, taken=set(places.values()))
    table = pa.table(columns)
    _check_telltales(contract, table)
    return with_writing(table, Writing(_received_order(contract, received, places)))


def _received_order(
    contract: ExtractContract, received: pa.Table, places: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the landed names as they came; the members of a JSON object are in no order."""
    if contract.format.kind == "json":
        return ()
    names = {place: name for name, place in places.items()}
    return tuple(names.get(place, title) for place, title in enumerate(received.column_names))


def _nulls(rows: int) -> pa.Array:
    return pa.nulls(rows, pa.string())


def _without_blank_columns(received: pa.Table) -> pa.Table:
    """Drop the columns with neither a title nor a value, which spreadsheets leave behind."""
    blank = [
        place
        for place, title in enumerate(received.column_names)
        if not folded(title) and received.column(place).null_count == received.num_rows
    ]
    return received.select([place for place in range(received.num_columns) if place not in blank])


def _refuse_other_separator(contract: ExtractContract, titles: Sequence[str]) -> None:
    if contract.format.kind != "csv" or len(contract.columns) == 1:
        return
    if msg := other_separator(titles, contract.format.delimiter):
        raise ExtractRefused(msg, rule="FDD")


def _match(contract: ExtractContract, titles: Sequence[str]) -> dict[str, int]:
    """Return the place of each contract column that the titles have.

    Some producers give one label to several columns: such titles are read by their places, when all
    the columns are there in the order of the contract.
    """
    if _is_in_order(contract, titles):
        return {name: place for place, name in enumerate(contract.columns)}
    _refuse_unclear_titles(titles)
    names_by_title = _names_by_title(contract, titles)
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = names_by_title.get(folded(title))
        if name in places:
            same = titles[places[name]]
            msg = f"La colonne « {visible(title)} » fait double emploi avec « {visible(same)} »."
            raise ExtractRefused(msg)
        if name is not None:
            places[name] = place
    missing = [
        name for name, column in contract.columns.items() if column.mandatory and name not in places
    ]
    if missing:
        strangers = [title for place, title in enumerate(titles) if place not in places.values()]
        raise ExtractRefused(_missing_message(contract, missing, strangers))
    return places


def _is_in_order(contract: ExtractContract, titles: Sequence[str]) -> bool:
    return len(titles) == len(contract.columns) and all(
        folded(title) in aliases
        for title, aliases in zip(titles, _foldeds(contract).values(), strict=True)
    )


def _foldeds(contract: ExtractContract) -> dict[str, set[str]]:
    return {
        name: {folded(alias) for alias in column.header or (name,)}
        for name, column in contract.columns.items()
    }


def _names_by_title(contract: ExtractContract, titles: Sequence[str]) -> dict[str, str]:
    """Return the column that each title is of; a title of several columns is refused if it came."""
    names: dict[str, str] = {}
    shared: dict[str, set[str]] = {}
    for name, aliases in _foldeds(contract).items():
        for title in aliases:
            other = names.setdefault(title, name)
            if other != name:
                shared.setdefault(title, {other}).add(name)
    for title in titles:
        if columns := shared.get(folded(title)):
            msg = (
                f"Le titre « {visible(title)} » peut être celui de plusieurs colonnes "
                f"({quoted(sorted(columns))}) : demander l'extrait avec ses noms techniques."
            )
            raise ExtractRefused(msg)
    return names


def _refuse_unclear_titles(titles: Sequence[str]) -> None:
    for place, title in enumerate(titles, start=1):
        if not folded(title):
            msg = f"La colonne n° {place} porte des valeurs mais n'a pas de titre."
            raise ExtractRefused(msg)
        if folded(title) in RESERVED_COLUMNS:
            msg = f"La colonne « {visible(title)} » porte un nom réservé à Vigie."
            raise ExtractRefused(msg)
    counts = Counter(map(folded, titles))
    repeated = [title for title, times in counts.items() if times > 1]
    if repeated:
        msg = f"Plusieurs colonnes portent le même titre : {quoted(repeated)}."
        raise ExtractRefused(msg)


def _missing_message(
    contract: ExtractContract, missing: Sequence[str], strangers: Sequence[str]
) -> str:
    """Say which columns are missing and, by likeness, which ones probably replaced them."""
    likely = {folded(stranger): stranger for stranger in strangers}
    sentences = []
    for name in missing:
        title = (contract.columns[name].header or (name,))[0]
        close = difflib.get_close_matches(folded(title), likely, n=1, cutoff=LIKENESS)
        hint = f" ; elle semble remplacée par « {visible(likely[close[0]])} »" if close else ""
        sentences.append(f"La colonne attendue « {title} » est absente{hint}.")
    return " ".join(sentences)


def _other_columns(
    contract: ExtractContract, received: pa.Table, taken: set[int]
) -> dict[str, pa.Array]:
    others = {
        title: received.column(place)
        for place, title in enumerate(received.column_names)
        if place not in taken
    }
    if others and contract.other_columns == "refused":
        msg = f"Le contrat ne prévoit pas ces colonnes : {quoted(others)}."
        raise ExtractRefused(msg)
    landed = {folded(name) for name in contract.columns}
    if clash := [title for title in others if folded(title) in landed]:
        msg = f"Ces colonnes portent le nom d'une autre colonne du contrat : {quoted(clash)}."
        raise ExtractRefused(msg)
    return others


def _check_telltales(contract: ExtractContract, table: pa.Table) -> None:
    """Refuse an extract that is not the one that was asked for: another session, another year."""
    for name, column in contract.columns.items():
        if not column.only and not column.single:
            continue
        values = [value or "(vide)" for value in pc.unique(table.column(name)).to_pylist()]
        if column.single and not column.only and len(values) > 1:
            msg = (
                f"La colonne « {name} » doit porter une seule valeur dans tout l'extrait ; elle "
                f"contient {quoted(values)} : plusieurs extraits ont été mêlés."
            )
            raise ExtractRefused(msg, rule="EVA")
        if column.only and (wrong := [value for value in values if value not in column.only]):
            msg = (
                f"La colonne « {name} » contient {quoted(wrong)} alors que cet extrait doit porter "
                f"sur {quoted(column.only)} : ce n'est pas l'extrait attendu."
            )
            raise ExtractRefused(msg, rule="EVA")
