"""What lies in the inbox: the files that bear a deposit's name, and all the others, told.

Here: which file is read under which name, and a French sentence for each that is not. Not here:
taking a file and which of two counts (``arrivals``), what is in it (``reading``).
"""

import difflib
import heapq
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath

from sources.errors import visible
from sources.tables.plain_text import without_accents

TABULAR = frozenset({"", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".tab", ".txt"})
"""Endings under which a table may come; what it is, its bytes say."""

UNFINISHED = (
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".opdownload",
    ".upload",
    ".tmp",
    ".temp",
    ".swp",
)
"""How the name of a file ends while a browser, a copy or an editor still writes it."""

SYSTEM = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
LIKENESS = 0.75
MOST_TOLD = 200
"""Files that are told one by one; the others are counted."""

LONGEST_NAME = 120
MOST_LIKELY = 3
WORD = re.compile(r"[^\W\d_]+|\d+")
EDGE_SPACES = re.compile(r"^ +| +$")

LINK = "c'est un lien, qui n'est pas suivi : déposer le fichier lui-même."
FOLDER = "c'est un dossier, qui n'est pas ouvert : déposer ses fichiers directement dans la boîte."
SPECIAL = "ce n'est pas un fichier ordinaire."
LOCK = (
    "c'est le verrou d'un tableur : quelqu'un a ce fichier ouvert ; l'enregistrer et le fermer. "
    "Si plus personne ne l'a ouvert, retirer le verrou."
)
BEING_WRITTEN = "copie ou téléchargement en cours : il sera lu sous son nom quand il sera entier."
OF_THE_SYSTEM = "fichier du système, sans effet."
HIDDEN = "fichier caché, souvent une copie en cours : il n'est pas lu."
COMPANION = (
    "ce n'est pas un tableau que Vigie lit : s'il accompagne le dépôt, rien à faire ; s'il porte "
    "les chiffres, les déposer en .xlsx, .ods ou .csv."
)
UNKNOWN = "ce nom ne correspond à aucune source ; « vigie depots liste » dit les noms attendus."


@dataclass(frozen=True)
class StrayFile:
    """Something of the inbox that is not read as a deposit.

    Attributes:
        name: Its name, what cannot be seen in it being named.
        likely: The deposits it seems to be about; none when no name is close.
        reason: Why it is not read and what to do, in French.
    """

    name: str
    likely: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        """Return the sentence that a steward reads."""
        return f"« {self.name} » : {self.reason}"


@dataclass(frozen=True)
class Strays:
    """What the inbox holds beside its deposits: the first of it, and how many more there are."""

    files: tuple[StrayFile, ...] = ()
    untold: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a steward reads of it, a sentence each."""
        more = f"Et {self.untold} autre(s) fichier(s) de la boîte, qui ne sont pas lus."
        return (*map(str, self.files), *([more] if self.untold else []))

    def about(self, dataset: str) -> tuple[StrayFile, ...]:
        """Return those that seem to be about a deposit."""
        return tuple(stray for stray in self.files if stray.likely == (dataset,))


def deposits_named(inbox: Path, dataset: str) -> list[Path]:
    """Return the plain files that are read as a deposit; links are not followed out of the inbox.

    Raises:
        OSError: The inbox cannot be listed.
    """
    if not inbox.is_dir():
        return []
    with os.scandir(inbox) as entries:
        named = [
            Path(entry.path)
            for entry in entries
            if _bears(entry.name, dataset) and entry.is_file(follow_symlinks=False)
        ]
    return sorted(named)


def strays(inbox: Path, datasets: Collection[str]) -> Strays:
    """Return what the inbox holds and nobody reads, tables first; empty when there is no inbox.

    Raises:
        OSError: The inbox cannot be listed.
    """
    if not inbox.is_dir():
        return Strays()
    keys = {dataset: _letters(dataset) for dataset in datasets}
    with os.scandir(inbox) as entries:
        # An inbox may hold anything, and any number of it: only the first are kept.
        beside = (_Entry.of(entry) for entry in entries if not _is_read(entry, keys))
        counted = _Counted(beside)
        first = heapq.nsmallest(MOST_TOLD, counted, key=_Entry.order)
    files = tuple(_stray(entry, keys, inbox) for entry in first)
    return Strays(files, counted.number - len(first))


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: str

    @classmethod
    def of(cls, entry: "os.DirEntry[str]") -> "_Entry":
        if entry.is_symlink():
            return cls(entry.name, LINK)
        if entry.is_dir():
            return cls(entry.name, FOLDER)
        return cls(entry.name, "" if entry.is_file() else SPECIAL)

    def order(self) -> tuple[bool, bool, str]:
        ending = PurePath(self.name).suffix.casefold()
        return self.name.startswith((".", "~")), ending not in TABULAR, self.name


class _Counted:
    """What is gone through, counted on the way."""

    def __init__(self, entries: Iterator[_Entry]) -> None:
        self._entries = entries
        self.number = 0

    def __iter__(self) -> Iterator[_Entry]:
        for entry in self._entries:
            self.number += 1
            yield entry


def _bears(name: str, dataset: str) -> bool:
    stem, ending = os.path.splitext(name)  # noqa: PTH122 thousands of names, none of them a path
    return stem == dataset and ending.casefold() in TABULAR


def _is_read(entry: "os.DirEntry[str]", datasets: Collection[str]) -> bool:
    stem, ending = os.path.splitext(entry.name)  # noqa: PTH122 idem
    is_named = stem in datasets and ending.casefold() in TABULAR
    return is_named and entry.is_file(follow_symlinks=False)


def _stray(entry: _Entry, keys: Mapping[str, str], inbox: Path) -> StrayFile:
    likely = _likely(entry.name, keys)
    name = visible(entry.name[:LONGEST_NAME]) + "…" * (len(entry.name) > LONGEST_NAME)
    name = EDGE_SPACES.sub(lambda spaces: "[U+0020]" * len(spaces[0]), name)
    return StrayFile(name, likely, entry.kind or _reason(entry.name, likely, inbox))


def _reason(name: str, likely: tuple[str, ...], inbox: Path) -> str:
    bare, path = name.casefold(), PurePath(name)
    if (bare.startswith(".~lock.") and bare.endswith("#")) or bare.startswith("~$"):
        return LOCK
    if bare.endswith(UNFINISHED):
        return BEING_WRITTEN
    if bare in SYSTEM or bare.startswith("._"):
        return OF_THE_SYSTEM
    if bare.startswith("."):
        return HIDDEN
    ending = path.suffix.casefold().strip()
    if path.stem in likely and ending not in TABULAR:
        return COMPANION
    return _renaming(likely, ending, inbox)


def _renaming(likely: tuple[str, ...], ending: str, inbox: Path) -> str:
    if not likely:
        return UNKNOWN
    is_table = bool(ending) and ending in TABULAR
    names = [f"{dataset}{ending if is_table else '.xlsx'}" for dataset in likely]
    meant = " ou ".join(f"« {name} »" for name in names)
    seems = f"ce nom n'est pas celui d'un dépôt ; il semble vouloir dire {meant}"
    if not is_table:
        return f"{seems}, mais {COMPANION}"
    if any((inbox / name).exists() for name in names):
        return f"{seems}, qui est déjà là : s'il vaut mieux, le mettre à sa place."
    return f"{seems} : le renommer ainsi pour qu'il soit lu."


def _likely(name: str, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Return the deposits whose name, or all of its words, are in another one, or nearly are it."""
    letters, words = _letters(name), frozenset(_words(name))
    held = {
        dataset: key
        for dataset, key in keys.items()
        if key in letters or words.issuperset(_words(dataset))
    }
    if held:
        longest = [dataset for dataset, key in held.items() if not _is_within(key, held.values())]
        return tuple(longest)[:MOST_LIKELY]
    stem = _letters(PurePath(name).stem)
    scores = {
        dataset: difflib.SequenceMatcher(None, key, stem).ratio() for dataset, key in keys.items()
    }
    best = max(scores.values(), default=0.0)
    return tuple(
        dataset for dataset, score in scores.items() if score >= max(best - 1e-9, LIKENESS)
    )[:MOST_LIKELY]


def _is_within(key: str, others: Iterable[str]) -> bool:
    return any(key != other and key in other for other in others)


def _letters(name: str) -> str:
    """Return a name without case, accents, nor what parts its words."""
    return "".join(_words(name))


@lru_cache(maxsize=512)
def _words(name: str) -> tuple[str, ...]:
    return tuple(WORD.findall(without_accents(name)))
