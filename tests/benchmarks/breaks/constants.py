"""The constants of ``policy.yml`` that were measured on panels, measured without each panel.

``python -m tests.benchmarks.breaks.constants`` prints them. A constant is a factor within which
something stays 19 times out of 20, chosen at or above what panels show. Without a panel it is
that factor to the power of what the others' spread is of all panels' spread: the margin that was
chosen stays, what the panel itself contributed goes.

Here: spreads by panel, and the policy that each panel had no part in. Not here: what is scored with
it (``corpora``).
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from expectations.cells.observations import TOTAL
from expectations.suites.policy import Policy, load_policy
from tests.benchmarks.breaks import labour_market, parcoursup
from tests.benchmarks.breaks.uniform import COUNTRY

LEAST = 20
"""Counts below this are all chance."""
Moves = pd.DataFrame
"""Moves of the logarithm: a row a series and period, with what of their variance is chance."""


def _moves(rows: pd.DataFrame, kind: str) -> Moves:
    """Return the moves of counts (``count``), of the parts of a region (``parts``), of rates."""
    series = ["indicator", "ref_area", "breakdown", "category"]
    rows = rows[~rows["ref_area"].str.startswith(("PAYS-", "REG-" if kind == "parts" else "PAYS-"))]
    rows = rows.dropna(subset="obs_value").sort_values([*series, "time_period"])
    before = rows.groupby(series)["obs_value"].shift()
    is_count = kind != "rate"
    least = LEAST if is_count else 2
    kept = (rows["obs_value"] >= least) & (before >= least)
    rows, before = rows[kept], before[kept]
    chance = 1 / rows["obs_value"] + 1 / before if is_count else 0.0
    return rows.assign(move=np.log(rows["obs_value"] / before), chance=chance)


def panels() -> dict[str, Moves]:
    """Return the moves of each panel that constants were measured on."""
    regions = labour_market.job_seekers_by_region(2024).observations
    profile = labour_market.job_seekers_by_profile(2024).observations
    families = pd.concat(
        [parcoursup.parcoursup(region).observations for region in ("11", "44", "52", "75", "84")]
    )
    families = families[(families["indicator"] == "psup_admis")]
    return {
        "job seekers by region": _moves(regions, "count"),
        "job seekers by profile": _moves(profile.assign(ref_area="DEP-00"), "count"),
        "unemployment by zone": _moves(
            labour_market.unemployment(COUNTRY, 2020).observations, "rate"
        ),
        "job seekers by EPCI": _moves(
            labour_market.job_seekers_by_epci("52").observations, "parts"
        ),
        "Parcoursup": _moves(families, "parts"),
    }


def _root_mean_square(
    values: "pd.Series[float]", chance: "pd.Series[float] | float" = 0.0
) -> float:
    """Return the spread of some moves about nothing, less what counting does."""
    return float(np.sqrt(max(0.0, float((values**2 - chance).mean()))))


def _about(moves: Moves, groups: list[str]) -> Moves:
    middle = moves.groupby(groups)["move"].transform("median")
    several = moves.groupby(groups)["move"].transform("size") > 2
    return moves.assign(move=moves["move"] - middle)[several]


def any_count(moves: Moves) -> float:
    """Return what one series does from a period to the next."""
    return _root_mean_square(moves["move"], moves["chance"])


def common(moves: Moves) -> float:
    """Return what all the series of a table do together."""
    return _root_mean_square(moves.groupby(["indicator", "time_period"])["move"].median())


def departure(moves: Moves) -> float:
    """Return what a series does more or less than the others of its table."""
    details = moves[(moves["category"] != TOTAL) | (moves["breakdown"] == TOTAL)]
    apart = _about(details, ["indicator", "time_period", "breakdown"])
    return _root_mean_square(apart["move"], apart["chance"]) if len(apart) else np.nan


def area(moves: Moves) -> float:
    """Return what an area does, its categories together, more or less than the other areas."""
    details = moves[moves["category"] != TOTAL]
    apart = _about(details, ["indicator", "time_period", "category"])
    by_area = apart.groupby(["indicator", "time_period", "ref_area"])
    several = by_area["move"].transform("size") > 2
    medians = apart[several].groupby(["indicator", "time_period", "ref_area"])["move"].median()
    return _root_mean_square(medians) if len(medians) else np.nan


MEASURED: Mapping[str, Callable[[Moves], float]] = {
    "croissance_ordinaire": any_count,
    "croissance_commune_ordinaire": common,
    "ecart_aux_autres_ordinaire": departure,
    "mouvement_ordinaire_d_un_territoire": area,
}
"""What each constant is about, by its name in the policy."""


@cache
def spreads() -> pd.DataFrame:
    """Return the spread of each constant in each panel; NaN where it has none."""
    return pd.DataFrame(
        {
            panel: {constant: measure(moves) for constant, measure in MEASURED.items()}
            for panel, moves in panels().items()
        }
    )


def without(policy: Policy, panel: str, measured: pd.DataFrame) -> dict[str, float]:
    """Return the constants that a panel had no part in, by their name in the policy."""
    content = policy.model_dump(by_alias=True)
    others = measured.drop(columns=panel)
    return {
        constant: float(
            content[constant] ** (_pooled(others.loc[constant]) / _pooled(measured.loc[constant]))
        )
        for constant in measured.index
        if constant in content and others.loc[constant].notna().any()
    }


def _pooled(by_panel: "pd.Series[float]") -> float:
    """Return the spread of some panels together, each of them as good as another."""
    return _root_mean_square(by_panel.dropna())


def policy_without(panel: str) -> Policy:
    """Return the policy whose measured constants a panel had no part in."""
    policy = load_policy()
    content = policy.model_dump(by_alias=True)
    return Policy.model_validate({**content, **without(policy, panel, spreads())})


def main() -> None:
    """Print the spreads, and the constants without each panel."""
    policy, measured = load_policy(), spreads()
    content = policy.model_dump(by_alias=True)
    table = Table(title="Spread in each panel → constant without it")
    for column in ("constant", "in force", *measured.columns):
        table.add_column(column)
    others = {panel: without(policy, panel, measured) for panel in measured.columns}
    for constant in measured.index.intersection(list(content)):
        cells = [
            f"{measured.loc[constant, panel]:.3f} → {others[panel][constant]:.3f}"
            for panel in measured.columns
        ]
        table.add_row(constant, f"{content[constant]:g}", *cells)
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
