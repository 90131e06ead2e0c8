"""A release that contradicts itself is told, one that adds up is not."""

from pathlib import Path

import duckdb
import pytest

from tests.readers.made_up import COUNT, made_up_truth
from tests.readers.release_tables import of_release


@pytest.mark.parametrize(
    ("total", "deposit", "caveat", "numbers"),
    [
        (41, "b", "", []),
        (4, "b", "", ["4"]),
        (41, "a", "", ["41"]),
        (4, "a", "", ["4", "4"]),
        (4, "a", "Valeur d un dépôt antérieur.", []),
    ],
)
def test_a_total_is_the_sum_of_its_parts_of_one_deposit(
    tmp_path: Path, total: int, deposit: str, caveat: str, numbers: list[str]
) -> None:
    folder = tmp_path / "releases" / "current"
    folder.mkdir(parents=True)
    rows = ", ".join(
        f"('{COUNT}', '2024', '{area}', '_T', {value}, 'A', '{extract}', 'published', '{caveat}')"
        for area, value, extract in (
            ("REG-52", total, deposit), ("DEP-49", 24, "b"), ("DEP-72", 17, "b"),
        )
    )  # fmt: skip
    columns = (
        "indicator, time_period, ref_area, category, obs_value, obs_status, extract_id, "
        "publication, caveat"
    )
    path = folder / "observations.parquet"
    duckdb.execute(f"copy (select * from (values {rows}) as t({columns})) to '{path}'")
    truth = made_up_truth(tmp_path)
    truth.declared[COUNT] = {
        "value_kind": "count",
        "breakdowns": [{"by": "ref_area", "of": "REG", "parts": "DEP"}],
    }
    assert [line.number for line in of_release(truth)] == numbers
