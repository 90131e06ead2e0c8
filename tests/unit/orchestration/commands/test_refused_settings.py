"""An operator's settings of Dagster that are none end a command before anything starts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.station.instance_settings import LOCAL


def test_the_file_is_named_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    (tmp_path / LOCAL).write_text("retention: [", "utf-8")
    ended = CliRunner().invoke(app, ["nightly"])
    assert ended.exit_code == 1
    assert f"Le fichier {tmp_path / LOCAL} est refusé" in ended.stderr
    assert ended.stdout == ""
    assert not (tmp_path / "dagster" / "dagster.yaml").exists()
