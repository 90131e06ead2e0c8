"""The code lists: their keys are unique and filled, and who repeats one of them agrees with it."""

import csv
from pathlib import Path

import pytest

from expectations.cells.hierarchy import AREA_TYPES

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"
KEYS = {
    "access_to_work_publics": ("breakdown", "category"),
    "area_types": ("area_type",),
    "breakdowns": ("breakdown",),
    "categories": ("breakdown", "category"),
    "clpe": ("clpe_code",),
    "collections": ("collection",),
    "conf_statuses": ("conf_status",),
    "departments": ("department_code",),
    "deposit_lines": ("source_id", "line_code", "indicator"),
    "job_seeker_series": ("series",),
    "merged_communes": ("former_commune_code",),
    "regions": ("region_code",),
    "reporters": ("reporter_code",),
    "units": ("unit_measure",),
}
REFERENCES = {
    ("categories", "breakdown"): ("breakdowns", "breakdown"),
    ("clpe", "department_code"): ("departments", "department_code"),
    ("clpe_communes", "clpe_code"): ("clpe", "clpe_code"),
    ("departments", "region_code"): ("regions", "region_code"),
}
MAY_BE_EMPTY = {("departments", "region_code")}


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("seed", "key"), KEYS.items())
def test_a_key_names_one_row(seed: str, key: tuple[str, ...]) -> None:
    keys = [tuple(row[column] for column in key) for row in rows(seed)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("seed", KEYS)
def test_every_cell_is_filled(seed: str) -> None:
    empty = {(seed, name) for row in rows(seed) for name, cell in row.items() if not cell}
    assert empty <= MAY_BE_EMPTY


@pytest.mark.parametrize(("listed", "key"), REFERENCES.items())
def test_a_code_of_one_list_is_in_the_other(listed: tuple[str, str], key: tuple[str, str]) -> None:
    codes, keys = ({row[column] for row in rows(seed)} for seed, column in (listed, key))
    assert codes - {""} <= keys


def test_a_deposit_can_name_each_reporter_alone() -> None:
    labels = [row["reporter_label"] for row in rows("reporters")]
    assert len(labels) == len(set(labels))
    assert not [label for label in labels if ", " in label or "%" in label or "_" in label]


def test_the_eleven_opco_are_there() -> None:
    assert sum(row["reporter_kind"] == "OPCO" for row in rows("reporters")) == 11


def test_area_types_are_called_the_same_in_findings() -> None:
    plurals = {row["area_type"]: row["plural"] for row in rows("area_types")}
    assert plurals | AREA_TYPES == plurals
    assert set(plurals) - set(AREA_TYPES) == {"REG"}


def test_only_one_commune_is_listed_twice_in_the_committees() -> None:
    """The source repeats a row; no commune is in two committees."""
    listed = rows("clpe_communes")
    assert len(listed) == 1237
    assert len({row["commune_code"] for row in listed}) == 1236
    assert len({tuple(row.values()) for row in listed}) == 1236
