"""What is made again otherwise is named file by file, and why where the code says it."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.rebuilding.divergences import Divergence, divergences_of, divergences_of_vintages
from orchestration.rebuilding.past_releases import PastRelease, PastReleases
from orchestration.settings.folders import Folders
from orchestration.station.publishing import publish
from orchestration.station.release import Release
from orchestration.station.vintages_copy import FILE

BEFORE, NAME = "20261120T010000000000Z", "20261121T010000000000Z"
THIS_CODE = "fedcba9876543210"
NIGHT = pd.Timestamp("2026-11-21 00:59")
CELL = {"indicator": "1C1_pcrh", "time_period": "2024", "ref_area": "REG-52"}


def release(home: Path, value: float, code: str, name: str = NAME) -> Release:
    folders = Folders(home)
    folders.releases.mkdir(parents=True, exist_ok=True)
    findings = folders.reports / name / "findings.json"
    findings.parent.mkdir(parents=True)
    findings.write_text("[]", "utf-8")
    rows = pd.DataFrame([{**CELL, "obs_value": value}])
    return publish(folders.releases, name, rows, {"code_version": code, "month": "2026-11"})


def found(home: Path, value: float = 606.0, code: str | None = None) -> list[Divergence]:
    """What a release of 606 differs by, made again by this code."""
    published = release(home / "true", 606.0, code or THIS_CODE)
    made = release(home / "beside", value, THIS_CODE)
    return divergences_of(
        PastRelease(published, is_built=True), made, Folders(home / "true"), THIS_CODE
    )


def test_the_same_bytes_are_no_difference(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_another_value_is_told_of_each_file_and_nothing_explains_it(tmp_path: Path) -> None:
    told = {each.where.rpartition("/")[2]: each for each in found(tmp_path, 607.0)}
    assert set(told) == {"observations.parquet", "observations.csv", "manifest.json"}
    assert "1C1_pcrh 2024 REG-52" in told["observations.parquet"].what
    assert "files" in told["manifest.json"].what
    assert [each.why for each in told.values()] == ["", "", ""]


def test_what_another_version_of_the_code_made_is_told_so(tmp_path: Path) -> None:
    (manifest,) = found(tmp_path, code="0123456789abcdef")
    assert "code_version" in manifest.what
    assert "0123456789ab" in manifest.why


def test_the_same_rows_written_otherwise_are_told_so(tmp_path: Path) -> None:
    published = release(tmp_path / "true", 606.0, THIS_CODE)
    made = release(tmp_path / "beside", 606.0, THIS_CODE)
    pq.write_table(pq.read_table(made.table), made.table, compression="gzip")
    past = PastRelease(published, is_built=True)
    (told,) = divergences_of(past, made, Folders(tmp_path / "true"), THIS_CODE)
    assert "bibliothèques" in told.why


def test_a_table_that_cannot_be_read_any_more_is_told_so(tmp_path: Path) -> None:
    published = release(tmp_path / "true", 606.0, THIS_CODE)
    made = release(tmp_path / "beside", 606.0, THIS_CODE)
    published.table.write_bytes(published.table.read_bytes()[:-1])
    past = PastRelease(published, is_built=True)
    (told,) = divergences_of(past, made, Folders(tmp_path / "true"), THIS_CODE)
    assert (told.where.rpartition("/")[2], told.what) == ("observations.parquet", "ne se lit pas.")
    assert told.why == ""


@pytest.mark.parametrize(
    ("order", "what"), [([1, 0], "dans un autre ordre"), ([0, 1, 1], "1 autre vient à la place")]
)
def test_lines_in_another_order_or_more_often_are_a_difference(
    tmp_path: Path, order: list[int], what: str
) -> None:
    published = release(tmp_path / "true", 606.0, THIS_CODE)
    made = release(tmp_path / "beside", 606.0, THIS_CODE)
    for each, rows in ((published, [0, 1]), (made, order)):
        table = pa.table({**{name: [said] * 2 for name, said in CELL.items()}, "n": [1, 2]})
        pq.write_table(table.take(rows), each.table)
    past = PastRelease(published, is_built=True)
    (told,) = divergences_of(past, made, Folders(tmp_path / "true"), THIS_CODE)
    assert what in told.what


def test_a_file_that_is_not_made_again_is_told(tmp_path: Path) -> None:
    published = release(tmp_path / "true", 606.0, THIS_CODE)
    made = release(tmp_path / "beside", 606.0, THIS_CODE)
    (tmp_path / "beside" / "reports" / NAME / "findings.json").unlink()
    past = PastRelease(published, is_built=True)
    (told,) = divergences_of(past, made, Folders(tmp_path / "true"), THIS_CODE)
    assert told.where == f"reports/{NAME}/findings.json"


def vintages(home: Path, value: float) -> Path:
    home.mkdir(exist_ok=True)
    moments = [pd.Timestamp("2026-11-20 01:00"), NIGHT]
    table = pa.table(
        {
            **{name: [said] * 2 for name, said in CELL.items()},
            "obs_value": [1.0, value],
            "valid_from": moments,
            "valid_to": [moments[1], None],
        }
    )
    pq.write_table(table, home / FILE)
    return home / FILE


@pytest.mark.parametrize(("code", "why"), [(None, False), ("0123456789abcdef", True)])
def test_vintages_are_told_moment_by_moment(tmp_path: Path, code: str | None, *, why: bool) -> None:
    published = release(tmp_path / "true", 606.0, code or THIS_CODE)
    base = release(tmp_path / "true", 605.0, THIS_CODE, BEFORE)
    past = PastReleases(base, (PastRelease(published, is_built=True),))
    kept = vintages(tmp_path / "kept", 2.0)
    assert divergences_of_vintages(kept, vintages(tmp_path / "same", 2.0), past, THIS_CODE) == []
    (told,) = divergences_of_vintages(kept, vintages(tmp_path / "other", 3.0), past, THIS_CODE)
    assert "21/11/2026 à 01:59:00" in told.what
    assert bool(told.why) is why
    twice = vintages(tmp_path / "twice", 2.0)
    pq.write_table(pa.concat_tables([pq.read_table(twice)] * 2), twice)
    assert (
        sum(
            "1 millésime diffère" in each.what
            for each in divergences_of_vintages(kept, twice, past, THIS_CODE)
        )
        == 2
    )
    (lost,) = divergences_of_vintages(tmp_path / FILE, kept, past, THIS_CODE)
    assert "manque" in lost.what


@pytest.mark.parametrize(("cell", "why"), [(CELL, True), ({**CELL, "ref_area": "DEP-44"}, False)])
def test_a_build_that_was_never_published_explains_its_own_cells_and_no_other(
    tmp_path: Path, cell: dict[str, str], *, why: bool
) -> None:
    """Nothing was published on the twentieth: what was taken then is not made again."""
    published = release(tmp_path / "true", 606.0, THIS_CODE)
    past = PastReleases(None, (PastRelease(published, is_built=True),))
    kept, made = vintages(tmp_path / "kept", 2.0), vintages(tmp_path / "made", 2.0)
    newest = {**cell, "obs_value": 3.0, "valid_from": NIGHT, "valid_to": None}
    for path, value in ((kept, 3.0), (made, 4.0)):
        rows = pq.read_table(path).to_pylist()
        pq.write_table(pa.Table.from_pylist([*rows, {**newest, "obs_value": value}]), path)
    (divergence,) = divergences_of_vintages(kept, made, past, THIS_CODE)
    assert "2 millésimes diffèrent" in divergence.what
    assert ("arrêtée avant de publier" in divergence.why) is why
