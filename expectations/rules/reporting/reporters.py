"""RPC: do the same bodies stand behind both numbers?

Here: the set of bodies that reported, compared with that of the period before. Where the indicator
is also given body by body (breakdown ``repondant``), the like-for-like change, over those present
both times, is put beside the raw one. A change of perimeter that the definition declares, with its
reason, is an information. Not here: working out that change (``statistics.coverage``), areas and
categories that vanished (``vanished``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.rules.reporting.comparability import declared_changes, why_not_compared
from expectations.statistics.coverage import Coverage, Reports, like_for_like, membership_change
from expectations.subject.series import at_rows
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Mask, Outcome, Row, Severity, choose, regraded

BODY = "repondant"
SEPARATOR = ","


def same_reporters(subject: Subject) -> Judgement:
    """Return RPC for every pair of values whose reporters are told."""
    cells = _with_reporters(subject)
    named = (cells["before"].notna() & cells["after"].notna()).to_numpy()
    compared = named & (cells["value_before"].notna() & cells["value_after"].notna()).to_numpy()
    changed = compared & (cells["before"] != cells["after"]).to_numpy()
    cells = cells.assign(
        outcome=choose(
            [(~compared, Outcome.NOT_EVALUATED), (changed, Outcome.FAIL)], Outcome.PASS, len(cells)
        ),
        reason=why_not_compared(cells, ~compared),
        **_like_for_like(cells, changed),
    )
    declared = changed & declared_changes(subject, cells, "perimeter")
    severity = regraded(subject.severities("RPC", cells), declared, Severity.INFORMATION)
    return Judgement("RPC", cells, severity, _sentence, _evidence)


def _with_reporters(subject: Subject) -> pd.DataFrame:
    lists = subject.observations["reporters"]
    named = pd.Categorical([_canonical(str(text)) for text in lists.cat.categories])
    codes = np.append(named.codes, -1)[lists.cat.codes]
    lists = pd.Series(pd.Categorical.from_codes(codes, named.categories))
    return subject.pairs.assign(
        **{
            end: at_rows(lists, subject.pairs[f"row_{end}"].to_numpy())
            for end in ("before", "after")
        }
    )


def _canonical(text: str) -> str | None:
    """Return a list of bodies in alphabetical order, None when nobody is named."""
    names = sorted({name.strip() for name in text.split(SEPARATOR)} - {""})
    return f"{SEPARATOR} ".join(names) or None


def _like_for_like(cells: pd.DataFrame, changed: Mask) -> dict[str, Any]:
    """Return raw and like-for-like changes of the totals that are also given body by body."""
    changes = {"raw": np.full(len(cells), np.nan), "comparable": np.full(len(cells), np.nan)}
    is_body = (cells["breakdown"] == BODY).to_numpy()
    if not (changed.any() and is_body.any()):
        return changes
    places = [cells[name].cat.codes for name in ("indicator", "ref_area", "time_period")]
    groups = pd.DataFrame(dict(enumerate(places))).groupby([0, 1, 2]).ngroup().to_numpy()
    body_groups, codes = np.unique(groups[is_body], return_inverse=True)
    coverage = _coverage(cells[is_body], codes)
    at = np.minimum(np.searchsorted(body_groups, groups), len(body_groups) - 1)
    is_total = (cells["category"] == TOTAL).to_numpy() & (body_groups[at] == groups)
    is_total &= coverage.kept[at] > 0
    changes["raw"][is_total] = coverage.raw[at][is_total]
    changes["comparable"][is_total] = coverage.like_for_like[at][is_total]
    return changes


def _coverage(bodies: pd.DataFrame, groups: "np.typing.NDArray[np.int64]") -> Coverage:
    names = bodies["category"].cat.codes.to_numpy()
    before, after = (
        Reports(groups, names, bodies[column].to_numpy())
        for column in ("value_before", "value_after")
    )
    return like_for_like(before, after)


def _sentence(row: Row) -> str:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"Rien à comparer : {row['reason']}."
    if row["outcome"] == Outcome.PASS:
        return "Les mêmes organismes ont déclaré."
    arrived, departed = _moves(row)
    sentences = [
        f"{verb} : {french.listing(names)}."
        for verb, names in (("Nouveaux déclarants", arrived), ("Déclarants absents", departed))
        if names
    ]
    if not np.isnan(row["comparable"]):
        sentences.append(
            f"L'évolution brute est de {french.number(row['raw'])} ; à champ constant, sur ceux "
            f"qui ont déclaré les deux fois, de {french.number(row['comparable'])}."
        )
    else:
        sentences.append(
            "Le détail par déclarant n'est pas donné : rien ne dit l'évolution à champ constant."
        )
    return french.typeset(" ".join(sentences))


def _moves(row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if row["outcome"] != Outcome.FAIL:
        return (), ()
    moves = membership_change(
        str(row["before"]).split(f"{SEPARATOR} "), str(row["after"]).split(f"{SEPARATOR} ")
    )
    return moves.arrived, moves.departed


def _evidence(row: Row) -> dict[str, Any]:
    arrived, departed = _moves(row)
    numbers = {name: row[name] for name in ("raw", "comparable") if not np.isnan(row[name])}
    return {"arrived": list(arrived), "departed": list(departed), **numbers}
