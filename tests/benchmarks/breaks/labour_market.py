"""Job seekers and unemployment: by EPCI, by region, by profile, by employment zone.

How the files of ``data`` came about is in ``record``. The producer of the job seekers gives
quarters; periods here are years, the mean of their four quarters.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from expectations.cells.observations import TOTAL
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

DATA = Path(__file__).parent / "data"
EPCI = PROJECT / "sources" / "producers" / "dgcl" / "reference" / "Communes_to_EPCI_2022.csv"
SENIORITY = (
    "moins_3_mois",
    "3_a_5_mois",
    "6_a_11_mois",
    "12_a_23_mois",
    "24_a_35_mois",
    "36_mois_plus",
)
SEX_AND_AGE = ("hommes_moins_25", "hommes_25_49", "hommes_50_plus")
JOB_SEEKERS = {"A": "demandeurs_emploi_a", "ABC": "demandeurs_emploi_abc"}
REDRAWN = {
    "200070571": "Cœur de Berry: Mehun-sur-Yèvre, most of it, is one of Bourges Plus since 2019",
    "241800507": "Bourges Plus, which it joined",
    "200066405": "Roumois Seine: fourteen of its communes left it on 1 January 2019",
    "200065787": "Pont-Audemer / Val de Risle, which six of them joined",
}
"""EPCI that do not have the same communes in the two files: those of which we know it."""
LABELS_OF_REGIONS = {
    "ILE-DE-FRANCE": "11",
    "CENTRE-VAL DE LOIRE": "24",
    "BOURGOGNE FRANCHE-COMTE": "27",
    "NORMANDIE": "28",
    "HAUTS-DE-FRANCE": "32",
    "GRAND-EST": "44",
    "PAYS DE LA LOIRE": "52",
    "BRETAGNE": "53",
    "NOUVELLE-AQUITAINE": "75",
    "OCCITANIE": "76",
    "AUVERGNE RHONE-ALPES": "84",
    "PROVENCE-ALPES-COTE D'AZUR": "93",
    "CORSE": "94",
}


@cache
def job_seekers_by_epci(region: str) -> Panel:
    """Return the job seekers of a region's EPCI by seniority, 2018 and 2019.

    Left out: an EPCI that is in one of the two files only (merged, split), the metropolis of Lyon,
    which has two lines in 2019, and those of ``REDRAWN``.
    """
    regions = _region_of_epci()
    tables = []
    for year in (2018, 2019):
        file = DATA / f"demandeurs_emploi_epci_{year}.csv"
        table = pd.read_csv(file, dtype={"code_epci": str}).dropna(subset=["code_epci"])
        table = table.drop_duplicates("code_epci", keep=False)
        codes = table["code_epci"].str.removesuffix(".0")
        is_here = (codes.map(regions) == region) & ~codes.isin(REDRAWN)
        here = table[is_here].drop(columns=["code_epci", "lib_epci", "total"])
        here = here.set_axis(SENIORITY, axis=1).assign(ref_area="EPCI-" + codes)
        tables.append(here.assign(time_period=str(year)))
    wide = pd.concat(tables)
    both = wide["ref_area"].map(wide["ref_area"].value_counts()) == 2
    rows = wide[both].melt(["ref_area", "time_period"], SENIORITY, "category", "obs_value")
    rows = with_totals(rows.assign(breakdown="anciennete"), f"REG-{region}", ["obs_value"])
    epci = definition(
        "demandeurs_emploi_epci",
        "Demandeurs d'emploi par EPCI et ancienneté",
        "demandeur_emploi",
        breakdowns=[
            {"by": "ref_area", "of": "REG", "parts": "EPCI"},
            {"by": "category", "of": TOTAL, "parts": "anciennete"},
        ],
    )
    observations = uniform(rows, epci.id, "obs_value", "demandeur_emploi")
    return Panel(observations, [epci], orders={"anciennete": SENIORITY})


@cache
def _region_of_epci() -> dict[str, str]:
    """Return the region of each EPCI: that of most of its communes."""
    communes = pd.read_csv(EPCI, sep=";", dtype=str).dropna(subset=["siren"])
    department = communes["insee"].str[:2].where(~communes["insee"].str.startswith("97"))
    department = department.fillna(communes["insee"].str[:3])
    found = communes.assign(region=department.map(region_of_departments())).groupby("siren")[
        "region"
    ]
    return {
        str(code): str(region) for code, region in found.agg(lambda codes: codes.mode()[0]).items()
    }


@cache
def unemployment(region: str, year: int) -> Panel:
    """Return the unemployment rates of a region's employment zones, 2003 to a year."""
    table = pd.read_csv(DATA / "chomage_zones.csv", dtype={"zone": str, "region": str})
    here = table if region == COUNTRY else table[table["region"] == region]
    years = [name for name in table.columns if name.isdigit() and int(name) <= year]
    rows = here.melt(["zone"], years, "time_period", "obs_value").dropna(subset=["obs_value"])
    rows = rows.assign(ref_area="ZE2020-" + rows["zone"], breakdown=TOTAL, category=TOTAL)
    rate = definition("taux_chomage_zones", "Taux de chômage par zone d'emploi", "pct", "rate")
    return Panel(uniform(rows, rate.id, "obs_value", "pct"), [rate])


@cache
def job_seekers_by_region(year: int) -> Panel:
    """Return the job seekers of metropolitan regions, 1996 to a year: A, of which ABC is all."""
    tables = []
    for kind, name in JOB_SEEKERS.items():
        years = _yearly(f"demandeurs_emploi_{kind}_regions.csv", year)[list(LABELS_OF_REGIONS)]
        years = years.rename(
            columns={old: f"REG-{code}" for old, code in LABELS_OF_REGIONS.items()}
        )
        years = years.assign(**{WHOLE_COUNTRY: years.sum(axis=1)}).reset_index()
        rows = years.melt(["time_period"], var_name="ref_area", value_name="obs_value")
        rows = rows.assign(breakdown=TOTAL, category=TOTAL)
        tables.append(uniform(rows, name, "obs_value", "demandeur_emploi"))
    adds_up = [{"by": "ref_area", "of": "PAYS", "parts": "REG"}]
    common = {"unit": "demandeur_emploi", "breakdowns": adds_up}
    abc, a = JOB_SEEKERS["ABC"], JOB_SEEKERS["A"]
    definitions = [
        definition(abc, "Demandeurs d'emploi, catégories A, B et C", **common),
        definition(a, "Demandeurs d'emploi, catégorie A", part_of=abc, **common),
    ]
    return Panel(pd.concat(tables), definitions)


@cache
def job_seekers_by_profile(year: int) -> Panel:
    """Return the job seekers of the country by sex and age, and by seniority, 1996 to a year."""
    tables, definitions = [], []
    for file, breakdown in (("age_sexe", "sexe_age"), ("anciennete", "anciennete_longue")):
        years = _yearly(f"demandeurs_emploi_{file}.csv", year).reset_index()
        rows = years.melt(["time_period"], var_name="category", value_name="obs_value")
        rows = rows.assign(breakdown=breakdown, ref_area=WHOLE_COUNTRY)
        name = f"demandeurs_emploi_{breakdown}"
        rows = with_totals(rows, None, ["obs_value"])
        tables.append(uniform(rows, name, "obs_value", "demandeur_emploi"))
        adds_up = [{"by": "category", "of": TOTAL, "parts": breakdown}]
        label = f"Demandeurs d'emploi ({breakdown})"
        definitions.append(definition(name, label, "demandeur_emploi", breakdowns=adds_up))
    orders = {"anciennete_longue": SENIORITY, "sexe_age": SEX_AND_AGE}
    return Panel(pd.concat(tables), definitions, orders=orders)


def _yearly(file: str, newest: int) -> pd.DataFrame:
    """Return the means of the years that have four quarters, up to one, rounded to units."""
    quarters = pd.read_csv(DATA / file).set_index("Période")
    years = quarters.groupby(quarters.index.str[:4])
    whole = years.mean()[years.size() == 4]
    return whole[whole.index.astype(int) <= newest].round().rename_axis("time_period")
