"""What the desk shows while somebody else has the warehouse: the last morning, and it says so."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from expectations.cells.indicator_definition import load_definitions
from expectations.decisions.decision import Choice
from orchestration.commands.desk_service import sign
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.project import read_manifest
from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.signings import SigningResult, Signings
from orchestration.desk.station_reader import NothingToShowError, StationReader
from orchestration.publication.deciding import draft_decision, record
from orchestration.publication.docket import read_docket
from orchestration.settings.settings import Settings
from sources.replay.server import serve
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


def test_of_two_who_have_one_card_the_second_reads_what_the_first_decided(station: Path) -> None:
    settings = Settings(home=station, region="52", as_of=DEMO_AS_OF, replay="http://127.0.0.1:1")
    reader = StationReader(settings, load_definitions(read_manifest(settings.folders)))
    docket = read_docket(settings.folders)
    finding, words = docket.open[0].finding_id, (Choice.HOLD, "Anne Lebrun", "La DREETS répondra")
    signings = Signings(refuse_to_sign, os.getpid)
    try:
        with serve(build_desk(reader, signings, DeskAddresses(("127.0.0.1",)))) as desk:
            card = f"{desk}/constats/{finding}"
            seen = viewed(requests.get(card, timeout=60).text)
            record(settings.folders, [draft_decision(docket, finding, *words)])
            mine = {"decision": "exclusion", "auteur": "Paul Martin", "motif": "Le dépôt est faux"}
            late = send(f"{card}/decision", mine | {"vu": seen[0]})
            step = send(f"{card}/suivi", {"suivi": "prise", "auteur": "Anne Lebrun", "vu": seen[1]})
            late_step = send(
                f"{card}/suivi", {"suivi": "prise", "auteur": "Paul Martin", "vu": seen[1]}
            )
            aware = send(f"{card}/decision", mine | {"vu": viewed(late.text)[0]})
    finally:
        signings.close()
    assert (late.status_code, step.status_code, late_step.status_code) == (422, 303, 422)
    assert "Anne Lebrun a décidé de ce constat" in late.text
    assert "Le dépôt est faux" in late.text, "what was typed stays"
    assert "prise par Anne Lebrun" in late_step.text
    assert aware.status_code == 303, "who has read it may replace it"


def refuse_to_sign(_typed: TypedDecision) -> SigningResult:
    return SigningResult(("Rien.",), is_published=False)


def viewed(page: str) -> list[str]:
    """Return what a card says that it shows: of its decision, then of what is done about it."""
    return re.findall('name="vu" value="([^"]*)"', page)


def send(address: str, form: dict[str, str]) -> requests.Response:
    own = {"Origin": address.partition("/constats")[0]}
    return requests.post(address, form, headers=own, allow_redirects=False, timeout=60)
