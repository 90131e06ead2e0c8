"""The register of decisions: what is signed is there for ever, as it was signed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.decisions.decision import Choice
from orchestration.station.register import Register
from sources.archive import REGISTER, Archive
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43})
SUBJECT = decided(found("DEP-0", "DEP-1"), Choice.BREAK, TONIGHT).subject
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


def test_figures_that_are_not_those_that_were_signed_are_refused(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.add(*SIGNED)
    run(tmp_path, "DROP TRIGGER decision_is_never_changed")
    with closing(sqlite3.connect(tmp_path / REGISTER)) as connection:
        (text,) = connection.execute("SELECT figures FROM decision").fetchone()
    figures = json.loads(text)
    figures[0]["value"] = "999.000000"
    run(tmp_path, "UPDATE decision SET figures = ?", json.dumps(figures))
    with pytest.raises(ValueError, match="ne sont plus ceux qui ont été signés"):
        register.decisions()


def test_the_file_refuses_an_unknown_choice_and_an_unsigned_decision(tmp_path: Path) -> None:
    register = Register(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        register.add(SUBJECT, "publier", *SIGNED[2:])  # type: ignore[arg-type]  # that is the test
    with pytest.raises(sqlite3.IntegrityError):
        register.add(SUBJECT, Choice.HOLD, "", SIGNED[3])


def test_what_is_signed_together_is_recorded_together_or_not_at_all(tmp_path: Path) -> None:
    register, other = Register(tmp_path), replace(SUBJECT, finding_id="fedcba987654")
    with pytest.raises(sqlite3.IntegrityError):
        register.add_together([SUBJECT, replace(SUBJECT, finding_id="court")], *SIGNED[1:])
    assert register.decisions() == []
    signed = register.add_together([SUBJECT, other], *SIGNED[1:])
    assert [decision.subject for decision in signed] == [SUBJECT, other]
    assert register.decisions() == list(signed)


def test_it_shares_its_file_with_the_outcomes_of_fetches(tmp_path: Path) -> None:
    Register(tmp_path).add(*SIGNED)
    assert Archive(tmp_path).latest_outcomes() == {}
    assert Register(tmp_path).last_id() == 1
