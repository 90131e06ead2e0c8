"""The quarterly workbook of France Travail and DARES: job seekers, one series a column.

Here: how its sheets become long rows (sheet, series, quarter, number). Not here: finding the file
(``depots.client``) and what may be dropped (``depots.guards``), which sheets are read
(``contract.yml``), nor what a series is about (the staging model).

Its page is behind a protection against robots: somebody downloads the workbook and drops it in the
inbox, as a partner drops a deposit. A sheet has four lines that say what it is, its titles on two
lines, then a line a quarter, and notes. An empty column ends the table: what stands beside it
repeats other sheets, or is computed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, Source, Unchanged
from sources.contract import ExtractContract
from sources.errors import ExtractRefused, quoted
from sources.protocols.depots.client import DepotClient
from sources.protocols.depots.confined import read_confined
from sources.protocols.depots.flaws import joined
from sources.protocols.depots.guards import FileKind, kind_of
from sources.protocols.depots.sheet_grid import merged_flaws, seen_flaws
from sources.protocols.depots.workbooks.inspection import inspect
from sources.tables.asked import refuse
from sources.tables.conformity import conform
from sources.tables.spanning_titles import table_under
from sources.tables.tabular import Sheet, read_sheet, rows_table, sheet_heads

SHEETS = "onglets"
"""The parameter of the contract that names the sheets to read."""

ABOUT = ("Titre", "Données", "Niveau géographique", "Source")
QUARTER = "Période"
WRITTEN_QUARTER = re.compile(r"[0-9]{4}T[1-4]")
OF_TAB = re.compile(r"\bcat ([A-E]+)")
OF_TITLE = re.compile(r"\b(?:catégories?|DE[FL][MD]) ([A-E](?:,? ?[A-E])*)\b")
CATEGORY = re.compile(r"[A-E]")
"""The categories of job seekers, as tabs and titles name them: « cat ABC », « A, B, C »."""

NOTE_MARK = re.compile(r"\s*\([0-9]\)")
NO_TITLE = re.compile(r"Colonne [0-9]+")

Row = dict[str, str | None]


class SeriesClient:
    """Takes the workbook from the inbox, and reads its sheets."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Copy the newest workbook of the inbox.

        Raises:
            FetchFailed: It is too big to be one, or cannot be opened.
        """
        return DepotClient().fetch(source, context)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read the sheets that the contract names, as one row a series and quarter.

        Raises:
            ExtractRefused: It is not such a workbook, or a sheet is laid out otherwise.
        """
        rows = read_confined(series_rows, source.contract, extract.paths[0])
        return conform(source.contract, rows_table(rows))


def series_rows(contract: ExtractContract, path: Path) -> list[Row]:
    """Return the numbers of the workbook, one row a series and quarter.

    Raises:
        ExtractRefused: It is not such a workbook, or a sheet is laid out otherwise.
    """
    if kind_of(path) is not FileKind.XLSX:
        msg = "Le fichier déposé n'est pas le classeur des séries trimestrielles (.xlsx)."
        raise ExtractRefused(msg)
    return list(_rows(contract, path))


def _rows(contract: ExtractContract, path: Path) -> Iterator[Row]:
    names = [sheet for name, sheet in contract.query_for("") if name == SHEETS]
    unseen = [head.name for head in sheet_heads(path, 1) if not head.is_seen]
    if masked := [name for name in names if name in unseen]:
        msg = f"Ces feuilles du classeur sont masquées : {quoted(masked)} ; les afficher."
        raise ExtractRefused(msg)
    for name in names:
        yield from _series(contract, path, read_sheet(path, name, header_row=1))


def _series(contract: ExtractContract, path: Path, sheet: Sheet) -> Iterator[Row]:
    """Yield the numbers of a sheet, quarter by quarter."""
    about = _about(sheet)
    table = _table(contract, sheet)
    titles = _titles(sheet, table)
    _refuse_other_categories(sheet, titles)
    quarters = _quarters(sheet, table)
    _refuse_unlike_seen(path, sheet, len(titles))
    for rank, quarter in enumerate(quarters):
        for place, title in enumerate(titles[1:], start=1):
            number = table.column(place)[rank].as_py()
            yield about | {
                "serie": title,
                "trimestre": quarter,
                "nombre": None if number in contract.missing_as else number,
            }


def _about(sheet: Sheet) -> Row:
    """Return what the first lines of a sheet say of it."""
    answers = _answers(sheet)
    if missing := [name for name in ABOUT if not answers.get(name)]:
        raise _laid_out_otherwise(sheet, f"ses premières lignes ne disent plus « {missing[0]} »")
    return {
        "onglet": sheet.name,
        "donnees": answers["Données"],
        "niveau": _plain(answers["Niveau géographique"] or ""),
    }


def _answers(sheet: Sheet) -> Mapping[str | None, str | None]:
    lines = [sheet.titles, *(cells for number, cells in sheet.rows if number <= len(ABOUT))]
    return {cells[0]: cells[1] for cells in lines if len(cells) > 1}


def _refuse_other_categories(sheet: Sheet, titles: Sequence[str]) -> None:
    """Refuse a sheet that says to be about other categories of job seekers than its tab.

    Its own title names them all, that of a series some of them; one that names none says nothing.

    Raises:
        ExtractRefused: The message has both.
    """
    if not (tab := OF_TAB.search(sheet.name)):
        return
    title = _answers(sheet)["Titre"] or ""
    others = [title] if {*_categories(title), tab[1]} != {tab[1]} else []
    others += [
        series for series in titles if any(set(said) - set(tab[1]) for said in _categories(series))
    ]
    if others:
        refuse(f"les catégories {tab[1]}, par l'onglet « {sheet.name} »", Counter(others))


def _categories(title: str) -> list[str]:
    """Return the categories that a title names, in letters: ``ABC``."""
    return ["".join(CATEGORY.findall(found[1])) for found in OF_TITLE.finditer(title)]


def _table(contract: ExtractContract, sheet: Sheet) -> pa.Table:
    """Return what stands under the titles, whose rows the contract tells."""
    layout = contract.format
    lines = dict(sheet.rows)
    if layout.header_row not in lines:
        raise _laid_out_otherwise(sheet, f"sa ligne {layout.header_row} devrait porter des titres")
    top = replace(
        sheet,
        header_row=layout.header_row,
        titles=tuple(title or "" for title in lines[layout.header_row]),
        rows=tuple((number, cells) for number, cells in sheet.rows if number > layout.header_row),
    )
    return table_under(top, layout.header_rows)


def _titles(sheet: Sheet, table: pa.Table) -> list[str]:
    """Return the titles of the table, up to the first column without any."""
    titles = table.column_names
    if titles[0] != QUARTER:
        raise _laid_out_otherwise(
            sheet, f"sa première colonne s'intitule « {titles[0][:80]} » et non « {QUARTER} »"
        )
    untitled = (place for place, title in enumerate(titles) if NO_TITLE.fullmatch(title))
    end = next(untitled, len(titles))
    if end < len(titles) and table.column(end).null_count < table.num_rows:
        raise _laid_out_otherwise(sheet, f"sa colonne n° {end + 1} porte des nombres sans titre")
    return [_plain(title) for title in titles[:end]]


def _refuse_unlike_seen(path: Path, sheet: Sheet, width: int) -> None:
    """Refuse a sheet whose numbers are not those that it shows, or that merges them.

    Raises:
        ExtractRefused: The message names the cells.
    """
    rows = tuple(row for row in sheet.rows if _is_quarter(row[1][0]))
    series = replace(sheet, header_row=rows[0][0] - 1, titles=("",) * width, rows=rows)
    odd = inspect(path, is_ods=False, sheet=sheet.name)
    if flaws := [*seen_flaws(series, odd, rows[-1][0]), *merged_flaws(series, odd)]:
        raise ExtractRefused(joined(flaws))


def _plain(title: str) -> str:
    """Return a title on one line, without the marks of its footnotes."""
    return " ".join(NOTE_MARK.sub("", title).split())


def _quarters(sheet: Sheet, table: pa.Table) -> list[str]:
    """Return the quarters, which follow one another; below them, there are only notes."""
    first: list[str | None] = table.column(0).to_pylist()
    others = (place for place, text in enumerate(first) if not _is_quarter(text))
    count = next(others, len(first))
    quarters = [text or "" for text in first[:count]]
    if not quarters:
        raise _laid_out_otherwise(sheet, "elle n'a aucun trimestre (1996T1) sous ses titres")
    for before, after in pairwise(quarters):
        if _rank(after) != _rank(before) + 1:
            raise _laid_out_otherwise(sheet, f"« {after} » y suit « {before} »")
    below = table.slice(count)
    if any(column.null_count < below.num_rows for column in below.columns[1:]):
        raise _laid_out_otherwise(
            sheet, f"elle porte des nombres sous « {quarters[-1]} », hors de tout trimestre"
        )
    return quarters


def _is_quarter(text: str | None) -> bool:
    return WRITTEN_QUARTER.fullmatch(text or "") is not None


def _rank(quarter: str) -> int:
    return int(quarter[:4]) * 4 + int(quarter[-1])


def _laid_out_otherwise(sheet: Sheet, reason: str) -> ExtractRefused:
    msg = f"La feuille « {sheet.name} » n'a plus la présentation convenue : {reason}."
    return ExtractRefused(msg)
