"""What an extract is beside what its cells say: order of columns, separator, encoding, lines.

Here: keeping it with the table that was read of the extract, in the metadata of its schema, so that
two extracts can be compared. Not here: what changed (``extract_changes``), nor what is refused
(``tabular``, ``conformity``). It follows a table as it is read, and is not landed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

SEPARATORS = {
    ";": "le point-virgule",
    ",": "la virgule",
    "\t": "la tabulation",
    "|": "la barre verticale",
}

_KEY = b"vigie.writing"


@dataclass(frozen=True)
class Writing:
    """How an extract was written; what is not known, or has no meaning for it, is empty.

    Attributes:
        columns: The landed names of its columns, in the order in which they came.
        separator: What parts its columns.
        encoding: The encoding of its text, as a steward reads it.
        vintage: Which vintage its producer says it is.
        lines: The line of each of its rows, as whoever wrote the file sees it.
    """

    columns: tuple[str, ...] = ()
    separator: str = ""
    encoding: str = ""
    vintage: str = ""
    lines: tuple[int, ...] = ()


def with_writing(table: pa.Table, writing: Writing) -> pa.Table:
    """Return a table that remembers how its extract was written."""
    return table.replace_schema_metadata({_KEY: json.dumps(asdict(writing))})


def writing_of(table: pa.Table) -> Writing:
    """Return how the extract of a table was written; a table that does not say knows nothing."""
    metadata = (table.schema.metadata or {}).get(_KEY)
    if metadata is None:
        return Writing()
    fields = json.loads(metadata)
    sequences = {name: tuple(fields[name]) for name in ("columns", "lines")}
    return Writing(**{**fields, **sequences})


def other_separator(titles: Sequence[str], agreed: str) -> str | None:
    """Say that a header is one title to the separator agreed, and several to another."""
    if len(titles) != 1:
        return None
    for mark, name in SEPARATORS.items():
        if mark != agreed and mark in titles[0]:
            usual = SEPARATORS.get(agreed, f"« {agreed} »")
            return f"Le séparateur des colonnes convenu est {usual} ; celui du fichier est {name}."
    return None
