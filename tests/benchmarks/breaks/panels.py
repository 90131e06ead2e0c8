"""Real numbers as stations: one region, or the whole country, on one night.

Each panel is a producer's open data in the uniform observation, with definitions as somebody who
adds an indicator would write them. Nothing is invented and no value is touched; what is left out of
a panel, and why, is said here. How the files of ``data`` came about is in ``record``.

- *Parcoursup 2018-2019*: people admitted, women and scholarship holders, and their shares, by
  department (by region in the station of the country) and course family.
- *Job seekers by EPCI 2018-2019*, by seniority.
- *Unemployment by employment zone 2003-2020*, a rate without numerator.
- *Job seekers by region 1996-2024*, categories A and ABC, and for the country by sex and age and by
  seniority. The producer gives quarters; periods here are years, the mean of their four quarters.
- *The SREFOP's own tables 2023-2024*, as the demo's night builds them.

A series of years is cut at a year drawn for each night, so that the newest one may be 2009 or 2020.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from expectations.definitions import IndicatorDefinition, load_definitions
from expectations.observations import COLUMNS, TOTAL
from expectations.statuses import ABSENT
from tests.benchmarks.breaks.station import Station, with_shares

PROJECT = Path(__file__).resolve().parents[3]
DATA = Path(__file__).parent / "data"
PARCOURSUP = PROJECT / "sources" / "replay" / "recordings" / "parcoursup"
SEEDS = PROJECT / "dbt_project" / "seeds"
MODELS = PROJECT / "dbt_project" / "models" / "indicators"
COUNTRY = "FR"
REGIONS = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", COUNTRY)
PLACES = {"FR": "PAYS-FR"}

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
"""A course family that leaves a department with at least as many admitted: a closure, or a file that
was not sent? Nobody can tell from the numbers, so that it is in no panel; a smaller one is."""

DESERVED = {
    "1A1_salaries_formes_te": "one more OPCO reports in 2024",
    "1A2_etablissements_sensibilises_te": "one more OPCO reports; establishments or firms",
    "1A4_pcrh_te": "national collection in 2024, fewer themes",
    "1B2_etablissements_maitre_apprentissage": "one more OPCO reports in 2024",
    "1B3_salaries_entres_formation": "shares of departments that do not add up to 100",
    "1C4_taux_emploi_seniors": "figures of 2021 and 2022 shown for 2023 and 2024",
    "1C5_taux_activite_seniors": "figures of 2022 shown for 2024",
    "2A3_part_filles_voeux": "« Diplôme des métiers d'Arts » became « DN MADE »",
    "2A4_eleves_orientibus": "totals that are not the sum of their parts",
    "2B1_decrocheurs_psad": "« connus » became « suivis »",
    "3B1_metiers_preconisations": "occupations became recommendations",
    "4B3_fermetures_places": "0 → 40, unexplained",
    "4B4_places_diplomes_colores": "0 → 132, unexplained",
}
"""What is known to be wrong, or is unexplained, in the report's own figures."""

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


@dataclass(frozen=True)
class Panel:
    """The indicators of one producer's file.

    Attributes:
        observations: Uniform observations.
        definitions: Its indicators.
        shares: Those computed as numerator over denominator.
        orders: Categories in their order, by breakdown.
    """

    observations: pd.DataFrame
    definitions: Sequence[IndicatorDefinition]
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def station(region: str, year: int, *, with_event: bool = False) -> Station:
    """Return the station of a region on a night.

    Args:
        region: Its code, or ``FR`` for the country, whose parts are then the regions.
        year: The newest year of the series of years.
        with_event: Whether the schools that entered Parcoursup in 2019 are in it.
    """
    panels = {
        "parcoursup": parcoursup(region, with_event=with_event),
        "chomage": unemployment(region, min(year, 2020)),
        "demandeurs_regions": job_seekers_by_region(year),
        "demandeurs_profil": job_seekers_by_profile(year),
    }
    if region != COUNTRY:
        panels["demandeurs_epci"] = job_seekers_by_epci(region)
    indicators = {name: tuple(it.id for it in panel.definitions) for name, panel in panels.items()}
    definitions = {it.id: it for panel in panels.values() for it in panel.definitions}
    report = srefop_definitions()
    tables = [*(panel.observations for panel in panels.values()), srefop()]
    return Station(
        observations=pd.concat(tables, ignore_index=True),
        definitions={**definitions, **report},
        files={**indicators, **{name: (name,) for name in report}},
        shares={name: of for panel in panels.values() for name, of in panel.shares.items()},
        orders={name: of for panel in panels.values() for name, of in panel.orders.items()},
        deserved=DESERVED,
    )


@cache
def parcoursup(region: str, *, with_event: bool = False) -> Panel:
    """Return the panel of Parcoursup: two sessions, by area and course family.

    Args:
        region: The region whose departments are shown, or ``FR`` for all regions.
        with_event: Whether the families that entered in 2019 are there.
    """
    rows = _parcoursup_counts()
    part, whole = ("REG", PLACES[COUNTRY]) if region == COUNTRY else ("DEP", f"REG-{region}")
    rows = rows if region == COUNTRY else rows[rows["region"] == region]
    rows = rows.assign(ref_area=f"{part}-" + rows["region" if region == COUNTRY else "dep"])
    kept = [family for family in REFORMED if not (with_event and family in ENTERED_2019)]
    rows = rows[~rows["category"].isin(kept)]
    counts = {"admis": "acc_tot", "admises": "acc_tot_f", "boursiers": "acc_brs"}
    keys = ["ref_area", "time_period", "breakdown", "category"]
    wide = rows.assign(breakdown="famille_formation").groupby(keys)[list(counts.values())].sum()
    wide = _without_closed(wide.reset_index())
    wide = _with_totals(wide, whole, list(counts.values()))
    tables = [_uniform(wide, f"psup_{name}", column, "eleve") for name, column in counts.items()]
    shares = {
        "psup_part_femmes": ("psup_admises", "psup_admis"),
        "psup_part_boursiers": ("psup_boursiers", "psup_admis"),
    }
    tables += [_uniform(wide, name, "acc_tot", "pct") for name in shares]
    adds_up = [
        {"by": "ref_area", "of": whole.partition("-")[0], "parts": part},
        {"by": "category", "of": TOTAL, "parts": "famille_formation"},
    ]
    told = {"period_kind": "campaign", "cadence": "session", "breakdowns": adds_up}
    definitions = [
        _definition("psup_admis", "Admis sur Parcoursup", "eleve", **told),
        _definition("psup_admises", "Admises", "eleve", part_of="psup_admis", **told),
        _definition("psup_boursiers", "Admis boursiers", "eleve", part_of="psup_admis", **told),
        _definition("psup_part_femmes", "Part des femmes", "pct", "rate", **told),
        _definition("psup_part_boursiers", "Part des boursiers", "pct", "rate", **told),
    ]
    observations = with_shares(pd.concat(tables, ignore_index=True), shares)
    return Panel(observations, definitions, shares)


@cache
def _parcoursup_counts() -> pd.DataFrame:
    names = pd.read_csv(SEEDS / "departments.csv", dtype=str)
    regions = names.set_index("department_code")["region_code"]
    measures = ["acc_tot", "acc_tot_f", "acc_brs"]
    tables = [
        pd.read_csv(
            PARCOURSUP / f"fr-esr-parcoursup-{year}.csv.gz",
            sep=";",
            usecols=["dep", "form_lib_voe_acc", *measures],
            dtype={"dep": str},
        ).assign(time_period=str(year))
        for year in (2018, 2019)
    ]
    rows = pd.concat(tables).rename(columns={"form_lib_voe_acc": "category"})
    rows = rows.assign(region=rows["dep"].map(regions)).dropna(subset=["region"])
    return rows.groupby(["region", "dep", "time_period", "category"], as_index=False)[
        measures
    ].sum()


def _without_closed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without the families that left an area with many, or entered it with many."""
    series = ["ref_area", "breakdown", "category"]
    alone = rows[~rows.duplicated(series, keep=False)]
    many = (alone["acc_tot"] >= CLOSED_FLOOR) & ~alone["category"].isin(ENTERED_2019)
    return rows.drop(index=alone.index[many])


@cache
def job_seekers_by_epci(region: str) -> Panel:
    """Return the job seekers of a region's EPCI by seniority, 2018 and 2019.

    Left out: an EPCI that is in one of the two files only (merged, split), and the metropolis of
    Lyon, which has two lines in 2019.
    """
    regions = _region_of_epci()
    tables = []
    for year in (2018, 2019):
        file = DATA / f"demandeurs_emploi_epci_{year}.csv"
        table = pd.read_csv(file, dtype={"code_epci": str}).dropna(subset=["code_epci"])
        table = table.drop_duplicates("code_epci", keep=False)
        codes = table["code_epci"].str.removesuffix(".0")
        here = table[codes.map(regions) == region].drop(columns=["code_epci", "lib_epci", "total"])
        here = here.set_axis(SENIORITY, axis=1).assign(ref_area="EPCI-" + codes)
        tables.append(here.assign(time_period=str(year)))
    wide = pd.concat(tables)
    both = wide["ref_area"].map(wide["ref_area"].value_counts()) == 2
    rows = wide[both].melt(["ref_area", "time_period"], SENIORITY, "category", "obs_value")
    rows = _with_totals(rows.assign(breakdown="anciennete"), f"REG-{region}", ["obs_value"])
    definition = _definition(
        "demandeurs_emploi_epci",
        "Demandeurs d'emploi par EPCI et ancienneté",
        "demandeur_emploi",
        breakdowns=[
            {"by": "ref_area", "of": "REG", "parts": "EPCI"},
            {"by": "category", "of": TOTAL, "parts": "anciennete"},
        ],
    )
    observations = _uniform(rows, definition.id, "obs_value", "demandeur_emploi")
    return Panel(observations, [definition], orders={"anciennete": SENIORITY})


@cache
def _region_of_epci() -> dict[str, str]:
    """Return the region of each EPCI: that of most of its communes."""
    communes = pd.read_csv(
        PROJECT / "sources" / "dgcl" / "reference" / "Communes_to_EPCI_2022.csv", sep=";", dtype=str
    ).dropna(subset=["siren"])
    names = pd.read_csv(SEEDS / "departments.csv", dtype=str)
    regions = names.set_index("department_code")["region_code"]
    department = communes["insee"].str[:2].where(~communes["insee"].str.startswith("97"))
    department = department.fillna(communes["insee"].str[:3])
    found = communes.assign(region=department.map(regions)).groupby("siren")["region"]
    return {str(code): str(region) for code, region in found.agg(lambda it: it.mode()[0]).items()}


@cache
def unemployment(region: str, year: int) -> Panel:
    """Return the unemployment rates of a region's employment zones, 2003 to a year."""
    table = pd.read_csv(DATA / "chomage_zones.csv", dtype={"zone": str, "region": str})
    here = table if region == COUNTRY else table[table["region"] == region]
    years = [name for name in table.columns if name.isdigit() and int(name) <= year]
    rows = here.melt(["zone"], years, "time_period", "obs_value").dropna(subset=["obs_value"])
    rows = rows.assign(ref_area="ZE2020-" + rows["zone"], breakdown=TOTAL, category=TOTAL)
    definition = _definition(
        "taux_chomage_zones", "Taux de chômage par zone d'emploi", "pct", "rate"
    )
    return Panel(_uniform(rows, definition.id, "obs_value", "pct"), [definition])


@cache
def job_seekers_by_region(year: int) -> Panel:
    """Return the job seekers of the metropolitan regions, 1996 to a year: A, of which ABC is all."""
    tables = []
    for kind, name in JOB_SEEKERS.items():
        years = _yearly(f"demandeurs_emploi_{kind}_regions.csv", year)[list(LABELS_OF_REGIONS)]
        years = years.rename(
            columns={old: f"REG-{code}" for old, code in LABELS_OF_REGIONS.items()}
        )
        years = years.assign(**{PLACES[COUNTRY]: years.sum(axis=1)}).reset_index()
        rows = years.melt(["time_period"], var_name="ref_area", value_name="obs_value")
        rows = rows.assign(breakdown=TOTAL, category=TOTAL)
        tables.append(_uniform(rows, name, "obs_value", "demandeur_emploi"))
    adds_up = [{"by": "ref_area", "of": "PAYS", "parts": "REG"}]
    told = {"unit": "demandeur_emploi", "breakdowns": adds_up}
    abc, a = JOB_SEEKERS["ABC"], JOB_SEEKERS["A"]
    definitions = [
        _definition(abc, "Demandeurs d'emploi, catégories A, B et C", **told),
        _definition(a, "Demandeurs d'emploi, catégorie A", part_of=abc, **told),
    ]
    return Panel(pd.concat(tables), definitions)


@cache
def job_seekers_by_profile(year: int) -> Panel:
    """Return the job seekers of the country by sex and age, and by seniority, 1996 to a year."""
    tables, definitions = [], []
    for file, breakdown in (("age_sexe", "sexe_age"), ("anciennete", "anciennete_longue")):
        years = _yearly(f"demandeurs_emploi_{file}.csv", year).reset_index()
        rows = years.melt(["time_period"], var_name="category", value_name="obs_value")
        rows = rows.assign(breakdown=breakdown, ref_area=PLACES[COUNTRY])
        name = f"demandeurs_emploi_{breakdown}"
        rows = _with_totals(rows, None, ["obs_value"])
        tables.append(_uniform(rows, name, "obs_value", "demandeur_emploi"))
        adds_up = [{"by": "category", "of": TOTAL, "parts": breakdown}]
        label = f"Demandeurs d'emploi ({breakdown})"
        definitions.append(_definition(name, label, "demandeur_emploi", breakdowns=adds_up))
    orders = {"anciennete_longue": SENIORITY, "sexe_age": SEX_AND_AGE}
    return Panel(pd.concat(tables), definitions, orders=orders)


def _yearly(file: str, newest: int) -> pd.DataFrame:
    """Return the means of the years that have four quarters, up to one, rounded to units."""
    quarters = pd.read_csv(DATA / file).set_index("Période")
    years = quarters.groupby(quarters.index.str[:4])
    whole = years.mean()[years.size() == 4]
    return whole[whole.index.astype(int) <= newest].round().rename_axis("time_period")


@cache
def srefop() -> pd.DataFrame:
    """Return the observations of the SREFOP's own tables."""
    texts = {column: str for column in COLUMNS if column not in ("obs_value", *FRACTION)}
    return pd.read_csv(DATA / "srefop_observations.csv", dtype=texts)


FRACTION = ("numerator", "denominator")


@cache
def srefop_definitions() -> dict[str, IndicatorDefinition]:
    """Return the definitions of the SREFOP's indicators, read beside their models."""
    models = [
        model
        for file in sorted(MODELS.rglob("*.yml"))
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
    ]
    nodes: dict[str, Any] = {
        model["name"]: {**model, "resource_type": "model"} for model in models if "config" in model
    }
    return load_definitions({"nodes": nodes})


def _with_totals(rows: pd.DataFrame, whole: str | None, measures: list[str]) -> pd.DataFrame:
    """Return rows with the total of their areas, if they have a whole, and of their categories."""
    keys = ["ref_area", "time_period", "breakdown", "category"]
    if whole is not None:
        rows = pd.concat(
            [rows, rows.assign(ref_area=whole).groupby(keys, as_index=False)[measures].sum()]
        )
    totals = (
        rows.assign(breakdown=TOTAL, category=TOTAL).groupby(keys, as_index=False)[measures].sum()
    )
    return pd.concat([rows, totals], ignore_index=True)


def _uniform(rows: pd.DataFrame, indicator: str, value: str, unit: str) -> pd.DataFrame:
    """Return uniform observations whose grid is complete: what has no line is absent."""
    series = ["ref_area", "breakdown", "category"]
    grid = (
        rows[series].drop_duplicates().merge(rows[["time_period"]].drop_duplicates(), how="cross")
    )
    table = grid.merge(rows[[*series, "time_period", value]], how="left")
    table = table.assign(
        indicator=indicator,
        obs_value=table[value].astype("float64"),
        unit_measure=unit,
        obs_status=np.where(table[value].isna(), ABSENT, "A"),
        conf_status="F",
        reference_period=table["time_period"],
        definition=f"{indicator}-1",
        collection="regionale",
    )
    texts = [column for column in COLUMNS if column not in ("obs_value", *FRACTION)]
    whole = table.reindex(columns=COLUMNS)
    return whole.astype(dict.fromkeys(texts, "str")).astype(dict.fromkeys(FRACTION, "float64"))


def _definition(
    name: str, label: str, unit: str, kind: str = "count", **told: object
) -> IndicatorDefinition:
    usual = {
        "id": name,
        "fiche": "banc d'essai",
        "label": label,
        "counts": label,
        "unit_measure": unit,
        "value_kind": kind,
        "producer": "producteur",
        "contact": "le producteur",
        "cadence": "annual",
        "origin": "open_data",
        "period_kind": "year",
        "expected_lag_months": 6,
        "reference_period": "la période",
        "comparability": [
            {"kind": "definition", "version": f"{name}-1"},
            {"kind": "collection", "version": "regionale"},
        ],
    }
    return IndicatorDefinition.model_validate({**usual, **told})
