"""The register of decisions: what is signed is there for ever, as it was signed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.decisions.decision import Choice
from expectations.decisions.follow_up import FollowUpStep
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.register import Register
from sources.archive import Archive
from sources.storage.chain import seal
from sources.storage.register_server import is_on_server
from sources.storage.register_store import RegisterError, reading
from sources.storage.register_tables import DECISION, every_row
from tests.postgresql import change, take_guard_away
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43})
SUBJECT = decided(found("DEP-0", "DEP-1"), Choice.BREAK, TONIGHT).subject
COPIED = (
    "finding_id", "choice", "author", "motive", "decided_at", "indicator", "time_period", "title",
    "figures", "figures_sha256",
)  # fmt: skip
SIGNED = (SUBJECT, Choice.BREAK, "Claire Le Goff", "Recueil devenu national")


def test_a_decision_comes_back_as_it_was_signed(register_home: Path) -> None:
    added = Register(register_home).add(*SIGNED)
    assert added.decision_id == 1
    assert added.decided_at.tzinfo is not None
    assert Register(register_home).decisions() == [added]
    assert Register(register_home).last_id() == 1


def test_signing_the_very_same_twice_records_it_once(register_home: Path) -> None:
    register = Register(register_home)
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
    register_home: Path, other: tuple[object, ...]
) -> None:
    register = Register(register_home)
    register.add(*SIGNED)
    register.add(*other)  # type: ignore[arg-type]  # one part of the four differs
    assert [it.decision_id for it in register.decisions()] == [1, 2]


def test_no_decision_is_ever_changed_or_deleted(register_home: Path) -> None:
    added = Register(register_home).add(*SIGNED)
    in_place_of = (
        ["INSERT INTO decision SELECT * FROM decision ON CONFLICT (id) DO UPDATE SET motive = ''",
         "TRUNCATE decision"]
        if is_on_server(register_home)
        else ["INSERT OR REPLACE INTO decision SELECT * FROM decision"]
    )  # fmt: skip
    for statement in ("UPDATE decision SET motive = '-'", "DELETE FROM decision", *in_place_of):
        with pytest.raises(RegisterError, match="append-only"):
            change(register_home, statement)
    assert Register(register_home).decisions() == [added]


OTHER = replace(SUBJECT, finding_id="fedcba987654")
THIRD = replace(SUBJECT, finding_id="aaaabbbbcccc")


@pytest.fixture
def register(register_home: Path) -> Register:
    """Three decisions, in a register whose triggers somebody took away."""
    register = Register(register_home)
    for subject in (SUBJECT, OTHER, THIRD):
        register.add(subject, *SIGNED[1:])
    assert not any(decision.is_altered for decision in register.decisions())
    for guard in ("changed", "deleted"):
        take_guard_away(register_home, guard)
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
    register: Register, register_home: Path, column: str, value: str | None
) -> None:
    change(register_home, f"UPDATE decision SET {column} = :value WHERE id = 2", value=value)
    assert [each.is_altered for each in register.decisions()] == [False, True, False]
    assert broken(register) == [2]


def test_a_record_that_was_sealed_anew_is_told_by_the_next_one(
    register: Register, register_home: Path
) -> None:
    change(register_home, "UPDATE decision SET author = 'Paul Martin' WHERE id = 2")
    with reading(register_home) as connection:
        rank, *values, former, _ = every_row(connection, DECISION)[1]
    anew = seal(former, rank, values)
    change(register_home, "UPDATE decision SET sha256 = :anew WHERE id = 2", anew=anew)
    assert broken(register) == [2]
    signed = register.add(OTHER, Choice.BREAK, "Paul Martin", SIGNED[3])
    assert signed.decision_id == 4, "what somebody wrote there was never signed"


def test_what_is_added_does_not_read_the_whole_table(
    register: Register, register_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delattr("orchestration.station.sealed_tables.every_row")
        assert register.add(SUBJECT, Choice.HOLD, *SIGNED[2:]).decision_id == 4
        doubt = ("1A4_pcrh_te", "2024", None)
        for _ in range(2):
            FollowUps(register_home).add([doubt], NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    assert len(FollowUps(register_home).steps()) == 1


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_record_that_was_taken_out_is_missed_and_no_other_is_blamed(
    register: Register, register_home: Path, rank: int
) -> None:
    change(register_home, "DELETE FROM decision WHERE id = :rank", rank=rank)
    assert register.missing() == (rank,)
    assert broken(register) == [rank]
    assert register.add(SUBJECT, Choice.HOLD, *SIGNED[2:]).decision_id == 4
    assert broken(register) == [rank]


def test_what_was_signed_is_signed_again_where_the_record_of_it_is_altered(
    register: Register, register_home: Path
) -> None:
    change(register_home, "UPDATE decision SET figures = '[]' WHERE id = 1")
    assert register.add(*SIGNED).decision_id == 4
    assert register.add(*SIGNED).decision_id == 4
    assert broken(register) == [1]


def test_a_row_without_a_seal_is_refused_by_the_table(
    register: Register, register_home: Path
) -> None:
    """As the code of before the chain would write it, were it still running."""
    columns = ", ".join(COPIED)
    statement = f"INSERT INTO decision (id, {columns}) SELECT 4, {columns} FROM decision LIMIT 1"
    with pytest.raises(RegisterError, match="not sealed"):
        change(register_home, statement)
    assert broken(register) == []


def test_the_table_refuses_an_unknown_choice_and_an_unsigned_decision(register_home: Path) -> None:
    register = Register(register_home)
    with pytest.raises(RegisterError):
        register.add(SUBJECT, "publier", *SIGNED[2:])  # type: ignore[arg-type]  # that is the test
    with pytest.raises(RegisterError):
        register.add(SUBJECT, Choice.HOLD, "", SIGNED[3])


def test_what_is_signed_together_is_recorded_together_or_not_at_all(register_home: Path) -> None:
    register, other = Register(register_home), replace(SUBJECT, finding_id="fedcba987654")
    with pytest.raises(RegisterError):
        register.add_together([SUBJECT, replace(SUBJECT, finding_id="court")], *SIGNED[1:])
    assert register.decisions() == []
    signed = register.add_together([SUBJECT, other], *SIGNED[1:])
    assert [decision.subject for decision in signed] == [SUBJECT, other]
    assert register.decisions() == list(signed)


def test_it_shares_its_database_with_the_outcomes_of_fetches(register_home: Path) -> None:
    Register(register_home).add(*SIGNED)
    assert Archive(register_home).latest_outcomes() == {}
    assert Register(register_home).last_id() == 1


def test_two_who_sign_at_once_wait_for_each_other(register_home: Path) -> None:
    registers = [Register(register_home) for _ in range(2)]
    findings = [replace(SUBJECT, finding_id=f"{number:012}") for number in range(8)]
    with ThreadPoolExecutor(max_workers=2) as stewards:
        list(stewards.map(lambda n: registers[n % 2].add(findings[n], *SIGNED[1:]), range(8)))
    signed = registers[0].decisions()
    assert [each.decision_id for each in signed] == list(range(1, 9))
    assert {each.finding_id for each in signed} == {each.finding_id for each in findings}
    assert broken(registers[0]) == []
