"""A night told on the console: partners' words as they wrote them, and what lapsed."""

import json
import os
import signal
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest

from expectations.suites.words import SuiteError
from orchestration.commands import night as night_command
from orchestration.commands.night import JobRequest, NightResult, run_job, run_night
from orchestration.commands.replies import console, progress
from orchestration.commands.termination import TerminatedError
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from orchestration.station.locks import is_alive
from orchestration.station.outbox import Outbox
from orchestration.station.publishing import publish
from orchestration.station.release import Release
from sources.archive import FetchOutcome, FetchStatus

HOSTILE = "La colonne « [/gras] [red]Nombre » est absente."


def test_what_looks_like_markup_in_a_message_is_text(tmp_path: Path) -> None:
    outcome = FetchOutcome(
        source_id="dreets_pcrh_2024",
        status=FetchStatus.REFUSED,
        started_at=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.1,
        bytes=10,
        extract_id=None,
        extract_in_use=None,
        error_class="permanent",
        message=HOSTILE,
        url=None,
    )
    night = NightResult(
        success=True,
        release=None,
        is_new=False,
        outcomes=(outcome,),
        log=tmp_path / "nightly.log",
        folders=Folders(tmp_path),
    )
    with console.capture() as told:
        night.print(console)
    assert HOSTILE in told.get()


def release(folder: Path, previous: Path | None, *, standing: str) -> Release:
    """A release that knows one decision, without an indicator."""
    folder.mkdir()
    decisions = [{"decision_id": 1, "standing": standing}]
    content = {
        "previous": previous.name if previous else None,
        "decisions": decisions,
        "indicators": {},
    }
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    return Release(folder)


def test_a_decision_that_lapsed_tonight_is_named_and_one_that_stands_is_not(
    tmp_path: Path,
) -> None:
    before = release(tmp_path / "1", None, standing="en vigueur")
    for standing, is_named in (("caduque", True), ("en vigueur", False)):
        after = release(tmp_path / standing, before.folder, standing=standing)
        night = NightResult(
            success=True,
            release=after,
            is_new=True,
            outcomes=(),
            log=tmp_path / "nightly.log",
            folders=Folders(tmp_path),
        )
        with console.capture() as told:
            night.print(console)
        assert ("N° 1, décision caduque" in told.get().replace("\xa0", " ")) == is_named


def test_a_night_that_fails_before_the_tables_are_there_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    rows = pd.DataFrame([{"indicator": "1C1_pcrh", "obs_value": 606.0}])
    publish(settings.folders.releases, "20261121T010000000000Z", rows, {"indicators": {}})
    # What a build leaves that was cut short before its first table.
    duckdb.connect(str(settings.folders.warehouse)).close()
    monkeypatch.setattr(night_command, "run_job", lambda *_, **__: False)
    with console.capture() as told:
        run_night(settings).print(console)
    assert "La nuit n'est pas allée à son terme" in told.get()


def served(settings: Settings, job: dg.JobDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a job be the only one of a station."""
    monkeypatch.setenv("DAGSTER_HOME", str(settings.folders.dagster))
    definitions = dg.Definitions(jobs=[job])
    monkeypatch.setattr(night_command, "build_definitions", lambda _settings: definitions)


@pytest.mark.parametrize(
    ("number", "error", "told"),
    [
        (signal.SIGINT, KeyboardInterrupt, []),
        (signal.SIGTERM, TerminatedError, ["Vigie\xa0: la nuit du"]),
    ],
)
def test_a_run_that_ctrl_c_stops_alarms_nobody_and_one_that_sigterm_stops_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    error: type[BaseException],
    told: list[str],
) -> None:
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    shown: list[str] = []

    @dg.op
    def dbt() -> None:
        os.kill(os.getpid(), number)
        signal.pause()

    @dg.job
    def nightly() -> None:
        dbt()

    served(settings, nightly, monkeypatch)
    with pytest.raises(error):
        run_job(settings, JobRequest("nightly", tmp_path / "nightly.log"), shown.append)
    assert shown == ["construction des tables"]
    mails = [path.read_bytes() for path in Outbox(settings.folders.outbox).waiting()]
    assert [message_from_bytes(mail, policy=SMTP)["Subject"][:18] for mail in mails] == told
    assert all(b"InterruptedError" not in mail for mail in mails), "what it says is its own name"


def test_a_run_shows_that_it_lives_before_it_is_given_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is killed as it begins must not be waited for."""
    settings, seen = Settings(home=tmp_path), list[bool | None]()
    create_folders(settings.folders)

    @dg.resource
    def station(context: dg.InitResourceContext) -> None:
        seen.append(is_alive(settings.folders, str(context.run_id)))

    @dg.op(required_resource_keys={"station"})
    def nothing() -> None:
        """Do nothing."""

    @dg.job(resource_defs={"station": station})
    def nightly() -> None:
        nothing()

    served(settings, nightly, monkeypatch)
    assert run_job(settings, JobRequest("nightly", tmp_path / "nightly.log"))
    assert seen == [True]


def test_what_a_night_stopped_on_is_said_to_who_typed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong word in a file that a step reads: the log alone named the file."""
    settings, said = Settings(home=tmp_path), "policy.yml : le fichier, « pas_imprimes »"
    create_folders(settings.folders)

    @dg.op
    def extracts() -> None:
        raise SuiteError(said)

    @dg.job
    def nightly() -> None:
        extracts()

    served(settings, nightly, monkeypatch)
    with progress.capture() as told:
        assert not run_job(settings, JobRequest("nightly", tmp_path / "nightly.log"))
    assert f"Arrêt à l'étape « extracts » : {said}" in told.get().replace("\N{NO-BREAK SPACE}", " ")
