"""What changed in the shape of a source between two extracts, in words a steward understands.

Here: pure comparison of two tables of text under their landed names, and of how their extracts were
written (``writing``). Not here: whether an extract is accepted (``collect``, the contract), nor
movements of the figures themselves. The order of the rows never counts.

What it cannot see:

- a change that the contract refuses (a mandatory column gone, another separator): the extract does
  not come this far, and its refusal says why;
- a column that the contract renames: a new title among those it knows is read as the same column;
- columns without any value, and the order of columns where it has no meaning (JSON);
- an encoding when the text is plain ASCII, and a separator or an encoding where only one is agreed;
- a vintage that its producer does not announce beside the data;
- a change of unit that is none of ``SCALES``, or of a part of the rows only; letters that another
  encoding garbled, unless they are those of a code list; codes in a column of numbers;
- a column renamed whose name and content both changed much: it is one gone and one added;
- anything older than the extract in use: what goes away and comes back is told twice.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from sources.contract import ExtractContract
from sources.errors import quoted
from sources.tables.plain_text import without_accents
from sources.tables.writing import SEPARATORS, Writing, writing_of

LIKENESS = 0.6
"""Mean of the likenesses of name and content from which a column is said to be renamed."""

CODE_LIST = 500
"""Distinct values up to which a column of text is a code list, if they are repeated."""

REPEATS = 5
"""Rows a value must have on average for its column to be a code list."""

SCALES = (0.001, 0.01, 100.0, 1000.0)
SCALE_TOLERANCE = 0.2
ROWS_LOST = 0.05


class ChangeSeverity(StrEnum):
    """What a drift asks of the steward."""

    TO_KNOW = "à savoir"
    TO_CHECK = "à vérifier"
    SERIOUS = "grave"


class ChangeKind(StrEnum):
    """What changed."""

    ADDED = "colonne ajoutée"
    GONE = "colonne disparue"
    RENAMED = "colonne renommée"
    MOVED = "colonnes déplacées"
    RETYPED = "type changé"
    RESCALED = "unité changée"
    RESPELLED = "libellé réécrit"
    CODES_ADDED = "codes ajoutés"
    CODES_GONE = "codes disparus"
    ZEROS_LOST = "zéros de tête perdus"
    KEY_REPEATED = "clé en double"
    DECIMAL_MARK = "marque décimale changée"
    SEPARATOR = "séparateur changé"
    ENCODING = "encodage changé"
    VINTAGE = "millésime changé"
    ROWS_LOST = "lignes perdues"


SEVERITY = {
    ChangeKind.ADDED: ChangeSeverity.TO_KNOW,
    ChangeKind.GONE: ChangeSeverity.TO_CHECK,
    ChangeKind.RENAMED: ChangeSeverity.TO_CHECK,
    ChangeKind.MOVED: ChangeSeverity.TO_KNOW,
    ChangeKind.RETYPED: ChangeSeverity.SERIOUS,
    ChangeKind.RESCALED: ChangeSeverity.SERIOUS,
    ChangeKind.RESPELLED: ChangeSeverity.TO_CHECK,
    ChangeKind.CODES_ADDED: ChangeSeverity.TO_KNOW,
    ChangeKind.CODES_GONE: ChangeSeverity.TO_CHECK,
    ChangeKind.ZEROS_LOST: ChangeSeverity.SERIOUS,
    ChangeKind.KEY_REPEATED: ChangeSeverity.SERIOUS,
    ChangeKind.DECIMAL_MARK: ChangeSeverity.TO_CHECK,
    ChangeKind.SEPARATOR: ChangeSeverity.TO_KNOW,
    ChangeKind.ENCODING: ChangeSeverity.TO_CHECK,
    ChangeKind.VINTAGE: ChangeSeverity.TO_CHECK,
    ChangeKind.ROWS_LOST: ChangeSeverity.SERIOUS,
}


@dataclass(frozen=True)
class Drift:
    """One thing that changed; ``column`` is empty when it is about the whole extract."""

    kind: ChangeKind
    column: str
    sentence: str

    @property
    def severity(self) -> ChangeSeverity:
        """What it asks of the steward."""
        return SEVERITY[self.kind]

    @property
    def marked_sentence(self) -> str:
        """The sentence, after what it asks of the steward."""
        return f"[{self.severity}] {self.sentence}"


@dataclass(frozen=True)
class _Column:
    """A column as compared; what is dear to know of it is only found out when it is asked."""

    name: str
    cells: pa.ChunkedArray

    @property
    def quoted_name(self) -> str:
        return quoted([self.name])

    @cached_property
    def _encoded(self) -> pa.DictionaryArray:
        return self.cells.combine_chunks().dictionary_encode()

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(self._encoded.dictionary.to_pylist())

    @cached_property
    def _numbers(self) -> pa.Array | None:
        try:
            return pc.cast(pc.replace_substring(self._encoded.dictionary, ",", "."), pa.float64())
        except pa.ArrowInvalid:
            return None

    @property
    def is_of_numbers(self) -> bool:
        return self._numbers is not None

    @cached_property
    def median(self) -> float | None:
        if self._numbers is None:
            return None
        numbers = self._numbers.take(self._encoded.indices)
        median: float | None = pc.quantile(numbers, 0.5)[0].as_py()
        return median

    @property
    def mark(self) -> str:
        return next((mark for mark in ".," if any(mark in cell for cell in self.values)), "")

    @property
    def is_code_list(self) -> bool:
        return len(self.values) <= min(CODE_LIST, len(self.cells) // REPEATS)


def drifts(contract: ExtractContract, previous: pa.Table, received: pa.Table) -> list[Drift]:
    """Compare an extract with the last accepted one.

    Args:
        contract: What the extracts must look like; only its key is used.
        previous: Text columns of the last accepted extract, under their landed names.
        received: Those of the received one. A column without any value counts as absent.

    Returns:
        What changed, the gravest first; none when the rows are the same in another order.
    """
    before, after = _columns(previous), _columns(received)
    renamed = _renamed(before, after)
    pairs = {name: name for name in before if name in after} | renamed
    changes = list(_shape(before, after, renamed))
    changes += _writing(writing_of(previous), writing_of(received))
    for old, new in pairs.items():
        changes += _content(before[old], after[new])
    changes += _rows(contract, previous, received)
    return sorted(
        changes, key=lambda drift: list(ChangeSeverity).index(drift.severity), reverse=True
    )


def _columns(table: pa.Table) -> dict[str, _Column]:
    """Return the columns that hold something, as they came when the table remembers it."""
    return {
        name: _Column(name, table.column(name))
        for name in writing_of(table).columns or table.column_names
        if not name.startswith("_") and table.column(name).null_count < table.num_rows
    }


def _renamed(before: dict[str, _Column], after: dict[str, _Column]) -> dict[str, str]:
    """Pair columns gone with columns added, the most alike first."""
    scores = sorted(
        (
            (_likeness(old, new), old.name, new.name)
            for old in before.values()
            if old.name not in after
            for new in after.values()
            if new.name not in before
        ),
        reverse=True,
    )
    pairs: dict[str, str] = {}
    for score, old, new in scores:
        if score >= LIKENESS and old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs


def _likeness(old: _Column, new: _Column) -> float:
    name = difflib.SequenceMatcher(None, old.name.casefold(), new.name.casefold()).ratio()
    content = len(old.values & new.values) / len(old.values | new.values)
    return (name + content) / 2


def _shape(
    before: dict[str, _Column], after: dict[str, _Column], renamed: dict[str, str]
) -> Iterator[Drift]:
    for old, new in renamed.items():
        sentence = f"La colonne {quoted([old])} semble renommée en {quoted([new])}."
        yield Drift(ChangeKind.RENAMED, old, sentence)
    for name in before:
        if name not in after and name not in renamed:
            yield Drift(
                ChangeKind.GONE,
                name,
                f"La colonne {quoted([name])} a disparu ou n'a plus de valeur.",
            )
    for name in after:
        if name not in before and name not in renamed.values():
            yield Drift(ChangeKind.ADDED, name, f"La colonne {quoted([name])} est nouvelle.")
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield Drift(ChangeKind.MOVED, "", "Les colonnes ne sont plus dans le même ordre.")


def _writing(before: Writing, after: Writing) -> Iterator[Drift]:
    """Compare what both extracts tell of how they were written."""
    if before.separator and after.separator and before.separator != after.separator:
        was, now = SEPARATORS[before.separator], SEPARATORS[after.separator]
        sentence = f"Le séparateur des colonnes était {was} ; c'est maintenant {now}."
        yield Drift(ChangeKind.SEPARATOR, "", sentence)
    if before.encoding and after.encoding and before.encoding != after.encoding:
        sentence = f"Le texte était en {before.encoding} ; il est maintenant en {after.encoding}."
        yield Drift(ChangeKind.ENCODING, "", sentence)
    if before.vintage and after.vintage and before.vintage != after.vintage:
        was, now = quoted([before.vintage]), quoted([after.vintage])
        yield Drift(
            ChangeKind.VINTAGE, "", f"Le millésime annoncé était {was} ; c'est maintenant {now}."
        )


def _content(old: _Column, new: _Column) -> Iterator[Drift]:
    """Say the first explanation that holds: the others would repeat it."""
    if old.values == new.values:
        return
    explanations: tuple[Callable[[_Column, _Column], list[Drift]], ...] = (
        _zeros_lost,
        _retyped,
        _rewritten_numbers,
        _codes,
    )
    for explain in explanations:
        if changes := explain(old, new):
            yield from changes
            return


def _zeros_lost(old: _Column, new: _Column) -> list[Drift]:
    padded = {
        code for code in old.values if code.startswith("0") and len(code) > 1 and code.isdecimal()
    }
    lost = sorted(code for code in padded - new.values if _unpadded(code) in new.values)
    if not lost or padded & new.values:
        return []
    example = lost[0]
    sentence = (
        f"La colonne {new.quoted_name} a perdu ses zéros de tête : {quoted([example])} est devenu "
        f"{quoted([_unpadded(example)])}."
    )
    return [Drift(ChangeKind.ZEROS_LOST, new.name, sentence)]


def _unpadded(code: str) -> str:
    return code.lstrip("0") or "0"


def _retyped(old: _Column, new: _Column) -> list[Drift]:
    if old.is_of_numbers == new.is_of_numbers:
        return []
    contents = ("des nombres", "du texte")
    was, now = contents if old.is_of_numbers else contents[::-1]
    sentence = f"La colonne {new.quoted_name} contenait {was} et contient maintenant {now}."
    return [Drift(ChangeKind.RETYPED, new.name, sentence)]


def _rewritten_numbers(old: _Column, new: _Column) -> list[Drift]:
    if not old.is_of_numbers:
        return []
    changes = []
    if old.mark and new.mark and old.mark != new.mark:
        sentence = (
            f"La marque décimale de {new.quoted_name} est passée "
            f"de « {old.mark} » à « {new.mark} »."
        )
        changes.append(Drift(ChangeKind.DECIMAL_MARK, new.name, sentence))
    if scale := _scale(old.median, new.median):
        rescaled = f"multipliée par {scale:g}" if scale > 1 else f"divisée par {1 / scale:g}"
        sentence = (
            f"La médiane de {new.quoted_name} est {rescaled} : son unité semble avoir changé."
        )
        changes.append(Drift(ChangeKind.RESCALED, new.name, sentence))
    return changes


def _scale(was: float | None, now: float | None) -> float | None:
    if not was or not now:
        return None
    return next((scale for scale in SCALES if abs(now / was / scale - 1) <= SCALE_TOLERANCE), None)


def _codes(old: _Column, new: _Column) -> list[Drift]:
    if old.is_of_numbers or not (old.is_code_list and new.is_code_list):
        return []
    gone, come = old.values - new.values, new.values - old.values
    likely = {_skeleton(code): code for code in come}
    respelled = {
        code: likely[_skeleton(code)] for code in sorted(gone) if _skeleton(code) in likely
    }
    changes = []
    if respelled:
        respellings = ", ".join(
            f"{quoted([was])} → {quoted([now])}" for was, now in list(respelled.items())[:5]
        )
        sentence = f"{new.quoted_name} : libellé réécrit, {respellings}."
        changes.append(Drift(ChangeKind.RESPELLED, new.name, sentence))
    if missing := sorted(gone - respelled.keys()):
        sentence = f"{new.quoted_name} n'a plus : {quoted(missing)}."
        changes.append(Drift(ChangeKind.CODES_GONE, new.name, sentence))
    if added := sorted(come - set(respelled.values())):
        sentence = f"{new.quoted_name} a de nouveaux codes : {quoted(added)}."
        changes.append(Drift(ChangeKind.CODES_ADDED, new.name, sentence))
    return changes


def _skeleton(text: str) -> str:
    """Return the letters and digits of a label, without accents nor case."""
    return "".join(filter(str.isalnum, without_accents(text)))


def _rows(contract: ExtractContract, previous: pa.Table, received: pa.Table) -> Iterator[Drift]:
    lost = previous.num_rows - received.num_rows
    if lost > ROWS_LOST * previous.num_rows:
        lines = "ligne" if lost == 1 else "lignes"
        sentence = f"L'extrait a perdu {lost} {lines} sur {previous.num_rows}."
        yield Drift(ChangeKind.ROWS_LOST, "", sentence)
    repeated = _repeated(contract, received) - _repeated(contract, previous)
    if repeated > 0:
        more = "ligne de plus répète" if repeated == 1 else "lignes de plus répètent"
        sentence = f"{repeated} {more} la clé {quoted(contract.key)}."
        yield Drift(ChangeKind.KEY_REPEATED, "", sentence)


def _repeated(contract: ExtractContract, table: pa.Table) -> int:
    """Return how many rows have the key of another one."""
    if not contract.key or not set(contract.key) <= set(table.column_names):
        return 0
    distinct: int = table.group_by(list(contract.key)).aggregate([]).num_rows
    return int(table.num_rows) - distinct
