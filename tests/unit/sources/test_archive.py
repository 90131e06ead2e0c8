"""The archive: content-addressed, append-only, usable after a kill at any instant."""

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.archive import Archive, ArchiveDamaged, FetchOutcome, FetchStatus
from sources.client import Fetched, FetchedPart
from sources.storage.register_store import RegisterError
from tests.postgresql import change


def fetched(archive: Archive, *contents: bytes, url: str = "https://x/y") -> Fetched:
    folder = Path(tempfile.mkdtemp(prefix="received-", dir=archive.home))
    parts = []
    for rank, content in enumerate(contents, start=1):
        path = folder / str(rank)
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        parts.append(FetchedPart(f"page-{rank}.json", path, digest, len(content)))
    return Fetched(tuple(parts), url, {"records_count": 2}, 200, {"etag": "e"})


def outcome(source_id: str, status: FetchStatus, extract_id: str | None = None) -> FetchOutcome:
    now = datetime.now(UTC)
    return FetchOutcome(
        source_id, status, now, 0.5, 3, extract_id, extract_id, None, None, "https://x"
    )


@pytest.fixture
def archive(register_home: Path) -> Archive:
    return Archive(register_home)


def test_an_extract_of_one_part_bears_its_own_hash_and_cannot_be_written(archive: Archive) -> None:
    extract = archive.store("s", fetched(archive, b"abc"))
    assert extract.extract_id == hashlib.sha256(b"abc").hexdigest()
    (path,) = archive.paths(extract.extract_id)
    assert path == archive.home / "raw" / extract.extract_id[:2] / extract.extract_id
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o222 == 0


def test_the_manifest_of_several_parts_is_the_same_every_night(tmp_path: Path) -> None:
    one, two = Archive(tmp_path / "1"), Archive(tmp_path / "2")
    first = one.store("s", fetched(one, b"a", b"b", url="https://x/1"))
    second = two.store("s", fetched(two, b"a", b"b", url="https://x/2"))
    assert first.extract_id == second.extract_id
    assert [path.read_bytes() for path in first.paths] == [b"a", b"b"]
    manifest = tmp_path / "1" / "raw" / first.extract_id[:2] / first.extract_id
    assert hashlib.sha256(manifest.read_bytes()).hexdigest() == first.extract_id
    assert [part["bytes"] for part in json.loads(manifest.read_bytes())["parts"]] == [1, 1]


def test_the_same_part_twice_is_kept_once_and_read_twice(archive: Archive) -> None:
    extract = archive.store("s", fetched(archive, b"a", b"a"))
    assert [path.read_bytes() for path in extract.paths] == [b"a", b"a"]


def test_the_record_says_how_the_extract_was_obtained(archive: Archive) -> None:
    extract = archive.store("s", fetched(archive, b"abc"))
    record = archive.record(extract.extract_id)
    assert record["source_id"] == "s"
    assert record["sha256"] == extract.extract_id
    assert record["announced"] == {"records_count": 2}
    assert record["http_status"] == 200
    assert datetime.fromisoformat(record["obtained_at"]).tzinfo is not None


def test_an_unknown_extract_is_not_found(archive: Archive) -> None:
    with pytest.raises(FileNotFoundError):
        archive.extract("0" * 64)


def test_outcomes_come_back_as_they_were(archive: Archive) -> None:
    given = [
        outcome("a", FetchStatus.FAILED),
        outcome("b", FetchStatus.MISSING),
        outcome("a", FetchStatus.FAILED),
    ]
    for one in given:
        archive.add_outcome(one)
    assert archive.outcomes() == given
    assert archive.outcomes("a") == [given[0], given[2]]
    assert archive.latest_outcomes() == {"a": given[2], "b": given[1]}


@pytest.mark.parametrize(
    "order", ["UPDATE fetch_outcome SET message = 'x'", "DELETE FROM fetch_outcome"]
)
def test_outcomes_are_never_changed(archive: Archive, order: str) -> None:
    archive.add_outcome(outcome("a", FetchStatus.FAILED))
    with pytest.raises(RegisterError, match="append-only"):
        change(archive.home, order)


def test_the_last_accepted_extract_outlives_a_refused_one(archive: Archive) -> None:
    assert archive.last_accepted("s") is None
    good = archive.store("s", fetched(archive, b"good"))
    archive.add_outcome(outcome("s", FetchStatus.NEW, good.extract_id))
    bad = archive.store("s", fetched(archive, b"bad"))
    archive.add_outcome(outcome("s", FetchStatus.REFUSED, bad.extract_id))
    archive.add_outcome(outcome("s", FetchStatus.UNCHANGED, good.extract_id))
    assert archive.last_accepted("s") == good
    assert archive.last_accepted("another") is None
    assert archive.paths(bad.extract_id)[0].read_bytes() == b"bad"


def test_scratch_folders_are_emptied_and_what_a_kill_left_is_swept(archive: Archive) -> None:
    left = archive.home / "raw" / ".reception-morte"
    left.mkdir()
    with archive.scratch() as folder:
        (folder / "x").write_bytes(b"x")
        archive.sweep()
        assert folder.exists(), "somebody is receiving"
    assert not folder.exists()
    archive.sweep()
    assert not left.exists()


WRITER = """
import sys
from pathlib import Path
from sources.archive import Archive, FetchStatus
sys.path.insert(0, sys.argv[2])
from test_archive import fetched, outcome
archive = Archive(Path(sys.argv[1]))
print("ready", flush=True)
for rank in range(100_000):
    extract = archive.store("s", fetched(archive, b"%d" % rank, b"%d bis" % rank))
    archive.add_outcome(outcome("s", FetchStatus.NEW, extract.extract_id))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.01, 0.05, 0.1, 0.2])
def test_a_kill_at_any_instant_leaves_a_usable_archive(tmp_path: Path, after: float) -> None:
    here = str(Path(__file__).parent)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), here], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(after)
        writer.send_signal(signal.SIGKILL)
    archive = Archive(tmp_path)
    outcomes = archive.outcomes("s")
    last = archive.last_accepted("s")
    for one in outcomes:
        assert one.extract_id is not None
        for path in archive.paths(one.extract_id):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    assert (last.extract_id if last else None) == (outcomes[-1].extract_id if outcomes else None)
    again = archive.store("s", fetched(archive, b"0", b"0 bis"))
    archive.add_outcome(outcome("s", FetchStatus.NEW, again.extract_id))
    assert archive.last_accepted("s") == again


def test_a_source_that_fails_keeps_its_last_good_outcome(archive: Archive) -> None:
    archive.add_outcome(outcome("s", FetchStatus.NEW, "a"))
    archive.add_outcome(outcome("s", FetchStatus.UNCHANGED, "a"))
    archive.add_outcome(outcome("s", FetchStatus.FAILED))
    archive.add_outcome(outcome("never", FetchStatus.MISSING))
    assert archive.latest_outcomes()["s"].status is FetchStatus.FAILED
    assert archive.latest_good_outcomes()["s"].status is FetchStatus.UNCHANGED
    assert "never" not in archive.latest_good_outcomes()


def stored(archive: Archive, *contents: bytes) -> str:
    extract = archive.store("s", fetched(archive, *contents))
    archive.add_outcome(outcome("s", FetchStatus.NEW, extract.extract_id))
    return extract.extract_id


def spoil(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize("content", [b"265", b"", None], ids=["changed", "emptied", "deleted"])
@pytest.mark.parametrize("contents", [(b"264",), (b"264", b"265 bis")], ids=["one", "several"])
@pytest.mark.parametrize("which", ["part", "manifest", "record"])
def test_what_is_not_what_was_received_is_told_and_never_read(
    archive: Archive, contents: tuple[bytes, ...], content: bytes | None, which: str
) -> None:
    extract_id = stored(archive, *contents)
    assert archive.damage(extract_id) == ""
    assert archive.checked(extract_id) == archive.extract(extract_id)
    blob = archive.home / "raw" / extract_id[:2] / extract_id
    wrong = {
        "part": archive.paths(extract_id)[0],
        "manifest": blob,
        "record": blob.with_suffix(".json"),
    }[which]
    spoil(wrong, content)
    assert str(wrong.relative_to(archive.home)) in archive.damage(extract_id)
    with pytest.raises(ArchiveDamaged, match="est abîmée"):
        archive.checked(extract_id)
    assert archive.record(extract_id)["source_id"] == "s"
    assert [extract.extract_id for extract in archive.accepted("s")] == [extract_id]
    again = archive.store("s", fetched(archive, *contents))
    assert again.extract_id == extract_id
    assert "a été réparée" in " ".join(again.repairs)
    assert [path.read_bytes() for path in archive.checked(extract_id).paths] == list(contents)
    kept = list((archive.home / "raw" / "corrompus").glob("*"))
    assert [path.read_bytes() for path in kept] == ([] if content is None else [content])
    assert archive.store("s", fetched(archive, *contents)).repairs == ()


def test_a_record_that_names_other_files_is_not_believed(archive: Archive) -> None:
    extract_id, other = stored(archive, b"a", b"b"), stored(archive, b"c")
    path = archive.home / "raw" / extract_id[:2] / f"{extract_id}.json"
    record = json.loads(path.read_bytes())
    for parts in ([other], [*record["parts"], other], [], ["../../etc/passwd"], [extract_id]):
        path.write_text(json.dumps({**record, "parts": parts}), "utf-8")
        assert archive.damage(extract_id) != ""


def test_an_extract_that_the_archive_never_had_is_no_repair(archive: Archive) -> None:
    assert archive.store("s", fetched(archive, b"a")).repairs == ()


def test_a_repair_comes_back_with_its_outcome(archive: Archive) -> None:
    told = replace(outcome("s", FetchStatus.UNCHANGED), repairs=("Réparée.",))
    archive.add_outcome(told)
    assert archive.outcomes() == [told]
