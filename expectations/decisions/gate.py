"""The gate: what goes out, cell by cell.

Here: holding the cells in doubt, of which the last published value stays, marked so; all others go
out as they are. Not here: what is in doubt (``findings``), what explains it (``standings``), which
cells are held with others (``tables``), how that is written on a cell (``annotations``), writing
the release (``orchestration.station``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from expectations.cells.observations import COLUMNS, KEY, normalise
from expectations.decisions.annotations import (
    DECIDED,
    annotate,
    keyed,
    suppress,
    with_columns,
    with_values_before,
)
from expectations.decisions.decision import Choice, Decision
from expectations.decisions.declared_breaks import NOTHING_DECLARED, Declarations
from expectations.decisions.standings import accepted_absences, holding, in_force
from expectations.decisions.tables import caveats, held_together
from expectations.findings.compared import DECIMALS, PublicationStatus
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell

WITHDRAWN = "retirée"
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
SHOWN = [column for column in [*COLUMNS, *DECIDED] if column not in {*KEY, "extract_id"}]
GATED = ["publication", "held_by", "change", "caveat"]


@dataclass(frozen=True)
class Gated:
    """What the gate decided.

    Attributes:
        rows: The rows of the release.
        held_by: The findings that hold each cell that is held, those that were never published
            included; none that a decision keeps out.
    """

    rows: pd.DataFrame
    held_by: Mapping[Cell, frozenset[str]]


def gate(
    observations: pd.DataFrame,
    findings: Sequence[Finding],
    previous: pd.DataFrame | None,
    decisions: Iterable[Decision] = (),
    declared: Declarations = NOTHING_DECLARED,
) -> Gated:
    """Return the rows of the release, and which findings hold which cells.

    A held cell carries everything its last published row said, and is left out if it never was
    published; a row held in the previous release carried its last published content already. A
    cell of the previous release that is in the observations no more is kept and held too, as
    ``retirée``, unless a decision accepts it: what was published does not disappear without
    anybody having decided it. Every finding on a cell must be explained for it to go out; an
    excluded cell stays in the release without its value, and whatever else is found of it. What a
    decision speaks of that was altered in the register is held.

    A total that is held for what its parts did holds its whole table (``tables``). A value after a
    break that its indicator's definition declares goes out as a break.

    Args:
        observations: Tonight's observations, in any order.
        findings: What was found of them; those that are only information hold nothing.
        previous: Rows of the last release, or None before the first.
        decisions: Every decision of the register, in any order.
        declared: What the definitions of the indicators say.

    Returns:
        Rows with the columns of an observation, ``DECIDED``, then ``publication`` (published, held,
        excluded), ``held_by`` (ids of findings separated by spaces, or ``retirée``; empty unless
        held), ``change`` (new, changed, unchanged: content against the last release, whichever
        extract it came from) and ``caveat`` (French: what to know before this value is put beside
        the others of its table), in the order of the key.

    Raises:
        ValueError: The observations or the last release are malformed.
    """
    current = keyed(normalise(observations))
    last = _last(previous, current)
    ruled = in_force(decisions, current)
    excluded = _decided(ruled, Choice.EXCLUSION)
    included, included_before = (rows[~rows.index.isin(excluded)] for rows in (current, last))
    doubts = _doubts(holding(findings, ruled), set(excluded), ruled)
    for cell, finding_id in _unproven(ruled, {*current.index, *last.index}):
        doubts.setdefault(cell, set()).add(finding_id)
    together = held_together(doubts, included, included_before, declared.definitions)
    held_by = _by_key(together)
    certain = included[~included.index.isin(held_by.index)]
    kept_out = _kept_out(current, last, excluded)
    kept = _kept(current, included_before, held_by, ruled)
    readable = pd.concat([certain["obs_value"], kept["obs_value"]])
    fresh = [
        certain.assign(publication=PublicationStatus.PUBLISHED),
        kept_out.assign(publication=PublicationStatus.EXCLUDED),
    ]
    fresh_rows = annotate(pd.concat(fresh), readable, ruled, declared.breaks).assign(held_by="")
    release = pd.concat([fresh_rows, with_values_before(kept, readable)]).sort_values(KEY)
    release["change"] = _changes(release, last)
    release["caveat"] = caveats(release, current, together)
    rows = release[[*COLUMNS, *DECIDED, *GATED]].reset_index(drop=True)
    return Gated(rows, {cell: frozenset(ids) for cell, ids in together.items()})


def _last(previous: pd.DataFrame | None, current: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last release, with what was decided of each."""
    if previous is None:
        return with_columns(current.head(0))
    return keyed(normalise(previous)).join(keyed(with_columns(previous))[DECIDED])


def _kept(
    current: pd.DataFrame,
    last: pd.DataFrame,
    held_by: "pd.Series[str]",
    ruled: Mapping[str, Decision],
) -> pd.DataFrame:
    """Return the cells that stay as they were published: in doubt, or gone without a decision."""
    accepted = _decided(ruled, Choice.BREAK, Choice.VALUE)
    is_gone = ~last.index.isin(current.index) & ~last.index.isin(accepted)
    kept = last[last.index.isin(held_by.index) | is_gone]
    reasons = held_by.reindex(kept.index).fillna(WITHDRAWN)
    return kept.assign(publication=PublicationStatus.HELD, held_by=reasons.astype("str"))


def _kept_out(current: pd.DataFrame, last: pd.DataFrame, excluded: pd.MultiIndex) -> pd.DataFrame:
    """Return the excluded cells, without what they say."""
    cells = pd.concat([rows.loc[rows.index.isin(excluded), COLUMNS] for rows in (current, last)])
    return suppress(cells[~cells.index.duplicated()])


def _doubts(
    findings: Sequence[Finding],
    excluded: Collection[tuple[str, ...]],
    ruled: Mapping[str, Decision],
) -> dict[Cell, set[str]]:
    """Return the ids of the findings that hold each cell; none holds what is kept out.

    Nor what is accepted without a value, which may be one of several that a finding misses.
    """
    ids: dict[Cell, set[str]] = {}
    for finding in findings:
        for cell in set(finding.cells) - accepted_absences(finding, ruled).keys():
            ids.setdefault(cell, set()).add(finding.finding_id)
    return {cell: names for cell, names in ids.items() if cell.key not in excluded}


def _unproven(
    ruled: Mapping[str, Decision], there: Collection[tuple[str, ...]]
) -> Iterator[tuple[Cell, str]]:
    """Yield the cells of decisions that were altered in the register, each with its finding.

    What was signed of them is not known any more: they stay as they were published, be there a
    finding tonight or not.
    """
    for decision in ruled.values():
        for cell in decision.subject.cells if decision.is_altered else ():
            if cell.key in there:
                yield cell, decision.finding_id


def _by_key(ids: Mapping[Cell, Collection[str]]) -> "pd.Series[str]":
    """Return the ids of the findings that hold each cell, as a release tells them, by key."""
    held_by = [" ".join(sorted(names)) for names in ids.values()]
    return pd.Series(held_by, index=_cells(ids), dtype="str")


def _decided(ruled: Mapping[str, Decision], *choices: Choice) -> pd.MultiIndex:
    """Return the cells of which one of some decisions was taken."""
    return _cells(
        cell
        for decision in ruled.values()
        if decision.choice in choices
        for cell in decision.subject.cells
    )


def _cells(cells: Iterable[Cell]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples([cell.key for cell in cells], names=[None] * len(KEY))


def _changes(release: pd.DataFrame, last: pd.DataFrame) -> list[str]:
    before = last[SHOWN].reindex(release.index).round(DECIMALS)
    now = release[SHOWN].round(DECIMALS)
    is_same = ((before == now) | (before.isna() & now.isna())).all(axis=1)
    is_old = release.index.isin(last.index)
    return [str(word) for word in np.select([~is_old, is_same], [NEW, UNCHANGED], CHANGED)]
