"""Sessions: what ends them."""

import pytest

from orchestration.desk.access.desk_sessions import DeskSessions, SessionLimits
from orchestration.station.desk_users import DeskUser, Role

KEPT = "what argon2 made"
ANNE = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=KEPT)
USERS = {"anne": ANNE}
LIMITS = SessionLimits(idle=10.0, longest=25.0, most=3)


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.at


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def sessions(hands: Hands) -> DeskSessions:
    return DeskSessions(LIMITS, hands)


def test_a_session_is_of_who_began_it_and_no_two_have_a_name(sessions: DeskSessions) -> None:
    first, second = sessions.begin("anne", ANNE), sessions.begin("anne", ANNE)
    assert first != second
    assert len(first) >= 43, "256 bits"
    assert sessions.user_of(first, USERS) == ANNE
    assert sessions.user_of(first[:-1], USERS) is None
    assert sessions.user_of("", USERS) is None


def test_a_session_that_is_left_alone_ends(sessions: DeskSessions, hands: Hands) -> None:
    token = sessions.begin("anne", ANNE)
    hands.at += 9.0
    assert sessions.user_of(token, USERS) == ANNE
    hands.at += 9.0
    assert sessions.user_of(token, USERS) == ANNE, "a page prolongs it"
    hands.at += 10.0
    assert sessions.user_of(token, USERS) is None
    assert len(sessions) == 0


def test_a_session_ends_whatever_is_done_with_it(sessions: DeskSessions, hands: Hands) -> None:
    token = sessions.begin("anne", ANNE)
    for _ in range(3):
        hands.at += 8.0
        assert sessions.user_of(token, USERS) == ANNE
    hands.at += 1.0
    assert sessions.user_of(token, USERS) is None


def test_a_session_ends_at_sign_out_and_can_end_twice(sessions: DeskSessions) -> None:
    token = sessions.begin("anne", ANNE)
    sessions.end(token)
    sessions.end(token)
    assert sessions.user_of(token, USERS) is None


@pytest.mark.parametrize(
    "users",
    [{}, {"anne": ANNE.model_copy(update={"password": "another"})}],
    ids=["removed", "another password"],
)
def test_a_session_ends_with_its_user_and_with_the_password(
    sessions: DeskSessions, users: dict[str, DeskUser]
) -> None:
    token = sessions.begin("anne", ANNE)
    assert sessions.user_of(token, users) is None
    assert sessions.user_of(token, USERS) is None, "it does not come back"


def test_a_role_is_the_one_that_is_declared_now(sessions: DeskSessions) -> None:
    token = sessions.begin("anne", ANNE)
    reader = ANNE.model_copy(update={"role": Role.READER})
    assert sessions.user_of(token, {"anne": reader}) == reader


def test_beyond_some_number_the_one_left_alone_for_longest_ends(sessions: DeskSessions) -> None:
    first, second, third = (sessions.begin("anne", ANNE) for _ in range(3))
    assert sessions.user_of(first, USERS)
    sessions.begin("anne", ANNE)
    assert len(sessions) == LIMITS.most
    assert sessions.user_of(second, USERS) is None
    assert sessions.user_of(first, USERS) == sessions.user_of(third, USERS) == ANNE
