"""Who receives which mails: everybody that a setting lists, or what each line of a table asks for.

Here: reading the table, and what is said of one that cannot be followed. Not here: what mails say
(``reporting``, ``alarms``, ``deposits``), sending them (``outbox``).

The table is a CSV that any spreadsheet writes, read again at each use: it changes without a
restart. One reader a line: ``adresse;fiches;reçoit;même au calme``.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NoReturn

import yaml

from expectations import french
from expectations.cells.spellings import without_accents
from orchestration.settings.folders import DBT_PROJECT
from orchestration.settings.mail_addresses import MAX_RECIPIENTS, addresses_in
from orchestration.settings.settings import Settings
from sources.errors import visible

SEPARATOR = ";"
COMMENT = "#"
ADDRESS, FICHES, RECEIVES, QUIET = "adresse", "fiches", "recoit", "meme au calme"
NEEDED = (ADDRESS, FICHES, RECEIVES)
WRITTEN = "adresse;fiches;reçoit;même au calme"
YES_OR_NO = {"oui": True, "non": False}
LONGEST_TABLE = 100_000
SEEMS_ADDRESS = re.compile(r"[^\s;,<>\"']+@[^\s;,<>\"']+")


class MailTableError(ValueError):
    """The table cannot be followed; the message, in French, says which line, why, what to do."""


class MailContent(StrEnum):
    """What a reader can ask for, in the words of the table, without accents."""

    REPORT = "rapport"
    RECEIPTS = "accuses"
    FAILURES = "pannes"


RECEIVED = "rapport, accusés ou pannes"


@dataclass(frozen=True)
class MailReader:
    """Who receives mails.

    Attributes:
        addresses: One address, or all those of the setting, separated by commas.
        receives: Which mails.
        fiches: The fiches that are followed, or what stands for several (``2.*``).
        is_told_of_quiet: Whether the report comes when it has nothing to say of these fiches.
    """

    addresses: str
    receives: frozenset[MailContent]
    fiches: tuple[str, ...] = ("*",)
    is_told_of_quiet: bool = True

    def follows(self, fiche: str) -> bool:
        """Tell whether a fiche is followed."""
        return any(fnmatchcase(fiche, followed) for followed in self.fiches)


def mail_readers(settings: Settings) -> tuple[MailReader, ...]:
    """Return who receives which mails.

    Raises:
        MailTableError: The setting names a table, which cannot be followed.
    """
    if settings.mail_table is None:
        both = frozenset({MailContent.REPORT, MailContent.FAILURES})
        return (MailReader(settings.mail_to, both),)
    readers = tuple(_read(settings.mail_table, frozenset(declared_fiches().values())))
    if not any(MailContent.FAILURES in reader.receives for reader in readers):
        raise MailTableError(
            f"{visible(str(settings.mail_table))} : personne n'y reçoit les pannes, et une nuit "
            "qui échoue ne serait dite à personne. Écrire « pannes » à une ligne au moins, dans "
            "la colonne « reçoit »."
        )
    return readers


def failure_addresses(settings: Settings) -> str:
    """Return who is told of failures: of a table that cannot be followed, all whom it names."""
    try:
        readers = mail_readers(settings)
    except MailTableError:
        return _named(settings)
    return addresses_of(each for each in readers if MailContent.FAILURES in each.receives)


def receipt_addresses(settings: Settings) -> str:
    """Return who is sent a copy of receipts; nobody while the table cannot be followed.

    No deposit is left unread for it: the report of the same night says what is wrong.
    """
    try:
        readers = mail_readers(settings)
    except MailTableError:
        return ""
    return addresses_of(each for each in readers if MailContent.RECEIPTS in each.receives)


def addresses_of(readers: Iterable[MailReader]) -> str:
    """Return the addresses of some readers, as the header of a mail has them."""
    return ", ".join(reader.addresses for reader in readers)


@cache
def declared_fiches() -> Mapping[str, str]:
    """Return the fiche of each indicator, as it is declared beside its model."""
    models = (DBT_PROJECT / "models" / "indicators").rglob("*.yml")
    contents = (yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in models)
    return {
        str(model["name"]): str(model["config"]["meta"]["vigie"]["fiche"])
        for content in contents
        for model in content["models"]
    }


def _named(settings: Settings) -> str:
    """Return what looks like an address in a table; the sender, who exists, when nothing does."""
    try:
        found = SEEMS_ADDRESS.findall(_text_of(settings.mail_table)) if settings.mail_table else []
    except MailTableError:
        found = []
    whole = [address for address in dict.fromkeys(found) if _address_in(address)]
    return ", ".join(whole[:MAX_RECIPIENTS]) or settings.mail_from


def _made_readable(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Donner au compte de la station le droit de la lire (« chgrp », « chmod g+r »)"
    return f"La créer, première ligne « {WRITTEN} »"


def _text_of(table: Path) -> str:
    try:
        content = table.read_bytes()[:LONGEST_TABLE]
    except OSError as error:
        raise MailTableError(
            f"VIGIE_MAIL_TO nomme la table {visible(str(table))}, qui ne peut pas être lue "
            f"({error.strerror}). {_made_readable(error)}, ou écrire des adresses séparées par "
            "des virgules."
        ) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel calls « CSV », without more, in France.
        return content.decode("cp1252", errors="replace")


def _read(table: Path, fiches: Collection[str]) -> Iterator[MailReader]:
    text = _text_of(table)
    if table.stat().st_size > LONGEST_TABLE:
        raise MailTableError(
            f"{visible(str(table))} : une table de {french.number(LONGEST_TABLE)} octets au plus. "
            "Retirer des commentaires, ou donner l'adresse d'une liste."
        )
    lines = csv.reader(text.splitlines(), delimiter=SEPARATOR)
    columns: Sequence[str] = ()
    lines_of: dict[str, int] = {}
    for cells in lines:
        where = f"{visible(str(table))}, ligne {lines.line_num}"
        if not any(map(str.strip, cells)) or cells[0].lstrip().startswith(COMMENT):
            continue
        if not columns:
            columns = _columns(cells, where)
            continue
        reader = _reader(dict(zip(columns, map(str.strip, cells), strict=False)), fiches, where)
        first = lines_of.setdefault(_address_in(reader.addresses).casefold(), lines.line_num)
        if first != lines.line_num:
            _refuse(where, "adresse", reader.addresses, f"Elle est déjà à la ligne {first}")
        if len(lines_of) > MAX_RECIPIENTS:
            raise MailTableError(
                f"{where} : {MAX_RECIPIENTS} lecteurs au plus. Donner l'adresse d'une liste."
            )
        yield reader


def _columns(cells: Sequence[str], where: str) -> list[str]:
    columns = [without_accents(cell.strip()) for cell in cells]
    if missing := [name for name in NEEDED if name not in columns]:
        raise MailTableError(
            f"{where} : il y manque {french.listing(missing)} ; reçu "
            f"« {visible(SEPARATOR.join(cells)[:200])} ». La première ligne nomme les colonnes, "
            f"séparées par des points-virgules : {WRITTEN}."
        )
    return columns


def _reader(cells: Mapping[str, str], fiches: Collection[str], where: str) -> MailReader:
    address = cells.get(ADDRESS, "")
    if not _address_in(address):
        _refuse(where, "adresse", address, "Écrire une adresse, de la forme vigie@exemple.fr")
    followed = tuple(re.split(r"[\s,]+", cells.get(FICHES, "").strip(" ,") or "*"))
    for each in followed:
        if not any(fnmatchcase(fiche, each) for fiche in fiches):
            listed = ", ".join(sorted(fiches))
            _refuse(where, "fiches", each, f"Écrire « * », « 2.* », ou des fiches parmi {listed}")
    quiet = without_accents(cells.get(QUIET, "").strip())
    if quiet and quiet not in YES_OR_NO:
        _refuse(where, "même au calme", quiet, "Écrire oui ou non")
    return MailReader(
        addresses=address,
        receives=_received(cells.get(RECEIVES, ""), where),
        fiches=followed,
        is_told_of_quiet=YES_OR_NO.get(quiet, followed == ("*",)),
    )


def _received(text: str, where: str) -> frozenset[MailContent]:
    words = re.split(r"[\s,]+", text.strip(" ,"))
    for word in words:
        if without_accents(word) not in list(MailContent):
            _refuse(where, "reçoit", word, f"Écrire {RECEIVED}, séparés par des virgules")
    return frozenset(MailContent(without_accents(word)) for word in words)


def _refuse(where: str, column: str, value: str, to_do: str) -> NoReturn:
    raise MailTableError(
        french.typeset(f"{where}, colonne « {column} » : « {visible(value[:200])} ». {to_do}.")
    )


def _address_in(text: str) -> str:
    """Return the one whole address of a text; empty when it has none, or several."""
    addresses = addresses_in(text)
    return addresses[0] if len(addresses) == 1 else ""
