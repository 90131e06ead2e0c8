"""What an operator wrote and cannot be followed ends a command before anything starts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.station.instance_settings import LOCAL


def test_a_table_of_readers_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "destinataires.csv"
    table.write_text("adresse;fiches;reçoit\nanne@x.fr;9.Z;rapport, pannes\n", "utf-8")
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_MAIL_TO", str(table))
    ended = CliRunner().invoke(app, ["nightly"])
    assert ended.exit_code == 1
    said = ended.stderr.replace("\xa0", " ")
    assert f"{table}, ligne 2, colonne « fiches » : « 9.Z ». " in said
    assert not (tmp_path / "dagster").exists()


def test_the_file_is_named_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    (tmp_path / LOCAL).write_text("retention: [", "utf-8")
    ended = CliRunner().invoke(app, ["nightly"])
    assert ended.exit_code == 1
    assert f"Le fichier {tmp_path / LOCAL} est refusé" in ended.stderr
    assert ended.stdout == ""
    assert not (tmp_path / "dagster" / "dagster.yaml").exists()
