"""What the release in force remembers of the register is a witness that no chain replaces."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.decisions.standings import in_force
from orchestration.settings.folders import Folders
from orchestration.station.register import Register
from orchestration.station.witnessed_register import read_register
from sources.storage.aside import point_aside
from tests.postgresql import change, give_last_rank, take_guard_away
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4}, {"DEP-0": 43})
SUBJECT = decided(found("DEP-0"), Choice.BREAK, TONIGHT).subject
WORDS = ("Claire Le Goff", "Recueil devenu national")


def signed(home: Path) -> tuple[Decision, Decision]:
    """Two decisions on one finding: let out first, then kept."""
    register = Register(home)
    return register.add(SUBJECT, Choice.BREAK, *WORDS), register.add(SUBJECT, Choice.HOLD, *WORDS)


def release_that_knows(home: Path, *decisions: dict[str, Any]) -> Folders:
    folder = home / "releases" / "r1"
    folder.mkdir(parents=True)
    content = {"decisions": list(decisions), "last_decision": len(decisions)}
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    point_aside(home / "releases" / "current", "r1")
    return Folders(home)


def remembered_as(decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "finding_id": decision.finding_id,
        "sha256": decision.sha256,
    }


def test_what_it_remembers_is_believed(register_home: Path) -> None:
    decisions = signed(register_home)
    register = read_register(release_that_knows(register_home, *map(remembered_as, decisions)))
    assert register.decisions == decisions
    assert (register.taken_out, register.breaks, register.last_id) == ((), [], 2)


@pytest.mark.parametrize(
    ("said", "is_believed"),
    [
        ({"decided_by": WORDS[0], "motive": WORDS[1], "decision": "rupture"}, True),
        ({"decided_by": "Paul Martin"}, False),
        ({"motive": "Un autre motif"}, False),
        ({"decision": "valeur"}, False),
        ({"figures_sha256": "0" * 64}, False),
    ],
)
def test_a_release_of_before_the_chain_remembers_who_signed_what(
    register_home: Path, said: dict[str, str], is_believed: bool
) -> None:
    signed(register_home)
    named = {"decision_id": 1, "finding_id": SUBJECT.finding_id, "standing": "en vigueur"}
    register = read_register(release_that_knows(register_home, {**named, **said}))
    assert register.breaks == ([] if is_believed else [1])


def test_without_a_release_the_chain_is_believed(register_home: Path) -> None:
    decisions = signed(register_home)
    assert read_register(Folders(register_home)).decisions == decisions


def test_a_register_that_was_written_anew_is_not_believed(register_home: Path) -> None:
    folders = release_that_knows(register_home, *map(remembered_as, signed(register_home)))
    take_guard_away(register_home, "deleted")
    change(register_home, "DELETE FROM decision")
    give_last_rank(register_home, 0)
    Register(register_home).add(SUBJECT, Choice.BREAK, "Eve Faux", WORDS[1])
    register = read_register(folders)
    assert register.breaks == [1, 2]
    assert register.taken_out == (2,)
    assert in_force(register.decisions, TONIGHT)[SUBJECT.finding_id].choice is Choice.HOLD


@pytest.mark.parametrize("is_last_rank_forgotten", [False, True])
def test_a_decision_that_is_gone_does_not_let_the_one_before_it_apply(
    register_home: Path, is_last_rank_forgotten: bool
) -> None:
    folders = release_that_knows(register_home, *map(remembered_as, signed(register_home)))
    take_guard_away(register_home, "deleted")
    change(register_home, "DELETE FROM decision WHERE id = 2")
    if is_last_rank_forgotten:
        give_last_rank(register_home, 1)
    register = read_register(folders)
    assert register.taken_out == (2,)
    assert not in_force(register.decisions, TONIGHT)[SUBJECT.finding_id].choice.explains
    again = Register(register_home).add_together([SUBJECT], Choice.BREAK, *WORDS, after=2)
    assert again[0].decision_id in {1, 3}
    other = replace(SUBJECT, finding_id="fedcba987654")
    (new,) = Register(register_home).add_together([other], Choice.BREAK, *WORDS, after=2)
    assert new.decision_id == 3
    assert read_register(folders).breaks == [2]
