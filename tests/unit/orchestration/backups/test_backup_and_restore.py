"""A station in one archive, and made of it again: whole, or refused with nothing left behind."""

import fcntl
import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.backups import gathering, packing, unpacking
from orchestration.backups.backup_manifest import MANIFEST, NotABackupError, is_kept
from orchestration.backups.last_backup import NOTE
from orchestration.backups.packing import LOCK, SCRATCH, BackupBusyError, back_up
from orchestration.backups.unpacking import STAGING, HomeTakenError, restore
from orchestration.commands.cli import app
from orchestration.commands.replies import console, progress
from orchestration.settings.folders import Folders
from orchestration.station.desk_users import DeskUser, DeskUsers, Role
from orchestration.station.locks import WRITER
from sources.archive import Archive
from sources.storage.aside import point_aside
from sources.storage.register_file import REGISTER, prepare
from tests.json_shapes import document_of

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
RELEASE = "20261122T010000000000Z"
BLOB = "5d41402abc4b2a76b9719d911017c592"
HASH = "$argon2id$what-a-password-can-be-tried-on"
Member = tuple[str, bytes]


def write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A station with something of every kind, and what a backup leaves out."""
    home = tmp_path / "l'office"
    home.mkdir()
    prepare(home)
    for name in (
        f"raw/5d/{BLOB}",
        f"raw/5d/{BLOB}.json",
        "raw/corrompus/x.2026",
        "raw/.reception-x/x",
        f"releases/{RELEASE}/manifest.json",
        f"releases/.partial-{RELEASE}/manifest.json",
        "releases/in_force.json",
        f"reports/{RELEASE}/index.html",
        "vintages/observation_vintages.parquet",
        "outbox/1.eml",
        "outbox/2.eml",
        "outbox/2.json",
        "outbox/sent/2.eml",
        "courriers/2026-11-20_1A4_pcrh_te_0.eml",
        "accuses/a/b.html",
        "inbox/Dépôt n° 1 ; l'été.csv",
        "heartbeat.json",
        "dagster.local.yaml",
        "landed/a.parquet",
        "quality/build.json",
        "dagster/history/runs/index.db",
    ):
        write(home / name, name.encode())
    point_aside(home / "releases" / "current", RELEASE)
    point_aside(home / "reports" / "current", RELEASE)
    return Folders(home)


@pytest.fixture
def archive(folders: Folders, tmp_path: Path) -> Path:
    back_up(folders, tmp_path / "b.tar", NOW)
    return tmp_path / "b.tar"


@pytest.fixture
def new(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "new" / "home")


def put_back(archive: Path, new: Folders) -> None:
    restore(archive, new, waiting=pytest.fail)


def content_of(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.name not in {WRITER, LOCK}
    }


def members_of(archive: Path) -> list[Member]:
    with tarfile.open(archive) as members:
        return [(each.name, members.extractfile(each).read()) for each in members]


def made_of(place: Path, members: list[Member]) -> Path:
    with tarfile.open(place, "w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return place


@pytest.mark.parametrize("is_damaged", [False, True], ids=["declared", "a damaged file"])
def test_a_backup_has_who_is_declared_without_their_passwords_and_leaves_the_desk_closed(
    folders: Folders, new: Folders, tmp_path: Path, *, is_damaged: bool
) -> None:
    with DeskUsers(folders).changing() as declared:
        declared["anne"] = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=HASH)
    if is_damaged:
        folders.desk_users.write_text(f'{{"users": "{HASH}"}}', "utf-8")
    back_up(folders, tmp_path / "b.tar", NOW)
    assert HASH.encode() not in (tmp_path / "b.tar").read_bytes()
    put_back(tmp_path / "b.tar", new)
    anne = DeskUser(name="Anne Lebrun", role=Role.DECIDER)
    assert DeskUsers(new).read() == ({} if is_damaged else {"anne": anne})


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_a_restored_station_is_the_one_that_was_kept(
    folders: Folders, new: Folders, tmp_path: Path, name: str
) -> None:
    back_up(folders, tmp_path / name, NOW)
    put_back(tmp_path / name, new)
    before, after = content_of(folders.home), content_of(new.home)
    gone = {key for key in before if key not in after}
    assert after.items() <= before.items() | {(REGISTER, after[REGISTER])}
    assert gone == {
        "raw/corrompus/x.2026",
        "raw/.reception-x/x",
        f"releases/.partial-{RELEASE}/manifest.json",
        "outbox/2.eml",
        "outbox/2.json",
        "landed/a.parquet",
        "quality/build.json",
        "dagster/history/runs/index.db",
    }
    for link in ("releases/current", "reports/current"):
        assert (new.home / link).readlink() == Path(RELEASE)
    assert stat.S_IMODE((new.home / "raw" / "5d" / BLOB).stat().st_mode) == 0o400
    assert stat.S_IMODE((new.home / REGISTER).stat().st_mode) == 0o600
    kept, put = (each / "outbox/sent/2.eml" for each in (folders.home, new.home))
    assert int(put.stat().st_mtime) == int(kept.stat().st_mtime)


def test_a_backup_is_read_by_its_account_only_and_leaves_nothing_beside(
    archive: Path, folders: Folders
) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not (folders.home / SCRATCH).exists()
    assert [path.name for path in archive.parent.glob(".*")] == []


def test_what_a_killed_backup_left_goes_with_that_of_another_day(
    archive: Path, folders: Folders
) -> None:
    left = packing._part(folders.home, archive)
    left.write_bytes(b"half an archive")
    back_up(folders, archive.with_name("c.tar"), NOW)
    assert not left.exists()


def test_a_register_that_is_written_to_is_kept_as_of_its_last_commit(
    folders: Folders, new: Folders, tmp_path: Path
) -> None:
    insert = "INSERT INTO fetch_outcome (source_id, status, started_at, seconds, bytes) VALUES"
    with closing(sqlite3.connect(folders.home / REGISTER)) as night:
        night.execute(f"{insert} ('committed', 'new', '2026-11-22', 0, 0)")
        night.commit()
        night.execute(f"{insert} ('not yet', 'new', '2026', 0, 0)")
        back_up(folders, tmp_path / "b.tar", NOW)
    put_back(tmp_path / "b.tar", new)
    assert [each.source_id for each in Archive(new.home).outcomes()] == ["committed"]


def test_what_moves_while_it_is_gathered_is_looked_at_again(
    folders: Folders, new: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail is sent, and a release is switched in, between two looks."""
    link, later = os.link, "20261123T010000000000Z"
    outbox, releases = folders.home / "outbox", folders.home / "releases"

    def linked(path: Path, there: Path) -> None:
        if (outbox / "1.eml").exists():
            (outbox / "1.eml").rename(outbox / "sent" / "1.eml")
            write(releases / later / "manifest.json", b"later")
            point_aside(releases / "current", later)
        link(path, there)

    monkeypatch.setattr(gathering.os, "link", linked)
    back_up(folders, tmp_path / "b.tar", NOW)
    put_back(tmp_path / "b.tar", new)
    assert (new.home / "releases" / "current" / "manifest.json").read_bytes() == b"later"
    assert sorted(path.name for path in new.home.glob("outbox/**/*.eml")) == ["1.eml", "2.eml"]
    assert (new.home / "outbox" / "sent" / "1.eml").exists()


def test_two_backups_do_not_meet(folders: Folders, tmp_path: Path) -> None:
    write(folders.home / LOCK, b"")
    with (folders.home / LOCK).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupBusyError, match="en cours"):
            back_up(folders, tmp_path / "b.tar", NOW)
    assert not (tmp_path / "b.tar").exists()


def test_a_home_where_something_is_is_refused(archive: Path, new: Folders) -> None:
    write(new.home / "register.sqlite", b"another station's")
    with pytest.raises(HomeTakenError, match="n'est pas vide"):
        put_back(archive, new)
    assert content_of(new.home) == {"register.sqlite": b"another station's"}


def listing(members: list[Member], **changed: object) -> list[Member]:
    said = json.loads(members[0][1]) | changed
    return [(MANIFEST, json.dumps(said).encode()), *members[1:]]


def renamed(members: list[Member], name: str) -> list[Member]:
    """The same archive, one of its files and what is said of it under another name."""
    said = json.loads(members[0][1])
    said["files"][name] = said["files"].pop(members[1][0])
    return [(MANIFEST, json.dumps(said).encode()), (name, members[1][1]), *members[2:]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda members: members[1:],
        lambda members: members[:-1],
        lambda members: [*members, ("raw/00/more", b"more")],
        lambda members: [*members, members[-1]],
        lambda members: [*members[:-1], (members[-1][0], members[-1][1][:-1] + b"?")],
        lambda members: listing(members, links={"releases/current": "../../etc"}),
        lambda members: listing(members, links={"raw": RELEASE}),
        lambda members: listing(members, format=99),
        lambda members: listing(members, files=[]),
        lambda members: renamed(members, "../outside"),
        lambda members: renamed(members, "/outside"),
        lambda members: renamed(members, "raw/../../outside"),
        lambda members: renamed(members, "releases/current/x"),
        lambda members: renamed(members, "warehouse.duckdb"),
    ],
)
def test_what_is_not_a_whole_backup_is_refused_and_leaves_nothing(
    archive: Path, new: Folders, spoil: Callable[[list[Member]], list[Member]]
) -> None:
    spoilt = made_of(archive.with_name("spoilt.tar"), spoil(members_of(archive)))
    with pytest.raises(NotABackupError, match="Rien n'a été restauré"):
        put_back(spoilt, new)
    assert content_of(new.home) == {}
    assert sorted(path.name for path in new.home.parent.parent.iterdir()) == sorted(
        ["b.tar", "spoilt.tar", "l'office", "new"]
    )
    put_back(archive, new)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_only_ordinary_files_come_out(archive: Path, new: Folders, kind: bytes) -> None:
    with tarfile.open(archive, "a") as members:
        odd = tarfile.TarInfo("raw/00/odd")
        odd.type, odd.linkname = kind, "/etc/passwd"
        members.addfile(odd)
    with pytest.raises(NotABackupError, match="ordinaire"):
        put_back(archive, new)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"\x1f\x8b\x08 cut", gzip.compress(b"\0" * 5000, mtime=0), b"x" * 2000],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, new: Folders, content: bytes) -> None:
    write(tmp_path / "b.tar.gz", content)
    with pytest.raises(NotABackupError, match="Rien n'a été restauré"):
        put_back(tmp_path / "b.tar.gz", new)


def test_a_cut_archive_is_refused(archive: Path, new: Folders) -> None:
    whole = archive.read_bytes()
    for length in (600, len(whole) // 2, len(whole) - 15_000):
        archive.write_bytes(whole[:length])
        with pytest.raises(NotABackupError):
            put_back(archive, new)
        assert content_of(new.home) == {}


def test_a_header_that_says_to_be_huge_is_not_read(tmp_path: Path, new: Folders) -> None:
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 1 << 32
    write(tmp_path / "b.tar", header.tobuf() + b"\0" * 4096)
    with pytest.raises(NotABackupError) as refused:
        put_back(tmp_path / "b.tar", new)
    assert "démesuré" in str(refused.value.__cause__)


def test_a_restoration_that_was_killed_goes_on(
    archive: Path, new: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of its moves; and after a kill before the first one, when nothing is proven."""

    class Killed(BaseException):
        pass

    rename = Path.rename

    def cut(path: Path, to: Path) -> Path:
        if moves.pop():
            raise Killed
        return rename(path, to)

    for survived in range(8):
        shutil.rmtree(new.home, ignore_errors=True)
        moves = [True] + [False] * survived
        with monkeypatch.context() as patched:
            patched.setattr(unpacking.Path, "rename", cut)
            with pytest.raises(Killed):
                put_back(archive, new)
        put_back(archive, new)
        assert not (new.home / STAGING).exists()
        assert len(content_of(new.home)) == len(members_of(archive)) - 1


def test_a_killed_restoration_is_not_ended_by_another_archive(archive: Path, new: Folders) -> None:
    write(new.home / STAGING / MANIFEST, b"of another archive")
    with pytest.raises(HomeTakenError, match="autre sauvegarde"):
        put_back(archive, new)


@pytest.mark.parametrize(
    "name", ["", ".", "raw", "raw/", "raw//a", "./raw/a", "raw/a\nb", "dagster/x", "RAW/a"]
)
def test_a_name_that_is_none_of_a_station(name: str) -> None:
    assert not is_kept(name)


def test_the_commands_tell_what_came_of_it(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(folders.home))
    assert told("backup", str(tmp_path / "b.zip"))[0] == 2
    assert told("backup", str(folders.home / "b.tar"))[0] == 2
    code, said = told("backup", str(tmp_path / "b.tar.gz"))
    assert (code, "warehouse.duckdb" in said) == (0, True)
    code, said = told("restore", str(tmp_path / "b.tar.gz"))
    assert (code, "n'est pas vide" in said) == (1, True)
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(tmp_path / "new"))
    code, said = told("backup", str(tmp_path / "c.tar"))
    assert (code, "rien à sauvegarder" in said) == (1, True)
    code, said = told("restore", str(tmp_path / "b.tar.gz"))
    # This station's release is no release: the inspection says so, once it is in place.
    assert (code, "Station restaurée" in said) == (1, True)
    assert "releases/20261122T010000000000Z/manifest.json ne se lit pas" in said


def test_the_commands_tell_a_machine_what_came_of_it(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = str(tmp_path / "b.tar")
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(folders.home))
    made = document_of("backup", CliRunner().invoke(app, ["backup", archive, "--json"]).stdout)
    assert made["archive"] == archive
    assert made["files"] > 0
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(tmp_path / "new"))
    restored = CliRunner().invoke(app, ["restore", archive, "--json"])
    put_back = document_of("restore", restored.stdout)
    assert (restored.exit_code, put_back["whole"], put_back["files"]) == (1, False, made["files"])


def test_a_backup_that_its_station_cannot_note_is_one_all_the_same(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(folders.home))
    (folders.home / NOTE).mkdir()
    code, said = told("backup", str(tmp_path / "b.tar"))
    assert (code, "n'en garde pas la date" in said) == (0, True)
    assert tarfile.is_tarfile(tmp_path / "b.tar")


def told(*arguments: str) -> tuple[int, str]:
    with console.capture() as captured, progress.capture() as shown:
        ended = CliRunner().invoke(app, list(arguments))
    return ended.exit_code, captured.get() + shown.get() + ended.stderr
