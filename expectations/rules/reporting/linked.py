"""LNK: does a part follow the whole it belongs to?

Here: an indicator that counts a part of another (``part_of``) is compared with it, area by area,
from one period to the next: the same test as ``breaks``, with the whole as exposure and less
ordinary growth allowed, since what moves the whole has gone. The whole is taken as known, which is
cautious when the part is most of it. A part greater than its whole, by more than rounding both may
add, is an error whatever the periods. Of both, the one that moved most is in doubt: the part (LNK),
or the whole (BRK), of which the parts are then as ever. Not here: the categories of one indicator
(``shapes``, ``standard.shares``).
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import NO_ROW, CellIndex
from expectations.rules.evidence_values import number_or_none
from expectations.rules.supplements import supplement
from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.grouped import Ranked
from expectations.statistics.printed_steps import spread_of_rounded
from expectations.subject.series import at_rows
from expectations.subject.siblings import tables_of
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import WHOLE, WHOLE_AFTER, WHOLE_BEFORE
from expectations.verdicts.table import (
    Judgement,
    Mask,
    Outcome,
    Reason,
    Row,
    Severity,
    choose,
    regraded,
)

NUMBERS = ["value_before", "value_before_whole", "value_after", "value_after_whole"]


def part_follows_whole(subject: Subject) -> Judgement:
    """Return LNK for every cell of the indicators that are a part of another."""
    pairs = subject.remember("parts beside wholes", _compared)
    by_whole, exceeds = pairs["is_of_whole"], pairs["exceeds"] & ~pairs["is_of_whole"]
    unknown = pairs["p_value"].isna() & ~pairs["exceeds"]
    pairs = pairs.assign(
        p_value=pairs["p_value"].mask(by_whole),
        outcome=choose(
            [(exceeds, Outcome.FAIL), (unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(pairs)
        ),
        reason=choose(
            [
                (unknown & pairs["period_before"].isna(), Reason.FIRST),
                (unknown, Reason.NO_WHOLE),
            ],
            None,
            len(pairs),
        ),
    )
    severity = regraded(subject.severities("LNK", pairs), exceeds, Severity.ERROR)
    return Judgement("LNK", pairs, severity, _sentence, _evidence)


def whole_moves_with_parts(subject: Subject) -> Judgement:
    """Return BRK for the cells that moved when their parts did not, by the likeliest of these."""
    pairs = subject.remember("parts beside wholes", _compared)
    pairs = pairs[pairs["is_of_whole"]].sort_values(["exceeds", "p_value"], ascending=[False, True])
    parts = pairs.groupby("whole_row")["p_value"].transform("size")
    # As many chances to look odd as there are parts.
    pairs = pairs.assign(p_value=np.minimum(1.0, pairs["p_value"] * parts))
    pairs = pairs.drop_duplicates("whole_row")
    cells = subject.pairs.take(pairs["whole_row"].to_numpy()).reset_index(drop=True)
    cells = cells.assign(
        part=pairs["indicator"].astype("str").to_numpy(),
        value_before_part=pairs["value_before"].to_numpy(),
        value_after_part=pairs["value_after"].to_numpy(),
        **{name: pairs[name].to_numpy() for name in ("spread", "p_value", "exceeds")},
    )
    exceeds = cells["exceeds"].to_numpy(dtype=bool)
    judgement = supplement(subject, "BRK", cells, _whole_sentence, _whole_evidence)
    judgement.cells.loc[exceeds, "outcome"] = str(Outcome.FAIL)
    severity = regraded(subject.severities("BRK", judgement.cells), exceeds, Severity.ERROR)
    return replace(judgement, severity=severity)


def _compared(subject: Subject) -> pd.DataFrame:
    """Return every part beside its whole: how odd both are together, and which moved most."""
    pairs = _beside_whole(subject)
    before, whole_before, after, whole_after = (pairs[column].to_numpy() for column in NUMBERS)
    spread = subject.of_definition(
        pairs["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change)
    )
    step, step_of_whole = (
        np.fmax(pairs[column].to_numpy(), 1.0) for column in ("printed_step", "printed_step_whole")
    )
    exceeds = after - whole_after > step + step_of_whole - 2.0
    spread = spread_of_rounded(spread, before, after, step)
    spread = spread_of_rounded(spread, whole_before, whole_after, step_of_whole)
    p_values = break_p_values(before, after, spread, whole_before, whole_after)
    is_of_whole = _is_of_whole(pairs) & (exceeds | ~np.isnan(p_values))
    return pairs.assign(
        p_value=np.where(exceeds, np.nan, p_values),
        spread=spread,
        exceeds=exceeds,
        is_of_whole=is_of_whole,
    )


def _is_of_whole(pairs: pd.DataFrame) -> Mask:
    """Tell which wholes moved more than their parts, beside what tables ordinarily did.

    What most cells of a table did may be growth or a fault: of the tables of the parts and of the
    wholes, the calmer one says what is ordinary.
    """
    before, whole_before, after, whole_after = (
        np.maximum(pairs[column].to_numpy(), 0.0) + 0.5 for column in NUMBERS
    )
    part, whole = np.log(after / before), np.log(whole_after / whole_before)
    tables = tables_of(pairs)
    of_part, of_whole = (Ranked.of(moved, tables).medians() for moved in (part, whole))
    ordinary = np.where(np.abs(of_part) < np.abs(of_whole), of_part, of_whole)
    is_of_whole: Mask = np.abs(whole - ordinary) > np.abs(part - ordinary)
    return is_of_whole


def _beside_whole(subject: Subject) -> pd.DataFrame:
    links = {item.id: item.part_of for item in subject.definitions.values() if item.part_of}
    index = CellIndex(subject.pairs)
    parts = np.flatnonzero(subject.pairs["indicator"].isin(list(links)))
    pairs = subject.pairs.take(parts)
    wholes = pairs["indicator"].astype(object).map(links)
    codes = index.categories["indicator"].get_indexer(pd.Index(wholes)).astype(np.int64)
    rows = index.like(parts, indicator=codes)
    spans = at_rows(subject.pairs["period_before"], rows).cat.codes.to_numpy()
    rows = np.where(spans == pairs["period_before"].cat.codes.to_numpy(), rows, NO_ROW)
    return pairs.assign(
        whole=wholes.to_numpy(),
        whole_row=rows,
        printed_step=subject.printed_steps[parts],
        printed_step_whole=np.where(rows == NO_ROW, np.nan, subject.printed_steps[rows]),
        **{
            f"{name}_whole": at_rows(subject.pairs[name], rows).to_numpy()
            for name in ("value_before", "value_after")
        },
    ).reset_index(drop=True)


def _evidence(row: Row) -> dict[str, Any]:
    return {
        "spread": row["spread"],
        WHOLE: row["whole"],
        WHOLE_BEFORE: number_or_none(row["value_before_whole"]),
        WHOLE_AFTER: number_or_none(row["value_after_whole"]),
    }


def _whole_evidence(row: Row) -> dict[str, Any]:
    return {
        "spread": row["spread"],
        "part": row["part"],
        "part_before": number_or_none(row["value_before_part"]),
        "part_after": number_or_none(row["value_after_part"]),
    }


def _whole_sentence(row: Row) -> str:
    before, part_before, after, part_after = (
        french.number(row[name])
        for name in ("value_before", "value_before_part", "value_after", "value_after_part")
    )
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    moved = (
        f"Cet ensemble passe de {before} en {first} à {after} en {second}, alors qu'une de ses "
        f"parties bouge moins ({part_before} puis {part_after})"
    )
    if row["exceeds"]:
        return french.typeset(f"{moved} et le dépasse : c'est l'ensemble qui est à revoir.")
    return french.typeset(
        f"{moved} : {french.chance(row['p_value'])} d'un écart pareil, par le hasard et une "
        "évolution ordinaire de la part."
    )


def _sentence(row: Row) -> str:
    before, whole_before, after, whole_after = (row[column] for column in NUMBERS)
    second = french.period(row["time_period"])
    now = f"{french.number(after)} sur {french.number(whole_after)} en {second}"
    if after > whole_after and not row["is_of_whole"]:
        return f"{now}, alors qu'une partie ne peut dépasser son ensemble."
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    first = french.period(row["period_before"])
    if row["is_of_whole"]:
        return french.typeset(
            f"{french.number(before)} sur {french.number(whole_before)} en {first}, {now} : des "
            "deux, c'est l'ensemble qui a le plus bougé."
        )
    if np.isnan(row["p_value"]):
        return (
            f"La partie ou son ensemble manque, ou l'ensemble est nul, en {first} ou en {second}."
        )
    then = f"{french.number(before)} sur {french.number(whole_before)} en {first}"
    return french.typeset(
        f"{then}, {now} : {french.chance(row['p_value'])} d'un écart pareil, "
        "par le hasard et une évolution ordinaire de la part."
    )
