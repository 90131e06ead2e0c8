"""Deposits read in a process of their own: what it may take, and what is said beyond."""

import errno
import io
import os
import signal
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from sources.contract import ExtractContract
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.depots import confined
from sources.protocols.depots.confined import LIMITS, ReaderProcess, read_confined
from sources.protocols.depots.reader_process import Question, ReadingLimits
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import source, sources
from sources.replay.deposits import FOLDER

PCRH = source("dreets_pcrh_2024").contract
RECORDED = FOLDER / "dreets_pcrh_2024.csv"
SECRET = "mot-de-passe-tres-secret"  # noqa: S105 of this test


def limited(**bounds: int) -> ReadingLimits:
    """The limits of the station, some of them lower."""
    return LIMITS.model_copy(update=bounds)


def workbook(rows: list[list[object]], styles: bytes = b"") -> bytes:
    """A workbook, with something among its styles that no spreadsheet writes."""
    book, content, edited = Workbook(), io.BytesIO(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(content)
    with zipfile.ZipFile(content) as given, zipfile.ZipFile(edited, "w", 8) as archive:
        for name in given.namelist():
            archive.writestr(name, given.read(name).replace(b"<cellXfs", styles + b"<cellXfs", 1))
    return edited.getvalue()


TABLE = [list(PCRH.columns), ["2024", "85", "Vendée", "tous", 149, "nationale", ""]]
NOISE = Random(15).randbytes(8_000).hex().encode()  # noqa: S311 no secret is made of it
"""So that what is repeated is packed no better than an office file may be."""

MANY_STYLES = b"".join(b'<xf numFmtId="%d"/>' % number for number in range(300_000))
DEEP_STYLES = b"<a>" * 200_000 + NOISE + b"</a>" * 200_000


def refusal(path: Path, limits: ReadingLimits) -> str:
    with pytest.raises(ExtractRefused) as refused:
        read_confined(read_deposit, PCRH, path, limits)
    return refused.value.message


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, in which nothing may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def test_a_deposit_is_read_in_its_process_as_it_is_here() -> None:
    contracts = {name: known.contract for name, known in sources().items()}
    read = [
        (path.name, read_confined(read_deposit, contract, path), read_deposit(contract, path))
        for path in sorted(FOLDER.iterdir())
        if (contract := contracts.get(path.stem)) and contract.protocol == "depot"
    ]
    assert len(read) > 10
    assert [name for name, confined_, here in read if confined_ != here] == []


def test_a_contract_is_the_same_once_it_was_sent() -> None:
    for known in sources().values():
        sent = known.contract.model_dump_json()
        assert ExtractContract.model_validate_json(sent) == known.contract, known.id


def test_what_the_reader_refuses_is_refused_by_its_rule(tmp_path: Path) -> None:
    path = tmp_path / "depot"
    path.write_bytes(b"a|b\n1|2\n" + ("|".join(TABLE[0]) + "\n").encode())
    with pytest.raises(ExtractRefused) as here:
        read_deposit(PCRH, path)
    with pytest.raises(ExtractRefused) as apart:
        read_confined(read_deposit, PCRH, path)
    assert (apart.value.message, apart.value.rule) == (here.value.message, here.value.rule)
    assert apart.value.rule == "FDD"


def waiting(path: Path) -> None:
    os.mkfifo(path)


def of_many_cells(path: Path) -> None:
    path.write_text(";".join(map(str, TABLE[0])) + "\n" + "1;2;3;4;5;6;7\n" * 900_000, "utf-8")


@pytest.mark.parametrize(
    ("make", "limits", "said"),
    [
        (
            lambda path: path.write_bytes(workbook(TABLE, MANY_STYLES)),
            limited(memory=64 << 20),
            "dépasse 64 Mo de mémoire",
        ),
        (of_many_cells, limited(processor=1), "dépasse 1 s de calcul"),
        (waiting, limited(seconds=1), "Sa lecture dépasse 1 s :"),
        (
            lambda path: path.write_bytes(RECORDED.read_bytes()),
            limited(answer=1000),
            "dépasse 0 Mo de texte",
        ),
    ],
    ids=["memory", "processor", "seconds", "answer"],
)
def test_what_takes_too_much_is_ended_and_the_next_deposit_is_read(
    make: Callable[[Path], None],
    limits: ReadingLimits,
    said: str,
    tmp_path: Path,
    scratch: Path,
) -> None:
    make(tmp_path / "depot")
    assert said in refusal(tmp_path / "depot", limits)
    assert read_confined(read_deposit, PCRH, RECORDED) == read_deposit(PCRH, RECORDED)
    assert scratch.is_dir()


def test_xml_that_is_deep_ends_no_process(tmp_path: Path) -> None:
    (tmp_path / "depot").write_bytes(workbook(TABLE, DEEP_STYLES))
    assert isinstance(read_confined(read_deposit, PCRH, tmp_path / "depot"), Deposit)


def test_an_answer_of_another_shape_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def answered(_process: ReaderProcess, question: str) -> int:
        Question.model_validate_json(question).answer.write_text('{"grid": []}', "utf-8")
        return 0

    monkeypatch.setattr(confined.ReaderProcess, "ask", answered)
    assert "réponse illisible" in refusal(RECORDED, LIMITS)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderProcess]:
    """A process of the test's own, started while a secret is in the environment."""
    monkeypatch.setenv("VIGIE_SMTP_PASSWORD", SECRET)
    process = ReaderProcess()
    monkeypatch.setattr(confined, "_PROCESS", process)
    yield process
    process.end()


def test_the_process_has_one_thread_and_no_secret_and_is_started_again(
    capfd: pytest.CaptureFixture[str], process: ReaderProcess, tmp_path: Path
) -> None:
    first = read_confined(read_deposit, PCRH, RECORDED)
    pid = process.pid
    assert pid is not None
    seen = Path(f"/proc/{pid}")
    # A lock that another thread holds when a child parts would never be given back there.
    assert len(list((seen / "task").iterdir())) == 1
    assert SECRET.encode() not in (seen / "environ").read_bytes()
    # What no reader foresees is a refusal too, and says where to look.
    message = refusal(tmp_path / "absent", LIMITS)
    assert "Sa lecture s'est arrêtée avant la fin (code 1)" in message
    assert "FileNotFoundError" in capfd.readouterr().err
    assert process.pid == pid
    os.kill(pid, signal.SIGKILL)
    assert read_confined(read_deposit, PCRH, RECORDED) == first
    assert process.pid not in {None, pid}


def interrupting(_contract: ExtractContract, path: Path) -> int:
    """A reader that interrupts who asks."""
    os.kill(int(path.read_text("ascii")), signal.SIGUSR1)
    return 0


@pytest.mark.usefixtures("process")
def test_who_asks_and_is_interrupted_leaves_no_answer_to_the_next_question(tmp_path: Path) -> None:
    (tmp_path / "depot").write_text(str(os.getpid()), "ascii")
    former = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            read_confined(interrupting, PCRH, tmp_path / "depot")
    finally:
        signal.signal(signal.SIGUSR1, former)
    assert read_confined(read_deposit, PCRH, RECORDED) == read_deposit(PCRH, RECORDED)


def test_that_no_process_can_be_had_is_no_fault_of_the_deposit(
    process: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FetchFailed, match="le lecteur ne démarre pas") as failed:
        read_confined(read_deposit, PCRH, RECORDED)
    assert not failed.value.permanent
    assert process.pid is None


def writing_on_a_full_disk(_contract: ExtractContract, _path: Path) -> int:
    """A reader that has no room for what it writes on the way."""
    return Path("/dev/full").write_bytes(b"0")


@pytest.mark.usefixtures("process")
def test_a_disk_that_is_full_is_no_fault_of_the_deposit(scratch: Path) -> None:
    with pytest.raises(OSError, match=str(scratch)) as full:
        read_confined(writing_on_a_full_disk, PCRH, RECORDED)
    assert full.value.errno == errno.ENOSPC
    assert read_confined(read_deposit, PCRH, RECORDED) == read_deposit(PCRH, RECORDED)
