"""The tables of a release: what adds up together is published from one deposit, or says it is not.

Here: which cells are held with a total, and what a reader must know before values of one table are
put side by side. A table is the cells of one indicator and period. Not here: what is in doubt
(``findings``), which cell is a part of which (``cells.hierarchy``), the gate itself (``gate``).
"""

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.hierarchy import WHOLE_KEY, parts_of_wholes
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.findings.compared import DECIMALS, PublicationStatus
from expectations.verdicts.table import Cell

TABLE = ["indicator", "time_period"]


def held_together(
    doubts: Mapping[Cell, set[str]],
    current: pd.DataFrame,
    last: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> dict[Cell, set[str]]:
    """Return the findings that hold each cell, the details of totals that stay behind included.

    A total that stays at a value that its details, as received since, do not add up to any more,
    is held for what they did: the whole table stays as it was published, the details of its details
    too, be these new. Details that are what they were go out. A table of rates adds nothing up.

    Args:
        doubts: The findings that hold each cell, by themselves.
        current: Tonight's observations, by key.
        last: Rows of the last release, by key.
        definitions: The indicators, by id.
    """
    parts = _moved_parts(doubts, current, last, definitions)
    published = set(last.dropna(subset="obs_value").index)
    spread = {cell: ids for cell, ids in doubts.items() if cell.key in published}
    while added := {
        part: spread[whole] | spread.get(part, set())
        for whole, part in parts
        if whole in spread and not spread[whole] <= spread.get(part, set())
    }:
        spread |= added
    return {
        cell: doubts.get(cell, set()) | spread.get(cell, set()) for cell in {**doubts, **spread}
    }


def _moved_parts(
    doubts: Mapping[Cell, set[str]],
    current: pd.DataFrame,
    last: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> list[tuple[Cell, Cell]]:
    """Return wholes and parts, of the wholes of which a part moved."""
    if last.empty or not doubts:
        return []
    tables = {(cell.indicator, cell.time_period) for cell in doubts}
    tonight, published = (_of_tables(rows, tables) for rows in (current, last))
    cells = pd.concat([tonight[KEY], published[KEY]]).drop_duplicates(ignore_index=True)
    parts = parts_of_wholes(cells, definitions)
    keys = pd.MultiIndex.from_frame(parts[KEY].astype("str"), names=[None] * len(KEY))
    now, before = (rows["obs_value"].reindex(keys).to_numpy() for rows in (tonight, published))
    is_same = (np.abs(now - before) < 10.0**-DECIMALS) | (np.isnan(now) & np.isnan(before))
    wholes = parts[WHOLE_KEY].astype("str").set_axis(KEY, axis="columns")
    moved = set(map(tuple, wholes[~is_same].to_numpy()))
    return [
        (Cell(*whole), Cell(*part))
        for whole, part in zip(map(tuple, wholes.to_numpy()), keys, strict=True)
        if whole in moved and _adds_up(whole, definitions)
    ]


def _of_tables(rows: pd.DataFrame, tables: set[tuple[str, str]]) -> pd.DataFrame:
    return rows[pd.MultiIndex.from_frame(rows[TABLE].astype("str")).isin(tables)]


def _adds_up(whole: tuple[str, ...], definitions: Mapping[str, IndicatorDefinition]) -> bool:
    cell = Cell(*whole)
    return definitions[cell.indicator].kind_of(cell.category) == "count"


def caveats(release: pd.DataFrame, current: pd.DataFrame, held: Collection[Cell] = ()) -> list[str]:
    """Say, of each row of a release, what to know before it is put beside the others of its table.

    Args:
        release: Its rows, by key, with ``publication`` and ``held_by``.
        current: Tonight's observations, by key.
        held: The cells that are held, those that were never published included.
    """
    now = current["obs_value"].reindex(release.index).round(DECIMALS)
    kept = release["obs_value"].round(DECIMALS)
    is_held = release["publication"] == PublicationStatus.HELD
    is_older = is_held & kept.notna() & ~(now == kept)
    is_kept_back = is_held & kept.isna() & now.notna()
    is_excluded = release["publication"] == PublicationStatus.EXCLUDED
    tables = [release[name] for name in TABLE]
    is_fresh = (~is_held & ~is_excluded).groupby(tables).transform("any")
    is_mixed = is_fresh | _is_patched(release, current)
    n_older = is_older.groupby(tables).transform("sum").where(is_mixed, 0)
    n_out = (is_excluded | is_kept_back).groupby(tables).transform("sum")
    n_out += _never_published(release, held)
    around = [_around(int(behind), int(out)) for behind, out in zip(n_older, n_out, strict=True)]
    own = np.select(
        [is_kept_back, is_held & kept.isna(), is_older & now.isna(), is_older, is_held],
        [_KEPT_BACK, _ABSENT, _LAST, _OLDER, _DOUBTED],
        "",
    )
    return [" ".join(filter(None, pair)) for pair in zip(own, around, strict=True)]


def _is_patched(release: pd.DataFrame, current: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows are in a table that is put together from more deposits than tonight's is."""
    given = current.groupby(TABLE)["extract_id"].nunique()
    n_given = given.reindex(pd.MultiIndex.from_frame(release[TABLE])).to_numpy()
    by_table = release["extract_id"].groupby([release[name] for name in TABLE])
    return by_table.transform("nunique") > n_given


def _never_published(release: pd.DataFrame, held: Collection[Cell]) -> NDArray[np.int64]:
    """Return how many cells of the table of each row are held and in no release."""
    published = set(release.index)
    missing = Counter(
        (cell.indicator, cell.time_period) for cell in held if cell.key not in published
    )
    return np.array([missing[table] for table in zip(*(release[n] for n in TABLE), strict=True)])


def _around(n_older: int, n_out: int) -> str:
    """Say what is otherwise in the table of a row."""
    sentences = []
    if n_older:
        values = french.count(n_older, "valeur de ce tableau est", "valeurs de ce tableau sont")
        sentences.append(f"{values} d'un dépôt antérieur : total et détails peuvent différer.")
    if n_out:
        values = french.count(n_out, "valeur de ce tableau n'est", "valeurs de ce tableau ne sont")
        sentences.append(f"{values} pas dans la publication : il n'est pas complet.")
    return french.typeset(" ".join(sentences))


_OLDER = (
    "Valeur d'un dépôt antérieur, avec le statut et la note d'alors : celle qui a été reçue depuis "
    "est retenue."
)
_LAST = (
    "Dernière valeur publiée, avec le statut et la note d'alors : aucune autre n'a été reçue "
    "depuis, dont on soit sûr."
)
_KEPT_BACK = "Aucune valeur n'a été publiée : celle qui a été reçue est retenue."
_ABSENT = "Aucune valeur n'a été publiée ni reçue, et son absence est mise en doute."
_DOUBTED = "Valeur publiée, mise en doute depuis, avec le statut et la note d'alors."
