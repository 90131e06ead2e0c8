"""The rules that follow from the contract of an extract: what no suite needs to repeat.

Here: those rules. Not here: the contract itself (``sources``), nor what is wrong with the file as
such (envelope, format, separator), which is refused while it is read, before there is any record to
judge.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from expectations import french
from expectations.suites.sources.record_controls import (
    ColumnsPresent,
    Filled,
    Key,
    Pattern,
    RecordControl,
    RowCount,
)
from expectations.suites.sources.record_entries import RecordRule

TYPES = {
    "integer": ("un nombre entier", r"[+-]?[0-9]+"),
    "whole": ("un nombre entier", r"[+-]?[0-9]+(?:[.]0)?"),
    "decimal": ("un nombre décimal", r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"),
    "year": ("une année à quatre chiffres", r"(?:19|20)[0-9]{2}"),
}
"""What the type of a column is called, and the pattern of its values.

``whole`` is an integer that its producer may also write ``260.0``.
"""

MARKS = {".": ("le point", "[^,]*"), ",": ("la virgule", "[^.]*")}
"""What a decimal mark is called, and the pattern of a value without the other one."""

QUESTION = "Pouvez-vous envoyer de nouveau cet extrait, tel qu'il est convenu ?"


def contract_rules(  # noqa: PLR0913 the contract of an extract, clause by clause
    *,
    columns: Mapping[str, str],
    mandatory: Collection[str],
    key: Sequence[str],
    rows_at_least: int,
    rows_at_most: int | None,
    decimal_mark: str,
    masked: tuple[str, ...] = (),
) -> list[RecordRule]:
    """Return the rules that follow from a contract, in the order they are told.

    Args:
        columns: Type of each column expected: text, integer, decimal or year.
        mandatory: Columns that are filled in every record.
        key: Columns that together tell every record apart; none when the extract has no key.
        rows_at_least: Least number of records.
        rows_at_most: Greatest number of records, if there is one.
        decimal_mark: The mark of decimals, ``.`` or ``,``, or both marks when either may come.
        masked: What is written in place of a number kept secret.

    Raises:
        KeyError: The contract names a type that does not exist.
    """
    return [
        _rule("FLF", "colonnes_convenues", "Les colonnes convenues sont là.", _present(columns)),
        _rule("RNR", "nombre_de_lignes", *_rows(rows_at_least, rows_at_most)),
        *_filled(mandatory),
        *_typed(columns, masked),
        *_marked(columns, decimal_mark, masked),
        *_keyed(key),
    ]


def _rule(
    code: str, name: str, explanation: str, control: RecordControl, excused: tuple[str, ...] = ()
) -> RecordRule:
    return RecordRule(
        code=code,
        name=name,
        control=control,
        excused=excused,
        explanation=explanation,
        question=QUESTION,
    )


def _present(columns: Mapping[str, str]) -> RecordControl:
    return ColumnsPresent(columns=tuple(columns))


def _rows(at_least: int, at_most: int | None) -> tuple[str, RecordControl]:
    expected = f"au moins {french.number(at_least)}"
    if at_most is not None:
        expected = f"entre {french.number(at_least)} et {french.number(at_most)}"
    explanation = f"Le nombre de lignes est celui qui est attendu : {expected}."
    return explanation, RowCount(at_least=at_least, at_most=at_most)


def _filled(mandatory: Collection[str]) -> Iterator[RecordRule]:
    if mandatory:
        explanation = "Les colonnes obligatoires sont remplies."
        yield _rule("FDM", "colonnes_remplies", explanation, Filled(columns=tuple(mandatory)))


def _typed(columns: Mapping[str, str], masked: tuple[str, ...]) -> Iterator[RecordRule]:
    kinds = dict.fromkeys(kind for kind in columns.values() if kind != "text")
    for kind in kinds:
        called, pattern = TYPES[kind]
        control = Pattern(columns=_of_type(columns, kind), expression=pattern)
        excused = () if kind == "year" else masked
        yield _rule("FDT", f"type_{kind}", f"Chaque valeur est {called}.", control, excused)


def _marked(
    columns: Mapping[str, str], decimal_mark: str, masked: tuple[str, ...]
) -> Iterator[RecordRule]:
    decimals = _of_type(columns, "decimal")
    if decimals and decimal_mark in MARKS:
        called, pattern = MARKS[decimal_mark]
        explanation = f"La marque décimale convenue est {called}."
        control = Pattern(columns=decimals, expression=pattern)
        yield _rule("DES", "marque_decimale", explanation, control, masked)


def _keyed(key: Sequence[str]) -> Iterator[RecordRule]:
    if key:
        explanation = f"Aucune clé n'est en double ({', '.join(key)})."
        yield _rule("RWD", "cle_unique", explanation, Key(columns=tuple(key)))


def _of_type(columns: Mapping[str, str], kind: str) -> tuple[str, ...]:
    return tuple(name for name, its_kind in columns.items() if its_kind == kind)
