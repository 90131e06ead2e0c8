"""LNK: does a part follow the whole it belongs to?

Here: an indicator that counts a part of another (``part_of``) is compared with it, area by area,
from one period to the next: the same test as ``breaks``, with the whole as exposure and less
ordinary growth allowed, since what moves the whole has gone. The whole is taken as known, which is
cautious when the part is most of it. A part greater than its whole is an error, whatever the
periods. Not here: the categories of one indicator (``shapes``, ``standard.shares``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import NO_ROW, CellIndex
from expectations.rules.evidence_values import number_or_none
from expectations.statistics.counts import break_p_values, spread_of
from expectations.subject.series import at_rows
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, Severity, choose

NUMBERS = ["value_before", "value_before_whole", "value_after", "value_after_whole"]


def part_follows_whole(subject: Subject) -> Judgement:
    """Return LNK for every cell of the indicators that are a part of another."""
    pairs = _beside_whole(subject)
    before, whole_before, after, whole_after = (pairs[column].to_numpy() for column in NUMBERS)
    exceeds = after > whole_after
    spread = subject.of_definition(
        pairs["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change)
    )
    p_values = break_p_values(before, after, spread, whole_before, whole_after)
    p_values[exceeds] = np.nan
    unknown = np.isnan(p_values)
    pairs = pairs.assign(
        p_value=p_values,
        spread=spread,
        outcome=choose(
            [(exceeds, Outcome.FAIL), (unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(pairs)
        ),
        reason=choose(
            [
                (unknown & ~exceeds & pairs["period_before"].isna(), Reason.FIRST),
                (unknown & ~exceeds, Reason.NO_WHOLE),
            ],
            None,
            len(pairs),
        ),
    )
    severity = np.where(exceeds, str(Severity.ERROR), subject.severities("LNK", pairs))
    return Judgement("LNK", pairs, severity, _sentence, _evidence)


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
        **{
            f"{name}_whole": at_rows(subject.pairs[name], rows).to_numpy()
            for name in ("value_before", "value_after")
        },
    ).reset_index(drop=True)


def _evidence(row: Row) -> dict[str, Any]:
    return {
        "spread": row["spread"],
        "whole": row["whole"],
        "whole_before": number_or_none(row["value_before_whole"]),
        "whole_after": number_or_none(row["value_after_whole"]),
    }


def _sentence(row: Row) -> str:
    before, whole_before, after, whole_after = (row[column] for column in NUMBERS)
    second = french.period(row["time_period"])
    now = f"{french.number(after)} sur {french.number(whole_after)} en {second}"
    if after > whole_after:
        return f"{now}, alors qu'une partie ne peut dépasser son ensemble."
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    first = french.period(row["period_before"])
    if np.isnan(row["p_value"]):
        return (
            f"La partie ou son ensemble manque, ou l'ensemble est nul, en {first} ou en {second}."
        )
    then = f"{french.number(before)} sur {french.number(whole_before)} en {first}"
    return french.typeset(
        f"{then}, {now} : {french.chance(row['p_value'])} d'un écart pareil, "
        "par le hasard et une évolution ordinaire de la part."
    )
