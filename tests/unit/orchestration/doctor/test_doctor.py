"""``vigie doctor``: its lines, its record, its code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.doctor import subjects
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, well
from tests.json_shapes import document_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_station_that_is_not_there_is_told_and_not_made(home: Path) -> None:
    asked = CliRunner().invoke(app, ["doctor", "--json"])
    told = {each["name"]: each for each in document_of("doctor", asked.stdout)["subjects"]}
    assert asked.exit_code == 1
    assert "vigie demo" in told["Station"]["to_do"]
    assert "--live" in told["Station"]["to_do"]
    assert told["Portails"]["is_well"]
    assert not home.exists()


def test_all_is_well_when_each_subject_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    monkeypatch.setattr(subjects, "OF_THE_MACHINE", {"Réglages": lambda _station: well("Bons.")})
    monkeypatch.setattr(subjects, "OF_THE_STATION", {})
    asked = CliRunner().invoke(app, ["doctor"])
    assert asked.exit_code == 0, asked.output
    assert json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)["well"]


def test_what_stops_a_look_is_what_that_subject_has(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_station: ExaminedStation) -> SubjectHealth:
        raise PermissionError(13, "Permission denied", "/secret")

    def lost(_station: ExaminedStation) -> SubjectHealth:
        raise KeyError("abc")

    home.mkdir()
    monkeypatch.setattr(subjects, "OF_THE_MACHINE", {"Droits": forbidden, "Autre": lost})
    monkeypatch.setattr(subjects, "OF_THE_STATION", {})
    asked = CliRunner().invoke(app, ["doctor", "--json"])
    droits, autre = json.loads(asked.stdout)["subjects"]
    assert asked.exit_code == 1
    assert "/secret" in droits["said"]
    assert "KeyError" in autre["said"]
