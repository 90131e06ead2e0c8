"""The file of who may read the desk, and who may decide there."""

import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, DeskUsersError, Role, login_of
from orchestration.station.privacy import tighten, write_privately

KEPT = "$argon2id$of-a-password"
ANNE = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=KEPT)


@pytest.fixture
def users(tmp_path: Path) -> DeskUsers:
    return DeskUsers(Settings(home=tmp_path).folders)


def test_who_is_declared_is_read_back_and_for_the_account_of_the_station_alone(
    users: DeskUsers,
) -> None:
    write_privately()
    assert (users.read(), users.are_declared) == (None, False)
    with users.changing() as declared:
        declared["anne"] = ANNE
    assert (users.read(), users.are_declared) == ({"anne": ANNE}, True)
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    users.path.chmod(0o644)
    tighten(Settings(home=users.path.parent).folders)
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600


def test_once_nobody_is_left_there_is_no_file(users: DeskUsers) -> None:
    with users.changing() as declared:
        declared["anne"] = ANNE
    with users.changing() as declared:
        del declared["anne"]
    assert (users.read(), users.are_declared) == (None, False)
    with users.changing():
        pass
    assert not users.are_declared


def test_a_change_that_fails_changes_nothing(users: DeskUsers) -> None:
    with users.changing() as declared:
        declared["anne"] = ANNE
    with suppress(KeyError), users.changing() as declared:
        declared["paul"] = ANNE
        del declared["inconnu"]
    assert users.read() == {"anne": ANNE}


def test_changes_that_come_together_are_all_kept(users: DeskUsers) -> None:
    def declare(number: int) -> None:
        with users.changing() as declared:
            declared[f"{number:02}"] = ANNE

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(declare, range(20)))
    assert list(users.read() or {}) == [f"{number:02}" for number in range(20)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"users": {"anne": {"name": "A", "role": "chef", "password": "$argon2id$of-a-password"}}}',
        '{"users": {"anne": {"name": "", "role": "lecteur"}}}',
        '{"users": {}, "format": 2}',
        '{"users": {"anne": {"name": "A", "role": "lecteur", "mot": "$argon2id$of-a-password"}}}',
        "\xff",
    ],
)
def test_a_damaged_file_is_told_without_what_is_in_it(users: DeskUsers, content: str) -> None:
    users.path.write_bytes(content.encode("latin-1"))
    with pytest.raises(DeskUsersError, match="le bureau n'ouvre à personne") as told:
        users.read()
    assert str(users.path) in str(told.value)
    assert KEPT not in str(told.value)
    assert users.are_declared
    with pytest.raises(DeskUsersError), users.changing() as declared:
        declared["anne"] = ANNE
    assert users.path.read_bytes() == content.encode("latin-1")


def test_a_folder_in_its_place_closes_the_desk_too(users: DeskUsers) -> None:
    users.path.mkdir()
    with pytest.raises(DeskUsersError):
        users.read()


def test_a_password_is_in_no_trace(users: DeskUsers) -> None:
    with users.changing() as declared:
        declared["anne"] = ANNE
        assert KEPT not in repr(declared)


@pytest.mark.parametrize(
    "typed", ["Zoé  Petit", " zoé petit ", "ZOÉ PETIT", "Zoe\u0301 Petit", "zoé\u00a0petit"]
)
def test_one_signs_in_by_the_same_name_however_it_is_typed(typed: str) -> None:
    assert login_of(typed) == "zoé petit"
