"""What the desk shows while somebody else has the warehouse: the last morning, and it says so."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.cells.indicator_definition import load_definitions
from expectations.decisions.decision import Choice
from orchestration.commands.desk_service import sign
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.project import read_manifest
from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.signings import Signings
from orchestration.desk.station_reader import NothingToShowError, StationReader
from orchestration.publication.deciding import draft_decision, record
from orchestration.publication.docket import read_docket
from orchestration.settings.settings import Settings
from tests.integration.test_busy_warehouse import HOLD


def test_while_a_night_writes_the_last_morning_is_shown_and_said_to_be_it(station: Path) -> None:
    settings = Settings(home=station, region="52", as_of=DEMO_AS_OF, replay="http://127.0.0.1:1")
    definitions = load_definitions(read_manifest(settings.folders))
    reader = StationReader(settings, definitions)
    before = reader.desk()
    assert before.delayed == ""

    docket = read_docket(settings.folders)
    words = (docket.open[0].finding_id, Choice.HOLD, "Anne Lebrun", "En attente du producteur")
    record(settings.folders, [draft_decision(docket, *words)])
    command = [sys.executable, "-c", HOLD, str(settings.folders.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as night:
        assert night.stdout is not None
        night.stdout.readline()
        meanwhile = reader.desk()
        night.communicate()
    assert "L'entrepôt est occupé" in meanwhile.delayed
    assert meanwhile.morning.to_decide == before.morning.to_decide
    assert reader.desk().delayed == ""


def test_a_decision_that_a_damaged_warehouse_stops_says_what_to_do(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(station))
    folders = Settings(home=station).folders
    finding = read_docket(folders).open[0].finding_id
    folders.warehouse.write_bytes(b"abime" * 4_000)
    typed = TypedDecision(finding, "maintien", "Anne Lebrun", "En attente du producteur")
    signings = Signings(sign, os.getpid)
    try:
        result = signings.start(typed, "").result
    finally:
        signings.close()
    assert "vigie rebuild" in result.sentences[0]


@pytest.mark.parametrize(
    "spoil",
    [lambda warehouse: warehouse.write_bytes(b"abime" * 4_000), Path.unlink],
    ids=["damaged", "restored"],
)
def test_a_warehouse_that_is_damaged_or_gone_is_not_said_to_be_busy(
    station: Path, spoil: Callable[[Path], object]
) -> None:
    settings = Settings(home=station, region="52", as_of=DEMO_AS_OF, replay="http://127.0.0.1:1")
    reader = StationReader(settings, load_definitions(read_manifest(settings.folders)))
    spoil(settings.folders.warehouse)
    with pytest.raises(NothingToShowError) as shown:
        reader.desk()
    assert "rebuild" in str(shown.value)
    assert "occupé" not in str(shown.value)
