"""Which failures of several periods are told once: of a whole series, of periods spelt another way.

Here: the period that each failing verdict is told under. What fails by itself, whatever the period
before and the last release say, in every period in which its series has a value, is one thing. So
are the periods that are not written as they should be, with all that is said of the cells that they
have, and of those that they seem to have left empty: these are compared with the wrong ones. Not
here: what else goes together (``cases``), the words (``wording``).
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from expectations.cells.observations import KEY
from expectations.verdicts.proofs import MEANT_PERIOD, evidence_of
from expectations.verdicts.rules import RULES, Cause, Lasting

SERIES = [column for column in KEY if column != "time_period"]
Spelling = tuple[str, str]
"""An indicator and a period."""


def periods_and_causes(failing: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the period and the cause that each failing verdict is told under.

    Args:
        failing: The verdicts that fail.
        observations: The observations that they speak of.

    Returns:
        Columns ``period`` and ``cause``, with the index of ``failing``.
    """
    causes = failing["rule"].map({code: rule.cause for code, rule in RULES.items()})
    periods = failing["time_period"].astype("str")
    newest = periods.groupby([failing["indicator"], failing["rule"]]).transform("max")
    periods = periods.where(~_is_all_along(failing, observations), newest)
    table = pd.DataFrame({"period": periods, "cause": causes})
    newest_of = _newest_spelt(failing, observations)
    here = list(zip(failing["indicator"], failing["time_period"], strict=True))
    is_spelt = [place in newest_of for place in here]
    table.loc[is_spelt, "period"] = [newest_of[place] for place in here if place in newest_of]
    table.loc[is_spelt, "cause"] = Cause.INCOHERENCE
    return table


def _is_all_along(failing: pd.DataFrame, observations: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which failures are of a series of several periods that fails wherever it has a value."""
    lasting = failing["rule"].map({code: rule.lasting for code, rule in RULES.items()})
    by_itself = failing["period_before"].isna() & (lasting == Lasting.FIGURES)
    valued = observations.loc[observations["obs_value"].notna(), KEY].astype("str")
    valued_cells = pd.MultiIndex.from_frame(valued)
    cells = failing[["rule", *KEY]].astype("str")
    cells["has_value"] = pd.MultiIndex.from_frame(cells[KEY]).isin(valued_cells)
    groups = cells[by_itself].groupby(["rule", *SERIES])["has_value"]
    sizes = valued.groupby(SERIES).size().rename("values").reset_index()
    counts = groups.agg(periods="size", failing="sum").reset_index().merge(sizes, how="left")
    whole = counts[(counts["periods"] > 1) & (counts["failing"] == counts["values"].fillna(0))]
    series = pd.MultiIndex.from_frame(whole[["rule", *SERIES]])
    return by_itself & pd.MultiIndex.from_frame(cells[["rule", *SERIES]]).isin(series)


def _newest_spelt(failing: pd.DataFrame, observations: pd.DataFrame) -> Mapping[Spelling, str]:
    """Return the newest misspelt period of its indicator, of each one and of those they leave."""
    meant = set(_meant(failing))
    if not meant:
        return {}
    given = observations.loc[observations["obs_value"].notna(), ["indicator", "time_period"]]
    valued = set(given.astype("str").drop_duplicates().itertuples(index=False, name=None))
    newest = {indicator: written for indicator, written, _ in sorted(meant)}
    spelt = {(indicator, written): newest[indicator] for indicator, written, _ in meant}
    left = {(indicator, period) for indicator, _, period in meant} - valued
    return {**{place: newest[place[0]] for place in left}, **spelt}


def _meant(failing: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Give the indicator, the period as it is written, and as it is probably meant."""
    for row in failing[failing["rule"] == "VCO"].to_dict("records"):
        if meant := evidence_of(row).get(MEANT_PERIOD):
            yield str(row["indicator"]), str(row["time_period"]), str(meant)
