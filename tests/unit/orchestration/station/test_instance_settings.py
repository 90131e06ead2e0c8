"""Dagster's settings of a station: ours are there, an operator's own survive a start."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from orchestration.settings.folders import Folders
from orchestration.station.instance_settings import LOCAL, InstanceSettingsError, instance_settings
from sources.storage.register_server import MARKER, VARIABLE

ODD = "l'office d'été #1 : \"régional\" & {{ co }}"


def made(home: Path, own: str = "") -> dict[str, Any]:
    if own:
        (home / LOCAL).write_text(own, "utf-8")
    settings: dict[str, Any] = yaml.safe_load(instance_settings(Folders(home)))
    return settings


def test_the_history_is_in_the_station_wherever_that_is(tmp_path: Path) -> None:
    home = tmp_path / ODD
    home.mkdir()
    settings = made(home)
    assert settings["run_storage"]["config"]["base_dir"] == str(home / "dagster" / "history")
    events = settings["event_log_storage"]["config"]["base_dir"]
    assert events == str(home / "dagster" / "history" / "runs")


def test_an_operators_setting_has_the_last_word_and_the_others_stay(tmp_path: Path) -> None:
    own = "run_monitoring:\n  max_runtime_seconds: 60\nschedules:\n  use_threads: true\n"
    ours, both = made(tmp_path), made(tmp_path, own)
    monitoring = {**ours["run_monitoring"], "max_runtime_seconds": 60}
    assert both == {**ours, "run_monitoring": monitoring, "schedules": {"use_threads": True}}


def test_a_storage_of_ones_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    settings = made(tmp_path, "storage:\n  sqlite:\n    base_dir: /ailleurs\n")
    assert settings["storage"] == {"sqlite": {"base_dir": "/ailleurs"}}
    assert not {"run_storage", "event_log_storage"} & set(settings)


@pytest.mark.parametrize("own", ["", "# rien encore\n", "retention: {}\n"])
def test_dagster_takes_what_is_made(tmp_path: Path, own: str) -> None:
    folders = Folders(tmp_path)
    folders.dagster.mkdir()
    (tmp_path / LOCAL).write_text(own, "utf-8")
    (folders.dagster / "dagster.yaml").write_text(instance_settings(folders), "utf-8")
    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        assert type(instance.run_storage).__name__ == "OpenRunStorage"
        assert instance.get_settings("retention")


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (b"retention: [", "ce n'est pas du YAML (ligne 1)"),
        (b"\xff\xfe", "pas écrit en UTF-8"),
        (b"- retention", "« nom: valeur »"),
        (b"retentoin: {}", "ne connaît pas le réglage « retentoin »"),
        (b"a: !!python/object/apply:os.system [ls]", "pas du YAML (ligne 1)"),
    ],
)
def test_what_is_no_settings_is_refused_in_french(tmp_path: Path, own: bytes, reason: str) -> None:
    (tmp_path / LOCAL).write_bytes(own)
    with pytest.raises(InstanceSettingsError) as refused:
        instance_settings(Folders(tmp_path))
    assert reason in str(refused.value)
    assert str(tmp_path / LOCAL) in str(refused.value)


def test_the_history_is_where_the_register_is_and_its_password_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://vigie:s3cret@127.0.0.1/vigie")
    (tmp_path / MARKER).write_text("a register\n", "utf-8")
    settings = made(tmp_path)
    for storage in ("run_storage", "event_log_storage", "schedule_storage"):
        assert settings[storage]["config"] == {"postgres_url": {"env": VARIABLE}}
    assert "s3cret" not in instance_settings(Folders(tmp_path))
    own = made(tmp_path, "storage:\n  sqlite:\n    base_dir: /ailleurs\n")
    assert "run_storage" not in own
