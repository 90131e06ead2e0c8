"""The register of decisions: what is signed is there for ever, as it was signed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.decisions.decision import Choice
from orchestration.station.register import Register
from sources.archive import Archive
from sources.storage.chain import seal
from sources.storage.register_file import REGISTER
from sources.storage.register_store import RegisterError
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43})
SUBJECT = decided(found("DEP-0", "DEP-1"), Choice.BREAK, TONIGHT).subject
COPIED = (
    "finding_id", "choice", "author", "motive", "decided_at", "indicator", "time_period", "title",
    "figures", "figures_sha256",
)  # fmt: skip
SIGNED = (SUBJECT, Choice.BREAK, "Claire Le Goff", "Recueil devenu national")


def run(home: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(home / REGISTER)) as connection, connection:
        connection.execute(statement, values)


def test_a_decision_comes_back_as_it_was_signed(tmp_path: Path) -> None:
    added = Register(tmp_path).add(*SIGNED)
    assert added.decision_id == 1
    assert added.decided_at.tzinfo is not None
    assert Register(tmp_path).decisions() == [added]
    assert Register(tmp_path).last_id() == 1


def test_signing_the_very_same_twice_records_it_once(tmp_path: Path) -> None:
    register = Register(tmp_path)
    assert register.add(*SIGNED) == register.add(*SIGNED)
    assert register.last_id() == 1


@pytest.mark.parametrize(
    "other",
    [
        (SUBJECT, Choice.HOLD, *SIGNED[2:]),
        (*SIGNED[:2], "Paul Martin", SIGNED[3]),
        (*SIGNED[:3], "Un tout autre motif"),
        (decided(found("DEP-0"), Choice.BREAK, TONIGHT).subject, *SIGNED[1:]),
    ],
    ids=["choice", "author", "motive", "figures"],
)
def test_another_decision_on_the_same_finding_is_added(
    tmp_path: Path, other: tuple[object, ...]
) -> None:
    register = Register(tmp_path)
    register.add(*SIGNED)
    register.add(*other)  # type: ignore[arg-type]  # one part of the four differs
    assert [it.decision_id for it in register.decisions()] == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET motive = 'Un autre motif'",
        "DELETE FROM decision",
        "INSERT OR REPLACE INTO decision SELECT * FROM decision",
    ],
)
def test_no_decision_is_ever_changed_or_deleted(tmp_path: Path, statement: str) -> None:
    added = Register(tmp_path).add(*SIGNED)
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        run(tmp_path, statement)
    assert Register(tmp_path).decisions() == [added]


OTHER = replace(SUBJECT, finding_id="fedcba987654")
THIRD = replace(SUBJECT, finding_id="aaaabbbbcccc")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Three decisions, in a file whose triggers somebody took away."""
    register = Register(tmp_path)
    for subject in (SUBJECT, OTHER, THIRD):
        register.add(subject, *SIGNED[1:])
    assert not any(decision.is_altered for decision in register.decisions())
    for trigger in ("changed", "deleted"):
        run(tmp_path, f"DROP TRIGGER decision_is_never_{trigger}")
    return register


def broken(register: Register) -> list[int]:
    altered = {each.decision_id for each in register.decisions() if each.is_altered}
    return sorted(altered | {*register.missing()})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("author", "Paul Martin"),
        ("motive", "Un motif que personne n'a écrit"),
        ("choice", "valeur"),
        ("decided_at", "2020-01-01T00:00:00+00:00"),
        ("decided_at", "hier"),
        ("indicator", "b"),
        ("time_period", "2023"),
        ("period_before", None),
        ("title", "Un autre titre"),
        ("finding_id", "000000000000"),
        ("figures", "[]"),
        ("figures", '[{"cell": 1}]'),
        ("figures", "rien"),
        ("figures_sha256", "0" * 64),
        ("former_sha256", "0" * 64),
        ("sha256", "0" * 64),
    ],
)
def test_a_record_is_altered_whatever_of_it_was_changed(
    register: Register, tmp_path: Path, column: str, value: str | None
) -> None:
    run(tmp_path, f"UPDATE decision SET {column} = ? WHERE id = 2", value)
    assert [each.is_altered for each in register.decisions()] == [False, True, False]
    assert broken(register) == [2]


def test_a_record_that_was_sealed_anew_is_told_by_the_next_one(
    register: Register, tmp_path: Path
) -> None:
    run(tmp_path, "UPDATE decision SET author = 'Paul Martin' WHERE id = 2")
    with closing(sqlite3.connect(tmp_path / REGISTER)) as connection:
        rank, *values, former, _ = connection.execute(
            "SELECT * FROM decision WHERE id = 2"
        ).fetchone()
    run(tmp_path, "UPDATE decision SET sha256 = ? WHERE id = 2", seal(former, rank, values))
    assert broken(register) == [2]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_record_that_was_taken_out_is_missed_and_no_other_is_blamed(
    register: Register, tmp_path: Path, rank: int
) -> None:
    run(tmp_path, "DELETE FROM decision WHERE id = ?", rank)
    assert register.missing() == (rank,)
    assert broken(register) == [rank]
    assert register.add(SUBJECT, Choice.HOLD, *SIGNED[2:]).decision_id == 4
    assert broken(register) == [rank]


def test_what_was_signed_is_signed_again_where_the_record_of_it_is_altered(
    register: Register, tmp_path: Path
) -> None:
    run(tmp_path, "UPDATE decision SET figures = '[]' WHERE id = 1")
    assert register.add(*SIGNED).decision_id == 4
    assert register.add(*SIGNED).decision_id == 4
    assert broken(register) == [1]


def test_a_row_without_a_seal_is_refused_by_the_file(register: Register, tmp_path: Path) -> None:
    """As the code of before the chain would write it, were it still running."""
    columns = ", ".join(COPIED)
    statement = f"INSERT INTO decision ({columns}) SELECT {columns} FROM decision LIMIT 1"
    with pytest.raises(sqlite3.DatabaseError, match="not sealed"):
        run(tmp_path, statement)
    assert broken(register) == []


def test_the_file_refuses_an_unknown_choice_and_an_unsigned_decision(tmp_path: Path) -> None:
    register = Register(tmp_path)
    with pytest.raises(RegisterError):
        register.add(SUBJECT, "publier", *SIGNED[2:])  # type: ignore[arg-type]  # that is the test
    with pytest.raises(RegisterError):
        register.add(SUBJECT, Choice.HOLD, "", SIGNED[3])


def test_what_is_signed_together_is_recorded_together_or_not_at_all(tmp_path: Path) -> None:
    register, other = Register(tmp_path), replace(SUBJECT, finding_id="fedcba987654")
    with pytest.raises(RegisterError):
        register.add_together([SUBJECT, replace(SUBJECT, finding_id="court")], *SIGNED[1:])
    assert register.decisions() == []
    signed = register.add_together([SUBJECT, other], *SIGNED[1:])
    assert [decision.subject for decision in signed] == [SUBJECT, other]
    assert register.decisions() == list(signed)


def test_it_shares_its_file_with_the_outcomes_of_fetches(tmp_path: Path) -> None:
    Register(tmp_path).add(*SIGNED)
    assert Archive(tmp_path).latest_outcomes() == {}
    assert Register(tmp_path).last_id() == 1
