"""A release says what it holds, and replaces the previous one in one step."""

import json
from pathlib import Path

import pandas as pd
import pytest

from orchestration.station.release import current_release, publish

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
