"""What keeps a station from being proven is told in a sentence, whatever it is."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.commands.replies import console
from orchestration.settings.folders import Folders
from orchestration.station.environment import create_folders
from orchestration.station.publishing import publish
from orchestration.station.vintages_copy import FILE
from sources.storage.register_store import prepare

ROWS = pd.DataFrame({"indicator": ["1C1_pcrh"]})


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """The folders of a station that has published and has no tables."""
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    folders = Folders(tmp_path)
    create_folders(folders)
    prepare(tmp_path)
    publish(folders.releases, "20261121T010000000000Z", ROWS, {"previous": None})
    return folders


def test_vintages_that_cannot_be_read_are_named_with_what_to_do(folders: Folders) -> None:
    folders.vintages.mkdir()
    (folders.vintages / FILE).write_bytes(b"cut short")
    ended = CliRunner().invoke(app, ["rebuild", "--verify", "--live"])
    assert ended.exit_code == 1, ended.output
    assert "La copie des millésimes" in ended.stderr
    assert "Restaurez ce fichier" in ended.stderr


@pytest.mark.usefixtures("folders")
def test_a_station_that_was_restored_is_not_told_as_one_where_no_night_ran() -> None:
    """A backup leaves the tables out: what reads them says so, what does not goes on."""
    for command in ("findings", "decisions"):
        ended = CliRunner().invoke(app, [command, "--live"])
        told = ended.stderr.replace("\xa0", " ").replace("\n", " ")
        assert ended.exit_code == 1
        assert "« vigie rebuild --live » les refait" in told
        assert "Aucune nuit" not in told
    assert CliRunner().invoke(app, ["sources", "--live"]).exit_code == 0
    with console.capture() as said:
        verified = CliRunner().invoke(app, ["verify", "--live"])
    assert verified.stderr == ""
    assert "« vigie rebuild --live » les refait" in said.get().replace("\xa0", " ")
