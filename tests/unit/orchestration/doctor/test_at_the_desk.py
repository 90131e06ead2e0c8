"""What ``vigie doctor`` says of the desk: who is let in, and whether somebody can decide."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.doctor.at_the_desk import desk
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role

NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
KEPT = "$argon2id$of-a-password"
ANNE = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=KEPT)
PAUL = DeskUser(name="Paul Roux", role=Role.READER, password=KEPT)
PROXY = {"proxy_user_header": "X-Remote-User", "proxy_addresses": "127.0.0.1"}


def without(user: DeskUser) -> DeskUser:
    """Return somebody to whom no password was given yet."""
    return user.model_copy(update={"password": ""})


def looked(home: Path, people: dict[str, DeskUser] | None, **settings: str) -> SubjectHealth:
    station = ExaminedStation(Settings(home=home, **settings), is_live=True, now=NOW)
    if people:
        with DeskUsers(station.folders).changing() as declared:
            declared.update(people)
    return desk(station)


def test_who_is_declared_is_said_and_nothing_of_passwords(tmp_path: Path) -> None:
    health = looked(tmp_path, {"anne": ANNE, "paul": PAUL})
    assert (health.is_well, health.to_do) == (True, "")
    assert health.said == "Déclarés : anne (décideur), paul (lecteur)."


@pytest.mark.parametrize(
    ("people", "settings", "is_well", "told"),
    [
        (None, {}, True, "personne n'est déclaré"),
        (None, {"url": "http://127.0.0.1:3001"}, True, "qui est sur cette machine"),
        (None, {"url": "https://vigie.exemple.fr"}, False, "signe du nom qu'il veut"),
        (None, PROXY, False, "n'y fait entrer personne"),
        ({"paul": PAUL}, {}, False, "Personne ne peut décider"),
        ({"anne": without(ANNE)}, {}, False, "Personne ne peut décider"),
        ({"anne": without(ANNE)}, PROXY, True, "anne (décideur)"),
        ({"anne": ANNE, "paul": without(PAUL)}, {}, True, "vigie users password"),
    ],
)
def test_a_desk_where_nobody_or_anybody_decides_is_told(
    tmp_path: Path,
    people: dict[str, DeskUser] | None,
    settings: dict[str, str],
    is_well: bool,
    told: str,
) -> None:
    health = looked(tmp_path, people, **settings)
    assert (health.is_well, told in f"{health.said} {health.to_do}") == (is_well, True), health
    assert health.is_well or health.to_do


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "desk_users.json").write_text("{", "utf-8")
    health = looked(tmp_path, None)
    assert (health.is_well, "mettez-le de côté" in health.said) == (False, True)
