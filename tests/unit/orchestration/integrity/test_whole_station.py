"""``vigie verify``: silent on a station that is whole, and it names whatever is not."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from expectations.decisions.decision import Choice
from expectations.decisions.follow_up import FollowUpStep
from orchestration.commands.cli import app
from orchestration.commands.replies import console
from orchestration.integrity.integrity_check import IntegrityFault
from orchestration.integrity.whole_station import inspect_station
from orchestration.settings.folders import Folders
from orchestration.station.build import Build, forget_build, write_build
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.publishing import publish
from orchestration.station.register import Register
from orchestration.station.vintages_copy import FILE, keep_vintages
from sources.archive import Archive
from sources.collect import Credentials, collect
from sources.landing import landed_path
from sources.registry import source
from sources.replay.deposits import deposit_recordings
from sources.storage.aside import point_aside
from sources.storage.register_file import REGISTER
from sources.wire.http import PortalSession
from tests.json_shapes import document_of
from tests.unit.expectations.decisions.deciding import decided, found, observed

DEPOSIT = "dreets_pcrh_2024"
FIRST, LAST = "20261121T010000000000Z", "20261122T010000000000Z"
ROWS = pd.DataFrame({"indicator": ["1C1_pcrh"], "obs_value": [606.0]})
FINDING = found("DEP-0").finding_id
Spoil = Callable[[Path], None]


def blob(home: Path) -> Path:
    return Archive(home).paths(extract_id(home))[0]


def extract_id(home: Path) -> str:
    return str(Archive(home).latest_outcomes()[DEPOSIT].extract_in_use)


def _release(home: Path, release_id: str, previous: str | None) -> None:
    register = Register(home)
    (signed,) = register.decisions()
    folders = Folders(home)
    manifest = {
        "previous": previous,
        "extracts": {DEPOSIT: Archive(home).record(extract_id(home))},
        "findings": [{"finding_id": FINDING}],
        "decisions": [
            {
                "decision_id": 1,
                "finding_id": signed.finding_id,
                "decision": signed.choice.value,
                "decided_by": signed.author,
                "decided_at": signed.decided_at.isoformat(timespec="seconds"),
            }
        ],
        "last_decision": 1,
    }
    if previous:
        # Releases of before the chain remember no seal.
        manifest["decisions"][0]["sha256"] = signed.sha256
    publish(folders.releases, release_id, ROWS, manifest)
    report = folders.reports / release_id
    report.mkdir(parents=True)
    (report / "findings.json").write_text(json.dumps([{"finding_id": FINDING}]), "utf-8")
    (report / "index.html").write_text("<p>", "utf-8")
    point_aside(folders.reports / "current", release_id)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One deposit collected, one decision signed, two releases made of them."""
    deposit_recordings(tmp_path / "inbox")
    collect(
        source(DEPOSIT),
        archive=Archive(tmp_path),
        session=PortalSession(),
        region="52",
        credentials=Credentials(),
        accept=lambda _source, _table: (),
    )
    tonight = observed({"DEP-0": 4}, {"DEP-0": 43})
    subject = decided(found("DEP-0"), Choice.BREAK, tonight).subject
    Register(tmp_path).add(subject, Choice.BREAK, "Claire Le Goff", "Recueil devenu national")
    doubts = [("1A4_pcrh_te", "2024", None), ("1C1_pcrh", "2024", None)]
    FollowUps(tmp_path).add(doubts, NewStep(FollowUpStep.TAKEN, "Claire Le Goff"))
    Folders(tmp_path).releases.mkdir()
    _release(tmp_path, FIRST, None)
    _release(tmp_path, LAST, FIRST)
    return tmp_path


def faults(home: Path) -> list[IntegrityFault]:
    return [fault for each in inspect_station(Folders(home)) for fault in each.faults]


def written(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def in_register(*statements: str) -> Spoil:
    def spoil(home: Path) -> None:
        with closing(sqlite3.connect(home / REGISTER)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return spoil


def without_a_finding(home: Path) -> None:
    (home / "reports" / FIRST / "findings.json").write_text("[]", "utf-8")


def another_table(home: Path) -> None:
    path = landed_path(home, DEPOSIT)
    pq.write_table(pq.read_table(path).slice(1), path)


def extract_taken_away(home: Path) -> None:
    identity = extract_id(home)
    blob(home).unlink()
    (home / "raw" / identity[:2] / f"{identity}.json").unlink()


def table_without_its_seal(home: Path) -> None:
    landed_path(home, DEPOSIT).with_name(f"{DEPOSIT}.parquet.sha256").unlink()


RELEASED = f"releases/{FIRST}/observations"
UNLOCKED = ("DROP TRIGGER decision_is_never_changed", "DROP TRIGGER decision_is_never_deleted")


@pytest.mark.parametrize(
    ("spoil", "where", "what"),
    [
        (lambda home: written(blob(home), b"265"), "raw/", "n'a plus les octets"),
        (lambda home: blob(home).unlink(), "raw/", "manque"),
        (
            lambda home: (
                (home / "raw" / "ab").mkdir()
                or (home / "raw" / "ab" / f"ab{'0' * 62}").write_bytes(b"x")
            ),
            "raw/ab/",
            "d'aucun extrait connu",
        ),
        (extract_taken_away, f"releases/{FIRST}", "n'est plus là"),
        (another_table, "landed/", "n'est pas la table"),
        (lambda home: landed_path(home, DEPOSIT).write_bytes(b"PAR1"), "landed/", "n'est pas"),
        (lambda home: landed_path(home, DEPOSIT).unlink(), "landed/", "manque"),
        (lambda home: written(home / f"{RELEASED}.csv", b"=1"), f"{RELEASED}.csv", "n'a plus"),
        (lambda home: (home / f"{RELEASED}.parquet").unlink(), f"{RELEASED}.parquet", "manque"),
        (lambda home: (home / f"{RELEASED}.xlsx").write_bytes(b""), f"{RELEASED}.xlsx", "nomme"),
        (
            lambda home: written(home / "releases" / FIRST / "manifest.json", b"{"),
            f"releases/{FIRST}/manifest.json",
            "ne se lit pas",
        ),
        (
            lambda home: written(home / "releases" / LAST / "manifest.json", b""),
            f"releases/{LAST}/manifest.json",
            "ne se lit pas",
        ),
        (without_a_finding, f"reports/{FIRST}/findings.json", FINDING),
        (
            lambda home: (home / "reports" / LAST / "findings.json").unlink(),
            f"reports/{LAST}/findings.json",
            "manque",
        ),
        (lambda home: (home / "releases/current").unlink(), "releases/current", "manque"),
        (
            lambda home: point_aside(home / "releases/current", "ailleurs"),
            "releases/current",
            "ailleurs",
        ),
        (
            lambda home: point_aside(home / "reports/current", FIRST),
            "reports/current",
            f"rapport de {FIRST}",
        ),
        (lambda home: (home / "reports" / LAST / "index.html").unlink(), "reports/current", LAST),
        (
            in_register(*UNLOCKED, "UPDATE decision SET author = 'Eve Faux'"),
            REGISTER,
            "n'est plus, dans le registre, celle qui a été signée",
        ),
        (in_register(*UNLOCKED, "DELETE FROM decision"), REGISTER, "n'est plus dans le registre"),
        (
            in_register(*UNLOCKED, "DELETE FROM decision", "DELETE FROM sqlite_sequence"),
            REGISTER,
            "n'est plus dans le registre",
        ),
        (
            in_register(
                "DROP TRIGGER follow_up_is_never_changed",
                "UPDATE follow_up SET note = 'Autre' WHERE id = 1",
            ),
            REGISTER,
            "l'étape n° 1 du suivi des doutes",
        ),
        (
            in_register(
                "DROP TRIGGER follow_up_is_never_deleted", "DELETE FROM follow_up WHERE id = 1"
            ),
            REGISTER,
            "l'étape n° 1 du suivi des doutes",
        ),
        (lambda home: (home / REGISTER).write_bytes(b"x" * 5000), REGISTER, "ne se lit pas"),
    ],
)
def test_whatever_is_not_what_it_was_is_named_with_what_to_do(
    home: Path, spoil: Spoil, where: str, what: str
) -> None:
    assert faults(home) == []
    spoil(home)
    told = faults(home)
    assert any(fault.where.startswith(where) and what in plain(fault.what) for fault in told), told
    assert all(fault.to_do or "Restaurez" in fault.what for fault in told)


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_that_leads_nowhere_is_made_again_by_what_is_said_of_it(
    home: Path, is_there: bool
) -> None:
    """No night can: without it nothing was published, nor any decision known."""
    link = home / "releases" / "current"
    link.unlink()
    if is_there:
        link.symlink_to("ailleurs")
    (fault,) = faults(home)
    assert plain(fault.to_do).endswith(f"« ln -sfn {LAST} '{link}' ».")
    point_aside(link, LAST)
    assert faults(home) == []


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_chain_that_was_made_anew_is_told_by_the_releases(home: Path, is_sealed: bool) -> None:
    """Another author, sealed with the right words: only who remembers the former can tell."""
    if not is_sealed:
        point_aside(home / "releases/current", FIRST)
        point_aside(home / "reports/current", FIRST)
        shutil.rmtree(home / "releases" / LAST)
    (signed,) = Register(home).decisions()
    (home / REGISTER).rename(home / "former.sqlite")
    Register(home).add(signed.subject, signed.choice, "Eve Faux", signed.motive)
    assert [fault.where for fault in faults(home) if "n° 1" in plain(fault.what)] == [REGISTER]


@pytest.mark.parametrize(
    "spoil",
    [
        table_without_its_seal,
        lambda home: (home / "releases" / ".partial-x").mkdir(),
        lambda home: (home / "raw" / ".reception-x").mkdir(),
        lambda home: (home / "releases" / "in_force.json").write_text("[]", "utf-8"),
    ],
)
def test_what_a_kill_or_a_former_version_leaves_is_no_fault(home: Path, spoil: Spoil) -> None:
    spoil(home)
    assert faults(home) == []


def with_vintages(home: Path) -> Folders:
    """A station whose last build took vintages, and kept them."""
    folders = Folders(home)
    folders.quality.mkdir()
    with duckdb.connect(str(folders.warehouse)) as connection:
        connection.execute("create schema snapshots")
        connection.execute(
            "create table snapshots.observation_vintages as select 1 as obs_value, "
            "timestamp '2026-11-29' as valid_from, null::timestamp as valid_to"
        )
    keep_vintages(folders)
    write_build(folders, Build("", "", {}, "", ()))
    return folders


def test_vintages_that_are_not_those_of_the_warehouse_are_told(home: Path) -> None:
    folders = with_vintages(home)
    assert faults(home) == []
    with duckdb.connect(str(folders.warehouse)) as connection:
        connection.execute("update snapshots.observation_vintages set obs_value = 2")
    (fault,) = faults(home)
    assert (fault.where, "rebuild --verify" in fault.to_do) == (f"vintages/{FILE}", True)
    (folders.vintages / FILE).write_bytes(b"PAR1")
    assert [plain(fault.what) for fault in faults(home)] == ["ne se lit pas."]
    (folders.vintages / FILE).unlink()
    assert [plain(fault.what) for fault in faults(home)] == ["manque."]
    # What a build has not ended is not kept yet.
    forget_build(folders)
    assert faults(home) == []


def test_a_warehouse_that_is_lost_is_told_with_its_remedy(home: Path) -> None:
    with_vintages(home).warehouse.write_bytes(b"x" * 5000)
    (fault,) = faults(home)
    assert (fault.where, "« vigie rebuild »" in fault.to_do) == ("warehouse.duckdb", True)


def test_the_command_ends_with_what_it_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(home))
    (home / "warehouse.duckdb").touch()
    run = CliRunner().invoke(app, ["verify", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["whole"] is True
    written(blob(home), b"265")
    run = CliRunner().invoke(app, ["verify", "--json"])
    assert run.exit_code == 1
    told = document_of("verify", run.stdout)
    assert told["whole"] is False
    assert [each["name"] for each in told["checks"] if each["faults"]] == ["Archive des extraits"]


def test_a_station_that_was_restored_is_looked_at_without_its_tables(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(home))
    shutil.rmtree(home / "landed")
    with console.capture() as said:
        run = CliRunner().invoke(app, ["verify"])
    assert run.exit_code == 0
    assert "« vigie rebuild » les refait, et la prochaine nuit aussi." in plain(said.get())
    written(blob(home), b"265")
    assert CliRunner().invoke(app, ["verify", "--json"]).exit_code == 1
