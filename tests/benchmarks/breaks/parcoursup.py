"""Parcoursup, sessions 2018 and 2019, all France: admitted, women, scholarship holders, shares.

By department in the station of a region, by region in that of the country, and by course family.
What is left out of the panel is named here, with the reason; no value is touched.
"""

from functools import cache

import numpy as np
import pandas as pd

from expectations.cells.observations import TOTAL
from tests.benchmarks.breaks.station import with_shares
from tests.benchmarks.breaks.uniform import (
    COUNTRY,
    PROJECT,
    WHOLE_COUNTRY,
    Panel,
    definition,
    region_of_departments,
    uniform,
    with_totals,
)

PARCOURSUP = PROJECT / "sources" / "replay" / "recordings" / "parcoursup"

REFORMED = {
    "Classes préparatoires aux écoles paramédicales": "closed with the entrance examinations, 2019",
    "Classes préparatoires aux écoles du social": "closed with the entrance examinations, 2019",
    "Formations diplômantes paramédicales": "became « D.E secteur sanitaire »",
    "Formations diplômantes du social": "became « D.E secteur social »",
    "Diplôme des métiers d'Arts": "became « DN MADE »",
    "DN MADE": "took in the former diplomas of arts",
    "Mise à niveau": "closed as « DN MADE » opened",
    "Ecoles de commerce": "renamed",
    "Ecoles de commerce et de management": "renamed",
    "Mention complémentaire": "entered Parcoursup by stages",
    "DU": "entered Parcoursup by stages",
    "Bachelor": "entered Parcoursup by stages",
    "D.E secteur sanitaire": "entered Parcoursup in 2019, in every region",
    "D.E secteur social": "entered Parcoursup in 2019, in every region",
}
"""Course families whose own meaning changed between the two sessions, all over the country: neither
an unchanged series nor one whose fault we made. Those of the last two are the real event."""
ENTERED_2019 = ("D.E secteur sanitaire", "D.E secteur social")
CLOSED_FLOOR = 20
"""A course family that leaves a department with as many admitted or more: a closure, or a file that
was not sent? Nobody can tell from the numbers, so that it is in no panel; a smaller one is. Nor is
a family of which as many, and half of the larger year, are of schools that came or left: in 2019
the preparatory years of the university of Marseille are no longer given, the Cnam's diploma is."""

NO_SCHOOL = "identifiant obsolète"


@cache
def parcoursup(region: str, *, with_event: bool = False, with_all: bool = False) -> Panel:
    """Return the panel of Parcoursup: two sessions, by area and course family.

    Args:
        region: The region whose departments are shown, or ``FR`` for all regions.
        with_event: Whether the families that entered in 2019 are there.
        with_all: Whether nothing is left out.
    """
    rows = _parcoursup_counts()
    part, whole = ("REG", WHOLE_COUNTRY) if region == COUNTRY else ("DEP", f"REG-{region}")
    rows = rows if region == COUNTRY else rows[rows["region"] == region]
    rows = rows.assign(ref_area=f"{part}-" + rows["region" if region == COUNTRY else "dep"])
    left_out = [family for family in REFORMED if not (with_event and family in ENTERED_2019)]
    rows = rows[with_all | ~rows["category"].isin(left_out)]
    counts = {"admis": "acc_tot", "admises": "acc_tot_f", "boursiers": "acc_brs"}
    keys = ["ref_area", "time_period", "breakdown", "category"]
    rows = rows.assign(breakdown="famille_formation")
    rows = rows if with_all else _without_closed(rows)
    wide = rows.groupby(keys, as_index=False)[list(counts.values())].sum()
    wide = with_totals(wide, whole, list(counts.values()))
    tables = [uniform(wide, f"psup_{name}", column, "eleve") for name, column in counts.items()]
    shares = {
        "psup_part_femmes": ("psup_admises", "psup_admis"),
        "psup_part_boursiers": ("psup_boursiers", "psup_admis"),
    }
    tables += [uniform(wide, name, "acc_tot", "pct") for name in shares]
    adds_up = [
        {"by": "ref_area", "of": whole.partition("-")[0], "parts": part},
        {"by": "category", "of": TOTAL, "parts": "famille_formation"},
    ]
    common = {"period_kind": "campaign", "cadence": "session", "breakdowns": adds_up}
    definitions = [
        definition("psup_admis", "Admis sur Parcoursup", "eleve", **common),
        definition("psup_admises", "Admises", "eleve", part_of="psup_admis", **common),
        definition("psup_boursiers", "Admis boursiers", "eleve", part_of="psup_admis", **common),
        definition("psup_part_femmes", "Part des femmes", "pct", "rate", **common),
        definition("psup_part_boursiers", "Part des boursiers", "pct", "rate", **common),
    ]
    observations = with_shares(pd.concat(tables, ignore_index=True), shares)
    return Panel(observations, definitions, shares)


@cache
def _parcoursup_counts() -> pd.DataFrame:
    regions = region_of_departments()
    measures = ["acc_tot", "acc_tot_f", "acc_brs"]
    tables = [
        pd.read_csv(
            PARCOURSUP / f"fr-esr-parcoursup-{year}.csv.gz",
            sep=";",
            usecols=["dep", "cod_uai", "form_lib_voe_acc", *measures],
            dtype={"dep": str},
        ).assign(time_period=str(year))
        for year in (2018, 2019)
    ]
    rows = pd.concat(tables).rename(columns={"form_lib_voe_acc": "category", "cod_uai": "school"})
    rows = rows.assign(region=rows["dep"].map(regions)).dropna(subset=["region"])
    rows["school"] = rows["school"].where(rows["school"] != NO_SCHOOL, rows["time_period"])
    keys = ["region", "dep", "time_period", "category", "school"]
    return rows.groupby(keys, as_index=False, dropna=False)[measures].sum()


def _without_closed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without the families that left an area with many, or entered it with many."""
    series = ["ref_area", "breakdown", "category"]
    of_school = rows.groupby([*series, "school"], dropna=False)["time_period"]
    alone = of_school.transform("nunique") == 1
    admitted = rows["acc_tot"] * np.where(rows["time_period"] == "2019", 1, -1)
    of_series = [rows[name] for name in series]
    change = admitted.where(alone, 0).groupby(of_series).transform("sum").abs()
    sums = rows.groupby([*series, "time_period"])["acc_tot"].sum().unstack()
    larger = sums.max(axis=1).reindex(pd.MultiIndex.from_frame(rows[series])).to_numpy()
    is_out = (change >= CLOSED_FLOOR) & (2 * change >= larger)
    return rows[~is_out | rows["category"].isin(ENTERED_2019)]
