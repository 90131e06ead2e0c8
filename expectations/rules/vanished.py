"""VAN: what was there and no longer is.

A cell has vanished when it had a value other than zero the period before and is now *absent* (no
row in the extract, status L) or *null* (a row without a value, status O or none that says why). A
zero is a value: it has not vanished. Nor has a cell under statistical secrecy (Q), or one that
cannot exist any more (M): somebody said so. Of one that is not yet available (Y) nothing can be
said: its period is not due. A total whose vanished parts carried too much of it
before is in doubt as well, whatever it has become.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.hierarchy import WHOLE_KEY, parts_of_wholes
from expectations.observations import KEY, TOTAL
from expectations.policy import Policy
from expectations.series import beside_previous
from expectations.statuses import ABSENT, NOT_YET
from expectations.verdicts import Outcome, as_evidence, verdict_rows

DECLARED = {"Q": "sous secret statistique", "M": "déclarée sans objet"}


def no_vanished_category(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return VAN for every cell of every period, cells without any row included."""
    pairs = beside_previous(observations)
    pairs = pairs.assign(outcome=_outcomes(pairs), weight=_weights(pairs, definitions))
    losses = _losses(pairs, definitions)
    verdicts = [
        _verdict(row, losses.get(tuple(row[column] for column in KEY), []), policy.vanished_share)
        for row in pairs.to_dict("records")
    ]
    own = pd.DataFrame(verdicts, columns=["outcome", "explanation", "evidence"])
    return verdict_rows(pairs.assign(**own), "VAN", policy.severities["VAN"])


def _outcomes(pairs: pd.DataFrame) -> list[str]:
    nothing_to_lose = pairs["value_before"].isna()
    declared = pairs["obs_status_after"].isin(DECLARED)
    kept = pairs["value_after"].notna() | (pairs["value_before"] == 0) | declared
    untold = nothing_to_lose | (pairs["obs_status_after"] == NOT_YET)
    outcomes = np.select([untold, kept], [Outcome.NOT_EVALUATED, Outcome.PASS], Outcome.FAIL)
    return [str(outcome) for outcome in outcomes]


def _weights(
    pairs: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> "pd.Series[float]":
    """Return what each cell weighed in its total: its value, or its denominator for a rate."""
    kinds = pairs["indicator"].map({name: item.value_kind for name, item in definitions.items()})
    return pairs["value_before"].where(kinds == "count", pairs["denominator_before"])


@dataclass(frozen=True)
class Loss:
    """What a total lost in one of its breakdowns.

    Attributes:
        rows: The vanished parts.
        share: Share of the previous total that they carried; None when it is not known.
    """

    rows: pd.DataFrame
    share: float | None

    def sentence(self) -> str:
        """Return the French sentence that names the parts."""
        names = french.listing(
            f"{area if category == TOTAL else category} ({french.number(value)})"
            for area, category, value in zip(
                self.rows["ref_area"], self.rows["category"], self.rows["value_before"], strict=True
            )
        )
        carried = "" if self.share is None else f" : {french.percent(100 * self.share, 1)} du total"
        return f"Détails disparus : {names}{carried} de la période précédente."

    def evidence(self) -> list[dict[str, Any]]:
        """Return the vanished parts, with their values and what they have become."""
        return [
            {
                "ref_area": row["ref_area"],
                "category": row["category"],
                "value_before": row["value_before"],
                "obs_status": row["obs_status_after"],
                "share_of_breakdown": self.share,
            }
            for row in self.rows.to_dict("records")
        ]


def _losses(
    pairs: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> dict[tuple[str, ...], list[Loss]]:
    """Return what each total lost, by the key of the total."""
    weights = pairs.set_index(KEY)["weight"]
    parts = parts_of_wholes(pairs, definitions)
    lost = parts[parts["outcome"] == Outcome.FAIL]
    losses: dict[tuple[str, ...], list[Loss]] = {}
    for (*key, _), rows in lost.groupby([*WHOLE_KEY, "parts"]):
        total = tuple(map(str, key))
        share = float(rows["weight"].sum(skipna=False) / weights.get(total, np.nan))
        known = Loss(rows, share if np.isfinite(share) else None)
        losses.setdefault(total, []).append(known)
    return losses


def _verdict(
    row: Mapping[Hashable, Any], losses: list[Loss], threshold: float
) -> tuple[str, str, str]:
    """Return outcome, explanation and evidence of one cell, what its parts lost included."""
    evidence = {"obs_status_before": _known(row["obs_status_before"])}
    evidence["obs_status"] = _known(row["obs_status_after"])
    vanished = [part for loss in losses for part in loss.evidence()]
    heavy = [loss for loss in losses if loss.share is not None and loss.share >= threshold]
    if not vanished:
        return row["outcome"], _sentence(row), as_evidence(evidence)
    proof = as_evidence({**evidence, "vanished": vanished, "threshold": threshold})
    if not heavy:
        return row["outcome"], _sentence(row), proof
    own = [_sentence(row)] if row["outcome"] == Outcome.FAIL else []
    sentences = [*own, *(french.typeset(loss.sentence()) for loss in heavy)]
    return str(Outcome.FAIL), " ".join(sentences), proof


def _sentence(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    before = french.period(row["period_before"])
    if pd.isna(row["value_before"]):
        return f"Aucune valeur en {before} : rien ne pouvait disparaître."
    had = f"La valeur était {french.number(row['value_before'])} en {before}"
    return french.typeset(f"{had} ; {_what_it_became(row)}.")


def _what_it_became(row: Mapping[Hashable, Any]) -> str:
    now, status = french.period(row["time_period"]), row["obs_status_after"]
    if pd.notna(row["value_after"]):
        zero = ", et un zéro est une valeur" if row["value_after"] == 0 else ""
        return f"elle est {french.number(row['value_after'])} en {now}{zero}"
    if status in DECLARED:
        return f"elle est {DECLARED[status]} en {now}"
    if status == NOT_YET:
        return f"celle de {now} n'est pas encore due"
    if row["value_before"] == 0:
        return "il n'y avait rien à perdre"
    if status == ABSENT:
        return f"en {now}, l'extrait n'a plus de ligne pour elle"
    return f"en {now}, sa ligne est là mais sa valeur est vide"


def _known(status: object) -> str | None:
    return status if isinstance(status, str) else None
