"""VAD: does a total equal the sum of its details?

Here: the breakdowns that the definition declares. For a count, values add up; for a rate or a mean,
its numerators add up, and its denominators. A detail without a value is *missing*, not zero, as is
one that had one the period before and has no row any more; not so one that cannot exist (status M);
a rate of nobody that has a numerator all the same counts by it.
With a detail missing, the sum of the others is only a lower bound: more than the total is a
failure, exactly the total a success (nothing is left for the missing ones), less cannot be judged.
Two sums that are wrong by just as much accuse the one number that is in both, be it a detail or the
total. A sum that was right when it was published can be wrong only by what was revised since; else,
where the past of the details tells which of them may be wrong (``statistics.mistaken_parts``), the
others are not held with their total. Not here: the sums that a suite lists (``sums``), parts that
vanished since the period before (``reporting.vanished``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers
from expectations.cells.hierarchy import parts_label
from expectations.cells.observations import FRACTION
from expectations.cells.statuses import CANNOT_EXIST
from expectations.rules.standard.revisions import ROUNDING, published_values
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.mistaken_parts import Ends, may_be_mistaken
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import SUMS
from expectations.verdicts.table import Judgement, Mask, Outcome, Reason, Row, choose

MEASURES = {"count": ("obs_value",), "rate": FRACTION, "mean": FRACTION}
SUBJECTS = {
    "obs_value": "Le total",
    "numerator": "Le numérateur du total",
    "denominator": "Le dénominateur du total",
}
WORST_FIRST = [str(Outcome.FAIL), str(Outcome.PASS), str(Outcome.NOT_EVALUATED)]
SHOWN = ["parts", "measure", "outcome", "total", "known", "missing", "details", "suspects"]


def aggregates_match_details(subject: Subject) -> Judgement:
    """Return VAD for every total that has details: the worst of its breakdowns and measures."""
    links = subject.observed_links
    sums = _sums(subject, links)
    indicators = subject.observations["indicator"].take(sums["whole_row"].to_numpy())
    tolerance, share = (
        subject.thresholds(name, indicators) for name in ("aggregate_tolerance", "aggregate_share")
    )
    admitted = tolerance + share * sums["total"].abs().to_numpy()
    sums["outcome"] = _outcomes(sums, admitted)
    sums["suspects"] = _suspects(subject, links, sums, admitted)
    ranks = sums["outcome"].cat.set_categories(WORST_FIRST).cat.codes
    sums = sums.assign(rank=ranks).sort_values(["whole_row", "rank"], kind="stable")
    worst = sums.drop_duplicates("whole_row")
    totals = subject.observations.take(worst["whole_row"].to_numpy()).reset_index(drop=True)
    cells = totals.assign(
        value_after=totals["obs_value"],
        outcome=worst["outcome"].array,
        reason=_reasons(worst),
        whole_row=worst["whole_row"].to_numpy(),
    )
    by_whole = _Sums(sums)
    return Judgement(
        "VAD", cells, subject.severities("VAD", cells), by_whole.sentence, by_whole.evidence
    )


def _sums(subject: Subject, links: pd.DataFrame) -> pd.DataFrame:
    """Return one row per total, breakdown and measure: the total beside the sum of its parts."""
    cells = subject.observations
    kinds, lost = list(MEASURES), _lost(subject)
    ranks = subject.of_definition(cells["indicator"], lambda item: kinds.index(item.value_kind))
    of_whole = ranks.astype(np.int8)[links["whole_row"]]
    measured = [
        _sum_of(cells, of_kind, measure, lost)
        for rank, kind in enumerate(kinds)
        for of_kind in [links[of_whole == rank]]
        for measure in MEASURES[kind]
    ]
    return pd.concat(measured, ignore_index=True)


def _lost(subject: Subject) -> "pd.Series[int]":
    """Return how many details with a value before have no row any more, by whole and breakdown."""
    links, pairs = subject.links, subject.pairs
    is_lost = (pairs["row_after"] == NO_ROW) & (pairs["value_before"].fillna(0.0) != 0)
    links = links[(links["whole_row"] >= 0) & is_lost.to_numpy()[links["part_row"]]]
    wholes = pairs["row_after"].to_numpy()[links["whole_row"]]
    return links.assign(whole_row=wholes).groupby(["whole_row", "parts"], observed=True).size()


def _sum_of(
    cells: pd.DataFrame, links: pd.DataFrame, measure: str, lost: "pd.Series[int]"
) -> pd.DataFrame:
    """Return the sums of one number of the cells, whole by whole and breakdown by breakdown."""
    parts = cells[measure].to_numpy()[links["part_row"]]
    impossible = (cells["obs_status"] == CANNOT_EXIST).to_numpy()[links["part_row"]]
    values = np.where(impossible & np.isnan(parts), 0.0, parts)
    table = links[["whole_row", "parts"]].assign(
        known=np.nan_to_num(values), missing=np.isnan(values).astype(np.int64)
    )
    sums = table.groupby(["whole_row", "parts"], as_index=False, sort=False, observed=True).agg(
        known=("known", "sum"), missing=("missing", "sum"), details=("known", "size")
    )
    keys = pd.MultiIndex.from_frame(sums[["whole_row", "parts"]])
    absent = lost.reindex(keys, fill_value=0).to_numpy()
    return sums.assign(
        missing=sums["missing"] + absent,
        details=sums["details"] + absent,
        measure=measure,
        total=cells[measure].to_numpy()[sums["whole_row"]],
    )


def _outcomes(sums: pd.DataFrame, tolerance: NDArray[np.float64]) -> "pd.Categorical[str]":
    excess = sums["known"] - sums["total"]
    return choose(
        [
            (sums["total"].isna(), Outcome.NOT_EVALUATED),
            (sums["missing"] == sums["details"], Outcome.NOT_EVALUATED),
            (excess > tolerance, Outcome.FAIL),
            (excess >= -tolerance, Outcome.PASS),
            (sums["missing"] > 0, Outcome.NOT_EVALUATED),
        ],
        Outcome.FAIL,
        len(sums),
    )


def _suspects(
    subject: Subject, links: pd.DataFrame, sums: pd.DataFrame, admitted: Floats
) -> NDArray[Any]:
    """Return area and category of the details that may be wrong, of each sum that fails.

    None of a sum that holds, and of one of which any detail may be.
    """
    suspects = np.full(len(sums), None, dtype=object)
    places = subject.observations[["ref_area", "category"]]
    accused = _accused(links, sums, admitted)
    is_failing = (sums["outcome"] == Outcome.FAIL).to_numpy()
    for measure in sums.loc[is_failing, "measure"].unique():
        fails = np.flatnonzero(is_failing & (sums["measure"] == measure))
        failing = sums.take(fails).assign(sum=np.arange(len(fails)))
        details = links.merge(failing[["whole_row", "parts", "sum"]], on=["whole_row", "parts"])
        is_revised, was_right = _revised(subject, measure, failing, details, admitted[fails])
        is_suspect = np.where(
            was_right, is_revised, _may_be_wrong(subject, measure, failing, details)
        )
        for number in np.unique(details["sum"][~is_suspect]):
            rows = details["part_row"][is_suspect & (details["sum"] == number)]
            suspects[fails[number]] = places.take(rows).astype("str").to_numpy().tolist()
    for number, part_rows in accused.items():
        suspects[number] = places.take(part_rows).astype("str").to_numpy().tolist()
    return suspects


def _accused(
    links: pd.DataFrame, sums: pd.DataFrame, admitted: Floats
) -> Mapping[int, Sequence[int]]:
    """Return the details that two sums say are wrong by just as much, by place of each sum.

    None of the sum of which it is the total that they say so of.
    """
    failing = sums.assign(gap=sums["total"] - sums["known"], place=np.arange(len(sums)))
    failing = failing[(sums["outcome"] == Outcome.FAIL) & (sums["missing"] == 0)]
    details = links.merge(failing, on=["whole_row", "parts"])
    totals = failing.assign(part_row=failing["whole_row"], gap=-failing["gap"])
    numbers = pd.concat([details.assign(is_total=False), totals.assign(is_total=True)])
    numbers = numbers[["part_row", "measure", "place", "gap", "is_total"]]
    both = numbers.merge(numbers, on=["part_row", "measure"], suffixes=("", "_there"))
    is_other = both["place"] != both["place_there"]
    alike = np.abs(both["gap"] - both["gap_there"]) <= admitted[both["place"]]
    both = both[is_other & alike]
    return {
        int(str(place)): rows.loc[~rows["is_total"], "part_row"].unique().tolist()
        for place, rows in both.groupby("place")
    }


def _revised(
    subject: Subject, measure: str, failing: pd.DataFrame, links: pd.DataFrame, admitted: Floats
) -> tuple[Mask, Mask]:
    """Tell which details are not as they were published, and in which sums that were right then."""
    published, now = published_values(subject, measure), subject.observations[measure].to_numpy()
    parts, wholes = links["part_row"].to_numpy(), failing["whole_row"].to_numpy()
    is_revised = ~(np.abs(now - published) <= ROUNDING)
    added_up = np.bincount(links["sum"], weights=published[parts], minlength=len(failing))
    was_right = np.abs(added_up - published[wholes]) <= admitted
    return is_revised[parts], was_right[links["sum"]]


def _may_be_wrong(
    subject: Subject, measure: str, failing: pd.DataFrame, links: pd.DataFrame
) -> Mask:
    """Tell which details of the sums that fail may be what is wrong with them."""
    wholes = failing["whole_row"].to_numpy()
    spread = subject.of_definition(
        subject.observations["indicator"].take(wholes),
        lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change),
    )
    return may_be_mistaken(
        _two_periods(subject, measure, links["part_row"].to_numpy()),
        links["sum"].to_numpy(),
        _two_periods(subject, measure, wholes),
        (failing["total"] - failing["known"]).to_numpy(),
        spread,
    )


def _two_periods(subject: Subject, measure: str, rows: Integers) -> Ends:
    """Return a number of some cells in the period before and in theirs."""
    pairs = subject.pairs[subject.pairs["row_after"] != NO_ROW]
    before = np.full(len(subject.observations), np.nan)
    before[pairs["row_after"]] = pairs[f"{measure}_before"]
    return Ends(before[rows], subject.observations[measure].to_numpy()[rows])


def _reasons(sums: pd.DataFrame) -> "pd.Categorical[str]":
    unknown = sums["outcome"] == Outcome.NOT_EVALUATED
    return choose(
        [
            (unknown & sums["total"].isna(), Reason.NO_VALUE),
            (unknown & (sums["missing"] == sums["details"]), Reason.NO_DETAILS),
            (unknown, Reason.MISSING_DETAILS),
        ],
        None,
        len(sums),
    )


class _Sums:
    """The sums of each total, in words."""

    def __init__(self, sums: pd.DataFrame) -> None:
        self._sums = sums
        self._wholes = sums["whole_row"].to_numpy()

    def sentence(self, row: Row) -> str:
        """Say the sums that made the verdict."""
        return " ".join(
            _sentence(sums) for sums in self._of(row) if sums["outcome"] == row["outcome"]
        )

    def evidence(self, row: Row) -> dict[str, Any]:
        """Return every sum of the total."""
        return {
            SUMS: [{name: _unless_missing(sums[name]) for name in SHOWN} for sums in self._of(row)]
        }

    def _of(self, row: Row) -> Iterator[Row]:
        first, last = np.searchsorted(self._wholes, [row["whole_row"], row["whole_row"] + 1])
        yield from self._sums.iloc[first:last].to_dict("records")


def _unless_missing(number: object) -> object:
    return None if isinstance(number, float) and np.isnan(number) else number


def _sentence(row: Row) -> str:
    subject, parts = SUBJECTS[row["measure"]], parts_label(row["parts"])
    if np.isnan(row["total"]):
        return f"{subject} n'est pas connu."
    total = f"{subject} vaut {french.number(row['total'])}"
    if row["missing"] == row["details"]:
        return f"{total} ; aucun de ses détails ({row['details']} {parts}) n'est connu."
    lacking = f", dont {row['missing']} sans valeur" if row["missing"] else ""
    return french.typeset(
        f"{total} ; la somme de ses détails ({row['details']} {parts}{lacking}) "
        f"vaut {french.number(row['known'])}."
    )
