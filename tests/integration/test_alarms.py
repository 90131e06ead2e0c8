"""Alarms as they are raised: a run that fails, a monitor that is asked for, the watch."""

import http.server
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import pandas as pd
import pytest
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG
from dagster._daemon.monitoring.run_monitoring import check_run_timeout
from typer.testing import CliRunner, Result

from orchestration.alarms.failed_runs import breakdown_told, tell_failed_run
from orchestration.alarms.heartbeat import leave_heartbeat, ping, read_heartbeat
from orchestration.commands.replies import console
from orchestration.commands.watch import app
from orchestration.instance.dead_runs import DEAD, end_dead_runs
from orchestration.keys import MAIL_KEY, OBSERVATIONS_KEY, RELEASE_KEY
from orchestration.resources import Station
from orchestration.sensors import failed_run, good_night
from orchestration.settings.settings import Settings
from orchestration.station.job_names import NIGHTLY
from orchestration.station.locks import Holder, StationBusyError
from orchestration.station.outbox import Outbox
from orchestration.station.publishing import publish
from tests.integration.scripted_smtp import Scripted, hosting

LONG = timedelta(minutes=10)
NIGHT = [OBSERVATIONS_KEY, RELEASE_KEY, MAIL_KEY]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_MAIL_TO", "gestion@cariforef.example")
    return Settings()


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A mail server that takes everything, which the environment names."""
    server = Scripted()
    with hosting() as host:
        host.speak = server.speak
        monkeypatch.setenv("VIGIE_SMTP_HOST", host.smtp.host)
        monkeypatch.setenv("VIGIE_SMTP_PORT", str(host.port))
        monkeypatch.setenv("VIGIE_SMTP_SECURITY", "none")
        yield server


def mails(settings: Settings) -> list[EmailMessage]:
    parser = BytesParser(_class=EmailMessage, policy=SMTP)
    return [
        parser.parsebytes(path.read_bytes()) for path in Outbox(settings.folders.outbox).waiting()
    ]


def said(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\xa0", " ")


@dg.job(name=NIGHTLY)
def night() -> None:
    """A night, for the history only."""


def run_of(
    error: Exception, instance: dg.DagsterInstance, step: str = "release"
) -> dg.ExecuteInProcessResult:
    @dg.op(name=step)
    def fails() -> None:
        raise error

    @dg.job(name="nightly")
    def night() -> None:
        fails()

    return night.execute_in_process(instance=instance, raise_on_error=False)


def test_the_command_line_and_the_daemon_tell_a_failure_alike(settings: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_of(OSError(28, "No space left on device"), instance)
        tell_failed_run(settings, instance, result.dagster_run, "nightly.log")
        (by_command,) = mails(settings)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
            resources={"station": Station(home=str(settings.home))},
        )
        with context.for_run_failure() as failure:
            failed_run(failure)
        (by_daemon,) = mails(settings)
    assert by_command["Message-ID"] == by_daemon["Message-ID"]
    assert "à l'étape « release »" in said(by_command)
    assert "No space left on device" in said(by_command)
    assert "lire le journal (nightly.log)" in said(by_command)
    assert f"l'exécution {result.run_id[:8]} dans les pages de Dagster" in said(by_daemon)


@pytest.mark.parametrize("is_found_by_dagster", [True, False])
def test_a_night_whose_process_is_dead_is_told(
    settings: Settings, *, is_found_by_dagster: bool
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(night, status=dg.DagsterRunStatus.STARTED)
        if is_found_by_dagster:
            # Its code server looks at the processes of runs twice a second.
            instance.report_run_failed(run)
        else:
            assert end_dead_runs(instance, settings.folders, later) == [run.run_id]
        tell_failed_run(settings, instance, run)
    (mail,) = mails(settings)
    assert f"Ce qui a été dit : {DEAD}" in said(mail)


def test_a_night_that_hangs_is_told_once_the_daemon_ended_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_URL", "https://vigie.example/")
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(night, tags={MAX_RUNTIME_SECONDS_TAG: "1e-9"})
        started = dg.DagsterEvent("PIPELINE_START", NIGHTLY)
        instance.report_dagster_event(started, run.run_id)
        record = instance.get_run_record_by_id(run.run_id)
        assert record
        check_run_timeout(instance, record, logging.getLogger(), None)
        with patch.object(instance, "all_logs", wraps=instance.all_logs) as reading:
            tell_failed_run(Settings(), instance, run)
        assert reading.call_count == 1, "a log of thousands of events"
    (mail,) = mails(settings)
    assert "elle était bloquée, et a été arrêtée d'office" in said(mail)
    assert f"https://vigie.example/dagster/runs/{run.run_id}" in said(mail)


def test_a_night_that_finds_another_one_and_a_mistyped_decision_are_no_alarm(
    settings: Settings,
) -> None:
    busy = StationBusyError(settings.home, Holder(job="nightly"))
    mistyped = dg.Failure("Ce constat n'existe pas.", allow_retries=False)
    with dg.DagsterInstance.ephemeral() as instance:
        for error, step in ((busy, "release"), (mistyped, "signer")):
            result = run_of(error, instance, step)
            tell_failed_run(settings, instance, result.dagster_run)
        assert mails(settings) == []
        result = run_of(dg.Failure("Sans réponse de BRK."), instance)
        tell_failed_run(settings, instance, result.dagster_run)
    (mail,) = mails(settings)
    assert "Ce qui a été dit : Sans réponse de BRK." in said(mail)


def test_a_night_that_finds_no_link_to_what_was_published_does_nothing_and_says_which(
    settings: Settings,
) -> None:
    folders, done = settings.folders, []
    folders.releases.mkdir()
    first = publish(folders.releases, "20261128T013000000000Z", pd.DataFrame({"a": [1]}), {})
    (folders.releases / "current").unlink()

    @dg.op
    def fetches(station: Station) -> None:
        done.append(station.home)

    @dg.job(name="nightly", resource_defs={"station": Station(home=str(settings.home))})
    def night() -> None:
        fetches()

    with dg.DagsterInstance.ephemeral() as instance:
        result = night.execute_in_process(instance=instance, raise_on_error=False)
        assert not result.success
        tell_failed_run(settings, instance, result.dagster_run)
    assert done == []
    (mail,) = mails(settings)
    link = folders.releases / "current"
    assert f"« ln -sfn {first.release_id} '{link}' »" in said(mail)
    assert "La publication en vigueur ne peut pas être lue" in said(mail)


def test_what_breaks_before_dagster_can_note_it_is_told_and_raised(settings: Settings) -> None:
    with (
        pytest.raises(RuntimeError, match="manifeste"),
        breakdown_told(settings, "nightly", "nightly.log"),
    ):
        raise RuntimeError("le manifeste est abîmé")
    (mail,) = mails(settings)
    assert "RuntimeError : le manifeste est abîmé" in said(mail)


def test_what_the_disk_cannot_keep_is_sent_all_the_same(
    settings: Settings, mail_server: Scripted
) -> None:
    settings.folders.outbox.write_text("a file where a folder should be")
    with pytest.raises(OSError, match="plein"), breakdown_told(Settings(), "nightly", "log"):
        raise OSError("disque plein")
    assert [reader for _, reader in mail_server.accepted] == ["gestion@cariforef.example"]


@pytest.mark.parametrize(
    ("part", "is_noted"), [(None, True), (NIGHT, True), ([OBSERVATIONS_KEY], False)]
)
def test_the_daemon_notes_a_whole_night_only(
    settings: Settings, part: list[dg.AssetKey] | None, is_noted: bool
) -> None:
    def nothing() -> None: ...

    job = dg.define_asset_job("nightly", executor_def=dg.in_process_executor)
    assets = [dg.asset(key=key)(nothing) for key in NIGHT]
    definitions = dg.Definitions(assets=assets, jobs=[job])
    with dg.DagsterInstance.ephemeral() as instance:
        night = definitions.resolve_job_def("nightly")
        result = night.execute_in_process(instance=instance, asset_selection=part)
        with dg.build_run_status_sensor_context(
            sensor_name="good_night",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_success_event(),
            resources={"station": Station(home=str(settings.home))},
        ) as context:
            good_night(context)
    assert (read_heartbeat(settings.folders) is not None) == is_noted


@contextmanager
def answering(status: int | None) -> Iterator[str]:
    """An outside monitor that answers with a status, or never."""
    over = threading.Event()

    class Monitor(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if status is None:
                over.wait()
                return
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Monitor) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/jeton"
        over.set()
        server.shutdown()


def test_a_monitor_is_asked_for_and_fails_nothing() -> None:
    with answering(200) as url:
        assert ping(url, LONG)
    with answering(500) as url:
        assert not ping(url, LONG)


def test_a_monitor_that_never_answers_is_left_and_its_address_is_told_to_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with answering(None) as url:
        monkeypatch.setenv("VIGIE_HEARTBEAT_URL", url)
        monkeypatch.setattr("orchestration.alarms.heartbeat.LONGEST_PING", timedelta(seconds=0.01))
        leave_heartbeat(Settings(), datetime.now(UTC))
    assert read_heartbeat(settings.folders) is not None
    assert "Le veilleur extérieur n'a pas répondu" in caplog.text
    assert "jeton" not in caplog.text
    assert "jeton" not in repr(Settings())


def watch(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["--live", *arguments])


def test_the_watch_is_silent_after_a_good_night_and_mails_once_without(
    settings: Settings, mail_server: Scripted
) -> None:
    leave_heartbeat(settings, datetime.now(UTC))
    assert watch("--mail").exit_code == 0
    assert mail_server.accepted == []
    (settings.home / "heartbeat.json").write_text('{"at": "2026-01-01T02:00:00Z"}')
    assert [watch("--mail").exit_code for _ in range(3)] == [1, 1, 1]
    assert len(mail_server.accepted) == 1


def test_the_watch_mails_though_the_disk_of_the_station_is_out_of_reach(
    settings: Settings, mail_server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the home was, as a mount that is missing, and no right on what is under it."""
    gone = settings.home / "gone"
    gone.touch()
    monkeypatch.setenv("VIGIE_HOME", str(gone))
    assert watch("--mail").exit_code == 1
    assert len(mail_server.accepted) == 1


def test_the_watch_says_since_when(settings: Settings) -> None:
    assert watch().exit_code == 1
    (settings.home / "heartbeat.json").write_text('{"at": "2026-01-01T02:00:00Z"}')
    assert watch("--hours", "1000000").exit_code == 0
    assert watch("--mail").exit_code == 1
    refused = Outbox(settings.folders.outbox).refused
    (refused / "nuit.eml").write_text("Subject: nuit")
    with console.capture() as printed:
        watch()
    sentence = f"1 courriel refusé par le serveur, mis de côté : {refused}."
    assert sentence in printed.get().replace("\xa0", " ")
