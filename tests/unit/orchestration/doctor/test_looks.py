"""Each look of ``vigie doctor``: silent on what is well, and it names what is not."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.alarms.heartbeat import Heartbeat, leave_heartbeat
from orchestration.backups.last_backup import LastBackup, note_backup
from orchestration.doctor.configured import amounting_to, configured
from orchestration.doctor.kept import archive, archived, backup, of_format, register, warehouse
from orchestration.doctor.outside import mail_server, mails, mails_left, portals, reached, welcomed
from orchestration.doctor.room_left import AddedFile, added_files, growth, rights, room
from orchestration.doctor.subject_health import ExaminedStation
from orchestration.doctor.time_passing import clock, clock_against, night_at, schedule, schedule_of
from orchestration.doctor.versions import differing, locked, versions
from orchestration.instance.schedule_life import ScheduleLife
from orchestration.settings.settings import Settings
from orchestration.station.instance_settings import LOCAL
from sources.archive import Archive
from sources.storage.register_file import REGISTER, format_of
from sources.wire.reach import Door
from tests.integration.scripted_smtp import Scripted, hosting

NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def demo(tmp_path: Path) -> ExaminedStation:
    return ExaminedStation(Settings(home=tmp_path), is_live=False, now=NOW)


@pytest.fixture
def live(tmp_path: Path) -> ExaminedStation:
    return ExaminedStation(Settings(home=tmp_path), is_live=True, now=NOW)


def test_a_backup_that_was_never_made_or_is_old_is_told_with_what_to_type(
    demo: ExaminedStation, live: ExaminedStation
) -> None:
    assert backup(demo).is_well
    never = backup(live)
    assert (never.is_well, "vigie backup --live" in never.to_do) == (False, True)
    note_backup(live.folders, LastBackup(at=NOW - 8 * DAY, archive="/ailleurs/vigie.tar.gz"))
    recent = backup(live)
    assert (recent.is_well, "dans /ailleurs/vigie.tar.gz" in recent.said) == (True, True)
    old = backup(replace(live, now=NOW + timedelta(hours=1)))
    assert (old.is_well, "vigie backup --live" in old.to_do) == (False, True)


def test_a_warehouse_that_is_damaged_is_told_with_what_makes_it_again(
    live: ExaminedStation,
) -> None:
    place = live.folders.warehouse
    assert warehouse(live).is_well
    duckdb.connect(str(place)).close()
    assert warehouse(live).is_well
    place.write_bytes(b"\0" + os.urandom(99_999))
    damaged = warehouse(live)
    assert (damaged.is_well, "vigie rebuild --live" in damaged.to_do) == (False, True)


def test_a_warehouse_that_does_not_open_is_another_programs_only_where_one_holds_it(
    live: ExaminedStation,
) -> None:
    place = live.folders.warehouse
    duckdb.connect(str(place)).close()
    hold = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", hold, place], stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout
        holder.stdout.readline()
        held = warehouse(live)
        holder.communicate(b"\n")
    assert (held.is_well, "un autre programme" in held.said) == (True, True)
    place.unlink()
    place.mkdir()
    unreadable = warehouse(live)
    assert (unreadable.is_well, "Is a directory" in unreadable.said) == (False, True)
    assert "un autre programme" not in unreadable.said


def test_packages_are_those_of_the_lock_or_named() -> None:
    lock = (
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n"
        "numpy==2.5.5 ; python_full_version >= '3.12' \\\nGQL[requests]==4.0.0 \\\n"
        "psutil==7.2.2 ; sys_platform == 'win32' \\\nruamel_yaml==1.0\n"
    )
    as_pinned = {"numpy": "2.5.5", "gql": "4.0.0", "ruamel-yaml": "1.0", "other": "3"}
    assert differing(lock, as_pinned) == []
    assert locked("Vigie", lock, as_pinned).is_well
    moved = locked("Vigie", lock, {"numpy": "1.0", "ruamel-yaml": "1.0"})
    assert not moved.is_well
    assert "numpy 1.0 au lieu de 2.4.6 ou 2.5.5" in moved.said
    assert "gql absent au lieu de 4.0.0" in moved.said
    assert "psutil" not in moved.said


def test_what_is_installed_here_is_compared_with_the_lock_file(demo: ExaminedStation) -> None:
    assert "Python 3." in versions(demo).said


def test_settings_that_leave_a_station_mute_are_told(tmp_path: Path) -> None:
    def amount(**given: object) -> tuple[bool, str]:
        seen = amounting_to("Région 52", Settings(home=tmp_path, **given))
        return seen.is_well, f"{seen.said} {seen.to_do}"

    is_well, said = amount()
    assert not is_well
    assert "à personne" in said
    is_well, said = amount(smtp_host="smtp.exemple.fr")
    assert not is_well
    assert "cariforef@localhost" in said
    is_well, said = amount(smtp_host="smtp.exemple.fr", mail_to="a@exemple.fr")
    assert is_well
    assert "FRANCE_TRAVAIL_CLIENT_ID" in said
    assert amount(heartbeat_url="https://veilleur.exemple.fr/a")[0]


def test_settings_of_dagster_that_are_none_are_told(demo: ExaminedStation) -> None:
    assert configured(demo).is_well
    (demo.folders.home / LOCAL).write_text("run_retry: {}", "utf-8")
    assert "run_retry" in configured(demo).said


def test_portals_that_do_not_answer_are_named() -> None:
    portal, other = Door("data.exemple.fr", 443), Door("api.exemple.fr", 443)
    assert reached([portal, other], {}).is_well
    one = reached([portal, other], {portal: "Connection refused"})
    assert not one.is_well
    assert "data.exemple.fr:443 (Connection refused)" in one.said
    assert "Les autres répondent" in one.to_do
    assert "DNS" in reached([portal], {portal: "aucune réponse"}).to_do


def test_the_demonstration_asks_for_nothing_outside(demo: ExaminedStation) -> None:
    assert [look(demo).is_well for look in (portals, mail_server, schedule)] == [True] * 3


def test_a_replay_portal_has_no_place_in_a_real_station(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, replay="http://127.0.0.1:1")
    assert "VIGIE_REPLAY" in portals(ExaminedStation(settings, is_live=True, now=NOW)).said


def test_a_mail_server_lets_in_or_is_told(live: ExaminedStation) -> None:
    assert mail_server(live).is_well
    with hosting() as host:
        server = Scripted()
        host.speak = server.speak
        assert welcomed(host.smtp).is_well
        assert server.accepted == []
        host.speak = Scripted("bye").speak
        refused = welcomed(host.smtp)
        assert not refused.is_well
        assert str(host.port) in refused.said


def test_mails_that_wait_too_long_or_are_refused_are_told(live: ExaminedStation) -> None:
    assert mails(live).is_well
    assert mails_left(2, timedelta(hours=1), 0).is_well
    assert "depuis 49 heures" in mails_left(2, timedelta(hours=49), 0).said
    assert "refused" in mails_left(0, timedelta(), 1).to_do
    refused = live.folders.outbox / "refused"
    refused.mkdir(parents=True)
    (refused / "a.eml").write_bytes(b"")
    assert not mails(live).is_well


def test_a_disk_that_is_full_soon_is_told(tmp_path: Path) -> None:
    assert room(tmp_path, 50 * 10**9, 26e6).is_well
    assert room(tmp_path, 50 * 10**9, None).is_well
    assert room(tmp_path, 50 * 10**9, 0.0).is_well
    assert not room(tmp_path, 10**8, None).is_well
    soon = room(tmp_path, 2 * 10**9, 200e6)
    assert not soon.is_well
    assert "10 jours" in soon.said


def test_growth_leaves_the_first_day_out_and_looks_a_month_back() -> None:
    nights = [AddedFile(NOW - rank * DAY, 10) for rank in range(10)]
    first = AddedFile(NOW - 10 * DAY, 10_000)
    assert growth([first, *nights], NOW) == pytest.approx(10, rel=0.2)
    former = [AddedFile(NOW - 90 * DAY, 10**9), *nights]
    assert growth(former, NOW) == pytest.approx(100 / 30)
    assert growth([first._replace(at=NOW - DAY)], NOW) is None
    assert growth([], NOW) is None


def test_what_runs_share_is_no_file_of_a_night(live: ExaminedStation) -> None:
    runs = live.folders.dagster / "history" / "runs"
    runs.mkdir(parents=True)
    for name in ("index.db", "index.db-wal", "4f.db"):
        (runs / name).write_bytes(b"12345")
    assert [file.size for file in added_files(live.folders)] == [10]


def test_files_of_others_or_open_to_others_are_told(
    live: ExaminedStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = live.folders.home / "raw"
    raw.mkdir(mode=0o700)
    assert rights(live).is_well
    raw.chmod(0o755)
    assert "raw" in rights(live).said
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert "raw" in rights(live).said
    assert "chown" in rights(live).to_do


def test_a_clock_that_went_back_is_told(live: ExaminedStation) -> None:
    noted = {"register.sqlite": NOW - DAY, "la dernière bonne nuit": NOW + timedelta(minutes=9)}
    assert clock_against(NOW, noted).is_well
    back = clock_against(NOW, {**noted, "la dernière bonne nuit": NOW + 400 * DAY})
    assert not back.is_well
    assert "la dernière bonne nuit est du 3 janvier 2028" in back.said.replace("\xa0", " ")
    assert clock(live).is_well
    leave_heartbeat(live.settings, NOW + DAY)
    assert not clock(live).is_well


def test_a_good_night_that_did_not_come_is_told() -> None:
    last = Heartbeat(at=NOW - timedelta(hours=5), release="R", troubles=("parcoursup_2019",))
    tonight = night_at(last, NOW, is_live=True)
    assert tonight.is_well
    assert "parcoursup_2019" in tonight.said
    assert not night_at(last, NOW + DAY, is_live=True).is_well
    assert night_at(last, NOW + DAY, is_live=False).is_well
    assert not night_at(None, NOW, is_live=True).is_well


def test_a_schedule_that_nobody_follows_is_told() -> None:
    alive = ScheduleLife(daemon_at=NOW - timedelta(seconds=30), tick_at=NOW - timedelta(hours=6))
    assert schedule_of(alive, NOW).is_well
    assert schedule_of(ScheduleLife(daemon_at=NOW), NOW).is_well
    ill = {
        "depuis toujours": ScheduleLife(),
        "se tait depuis": ScheduleLife(daemon_at=NOW - DAY),
        "a été arrêté": ScheduleLife(daemon_at=NOW, is_stopped=True),
        "a échoué : Panne": ScheduleLife(daemon_at=NOW, failure="Panne"),
        "n'a rien demandé": ScheduleLife(daemon_at=NOW, tick_at=NOW - 2 * DAY),
        "a été déplacée": ScheduleLife(daemon_at=NOW, is_of_today=False),
    }
    for words, life in ill.items():
        seen = schedule_of(life, NOW)
        assert not seen.is_well, words
        assert words in seen.said


def test_a_register_that_is_missing_damaged_or_newer_is_told(live: ExaminedStation) -> None:
    assert not register(live).is_well
    Archive(live.folders.home)
    assert register(live).is_well
    assert f"({REGISTER})" in register(live).said
    (live.folders.home / REGISTER).write_bytes(b"not a database" * 100)
    assert "ne se lit pas" in register(live).said
    assert "passe au format 3" in of_format(REGISTER, 1, 3).said
    assert not of_format(REGISTER, 4, 3).is_well


def test_a_register_that_can_only_be_read_is_told(
    live: ExaminedStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(live.folders.home)
    file = live.folders.home / REGISTER
    # As the kernel answers an account without rights; root, who runs tests, may do all.
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (file, os.W_OK))
    assert "ne peut qu'être lu" in register(live).said
    assert not register(live).is_well


def test_looking_at_a_former_register_leaves_it_as_it_is(live: ExaminedStation) -> None:
    (live.folders.home / REGISTER).touch()
    assert register(live).is_well
    assert archive(live).is_well
    assert format_of(live.folders.home) == 0
    assert (live.folders.home / REGISTER).stat().st_size == 0


def test_extracts_that_are_missing_or_were_damaged_are_told(live: ExaminedStation) -> None:
    Archive(live.folders.home)
    assert archive(live).is_well
    assert "manquent ceux de : dreets_pcrh_2024" in archived(3, ["dreets_pcrh_2024"], 0).said
    aside = live.folders.home / "raw" / "corrompus"
    aside.mkdir()
    (aside / "ab.20261129T000000000000Z").touch()
    assert "dmesg" in archive(live).to_do
