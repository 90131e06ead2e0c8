"""A release says what it holds, and replaces the previous one in one step."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from orchestration.station.publishing import publish
from orchestration.station.release import CURRENT, Release, ReleaseDamagedError
from orchestration.station.releases_in_force import (
    IN_FORCE,
    ReleaseLostError,
    current_release,
    ever_in_force,
    record_in_force,
    refuse_when_lost,
)
from sources.storage.aside import point_aside

ROWS = pd.DataFrame({"indicator": ["1C1_pcrh"], "obs_value": [606.0]})


def test_there_is_no_release_before_the_first(tmp_path: Path) -> None:
    assert current_release(tmp_path) is None


def test_the_last_release_is_current_and_the_previous_one_is_kept(tmp_path: Path) -> None:
    first = publish(tmp_path, "a", ROWS, {"previous": None})
    second = publish(tmp_path, "b", ROWS.assign(obs_value=607.0), {"previous": "a"})
    assert current_release(tmp_path) == second
    assert first.observations()["obs_value"].tolist() == [606.0]
    assert second.observations()["obs_value"].tolist() == [607.0]


def test_both_formats_hold_the_same_rows(tmp_path: Path) -> None:
    release = publish(tmp_path, "a", ROWS, {})
    pd.testing.assert_frame_equal(
        pd.read_csv(release.folder / "observations.csv"), release.observations(), check_dtype=False
    )


def test_the_manifest_names_each_file_with_its_hash(tmp_path: Path) -> None:
    release = publish(tmp_path, "a", ROWS, {"region": "52"})
    manifest = json.loads((release.folder / "manifest.json").read_text("utf-8"))
    assert manifest["region"] == "52"
    assert manifest["rows"] == 1
    assert set(manifest["files"]) == {"observations.csv", "observations.parquet"}


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    publish(tmp_path, "a", ROWS, {})
    with pytest.raises(FileExistsError, match="existe déjà"):
        publish(tmp_path, "a", ROWS, {})


def test_what_a_kill_kept_from_being_switched_in_was_never_in_force(tmp_path: Path) -> None:
    publish(tmp_path, "a", ROWS, {"previous": None})
    (tmp_path / "b").mkdir()
    assert ever_in_force(tmp_path) == ["a"]
    publish(tmp_path, "c", ROWS, {"previous": "a"})
    assert ever_in_force(tmp_path) == ["a", "c"]


def test_what_a_kill_kept_from_being_switched_in_goes_and_older_ones_stay(tmp_path: Path) -> None:
    publish(tmp_path, "2", ROWS, {"previous": None})
    for name in ("1", "3"):
        shutil.copytree(tmp_path / "2", tmp_path / name)
    publish(tmp_path, "4", ROWS, {"previous": "2"})
    assert sorted(path.name for path in tmp_path.glob("[0-9.]*")) == ["1", "2", "4"]


@pytest.mark.parametrize("name", ["observations.parquet", "manifest.json"])
@pytest.mark.parametrize(
    "content", [None, b"", b"PAR1", b'{"files": {"observations.qarquet": {}}}']
)
def test_what_was_published_is_not_read_once_it_is_damaged(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    place = publish(tmp_path, "a", ROWS, {"previous": None}).folder / name
    place.unlink() if content is None else place.write_bytes(content)
    with pytest.raises(ReleaseDamagedError, match=name):
        Release(place.parent).observations()


def test_a_release_switched_in_by_a_night_that_was_killed_then_counts(tmp_path: Path) -> None:
    publish(tmp_path, "a", ROWS, {"previous": None})
    before = (tmp_path / IN_FORCE).read_bytes()
    publish(tmp_path, "b", ROWS, {"previous": "a"})
    (tmp_path / IN_FORCE).write_bytes(before)
    assert ever_in_force(tmp_path) == ["a", "b"]
    publish(tmp_path, "c", ROWS, {"previous": "b"})
    assert ever_in_force(tmp_path) == ["a", "b", "c"]


def test_a_station_that_recorded_nothing_knows_what_each_release_replaced(tmp_path: Path) -> None:
    for name, previous in (("a", None), ("never", "a"), ("b", "a"), ("c", "b")):
        publish(tmp_path, name, ROWS, {"previous": previous})
    (tmp_path / IN_FORCE).unlink()
    record_in_force(tmp_path)
    shutil.rmtree(tmp_path / "b")
    assert ever_in_force(tmp_path) == ["a", "b", "c"]


@pytest.mark.parametrize("damaged", [b"", b'["a", "b', b"{}", b"[1]", b"\xff\xfe"])
def test_a_record_that_is_damaged_is_made_again_of_what_each_release_replaced(
    tmp_path: Path, damaged: bytes
) -> None:
    for name, previous in (("a", None), ("b", "a")):
        publish(tmp_path, name, ROWS, {"previous": previous})
    whole = (tmp_path / IN_FORCE).read_bytes()
    (tmp_path / IN_FORCE).write_bytes(damaged)
    assert ever_in_force(tmp_path) == ["a", "b"]
    record_in_force(tmp_path)
    assert (tmp_path / IN_FORCE).read_bytes() == whole


def test_a_link_that_is_gone_or_leads_nowhere_is_no_first_night(tmp_path: Path) -> None:
    record_in_force(tmp_path)
    (tmp_path / "never").mkdir()
    refuse_when_lost(tmp_path)
    publish(tmp_path, "a", ROWS, {"previous": None})
    refuse_when_lost(tmp_path)
    point_aside(tmp_path / CURRENT, "elsewhere")
    with pytest.raises(ReleaseLostError, match="« ln -sfn a '"):
        refuse_when_lost(tmp_path)
    (tmp_path / CURRENT).unlink()
    with pytest.raises(ReleaseLostError, match="« ln -sfn a '"):
        refuse_when_lost(tmp_path)


def test_a_link_that_is_lost_with_the_record_of_releases_is_told_all_the_same(
    tmp_path: Path,
) -> None:
    publish(tmp_path, "a", ROWS, {"previous": None})
    publish(tmp_path, "b", ROWS, {"previous": "a"})
    (tmp_path / CURRENT).unlink()
    (tmp_path / IN_FORCE).unlink()
    with pytest.raises(ReleaseLostError, match="« ln -sfn b '"):
        refuse_when_lost(tmp_path)


def test_a_link_that_leads_nowhere_where_no_release_is_left_is_told(tmp_path: Path) -> None:
    point_aside(tmp_path / CURRENT, "elsewhere")
    with pytest.raises(ReleaseLostError, match="Restaurez"):
        refuse_when_lost(tmp_path)


def test_there_is_nothing_in_force_before_the_first(tmp_path: Path) -> None:
    record_in_force(tmp_path)
    assert ever_in_force(tmp_path) == []
