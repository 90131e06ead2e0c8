"""The gate: what goes out, cell by cell.

A cell in doubt is held: its last published value stays, marked so; all others go out as they are.
What is in doubt was decided by the findings; writing the release is for ``orchestration``.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from expectations.findings import Finding
from expectations.observations import COLUMNS, KEY, NUMBERS, normalise
from expectations.verdicts import Cell

PUBLISHED, HELD = "published", "held"
WITHDRAWN = "retirée"
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
DECIMALS = 6
SHOWN = [column for column in COLUMNS if column not in {*KEY, "extract_id"}]


def gate(
    observations: pd.DataFrame, findings: Sequence[Finding], previous: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the rows of the release.

    A held cell carries everything its last published row said, and is left out if it never was
    published; a row held in the previous release carried its last published content already. A
    cell of the previous release that is in the observations no more is kept and held too, as
    ``retirée``: what was published does not disappear without anybody having decided it.

    Args:
        observations: Tonight's observations, in any order.
        findings: What was found of them; those that are only information hold nothing.
        previous: Rows of the last release, or None before the first.

    Returns:
        The columns of an observation, then ``publication`` (published, held), ``held_by`` (ids of
        findings separated by spaces, or ``retirée``; empty when published) and ``change`` (new,
        changed, unchanged: content against the last release, whichever extract it came from), in
        the order of the key.

    Raises:
        ValueError: The observations or the last release are malformed.
    """
    current = normalise(observations)
    last = current.head(0) if previous is None else normalise(previous)
    held_by = _doubts(findings)
    doubtful = _index(current).isin(held_by.index)
    certain = current[~doubtful].assign(publication=PUBLISHED, held_by="")
    stays = _index(last).isin(held_by.index) | ~_index(last).isin(_index(current))
    kept = last[stays].assign(publication=HELD)
    kept["held_by"] = held_by.reindex(_index(kept)).fillna(WITHDRAWN).to_numpy()
    release = pd.concat([certain, kept.astype({"held_by": "str"})])
    release = release.sort_values(KEY, ignore_index=True)
    return release.assign(change=_changes(release, last))


def _doubts(findings: Sequence[Finding]) -> "pd.Series[str]":
    """Return the ids of the findings that hold each cell, by key."""
    ids: dict[Cell, set[str]] = {}
    for finding in findings:
        for cell in finding.cells if finding.holds else ():
            ids.setdefault(cell, set()).add(finding.finding_id)
    cells = pd.DataFrame([cell.to_dict() for cell in ids], columns=KEY, dtype="str")
    held_by = [" ".join(sorted(names)) for names in ids.values()]
    return pd.Series(held_by, index=_index(cells), dtype="str")


def _index(cells: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(cells[KEY])


def _changes(release: pd.DataFrame, last: pd.DataFrame) -> list[str]:
    known = _index(release).isin(_index(last))
    before = last.set_index(_index(last))[SHOWN].reindex(_index(release)).reset_index(drop=True)
    now = release[SHOWN].reset_index(drop=True)
    before, now = (table.round(dict.fromkeys(NUMBERS, DECIMALS)) for table in (before, now))
    same = ((before == now) | (before.isna() & now.isna())).all(axis=1)
    return [str(word) for word in np.select([~known, same], [NEW, UNCHANGED], CHANGED)]
