"""How often one may try to sign in."""

from orchestration.desk.access.sign_in_throttle import SignInThrottle, ThrottleLimits

LIMITS = ThrottleLimits(by_account=2, by_address=3, within=100.0, most=4)


class Seconds:
    """A clock that a test moves."""

    at = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.at


def test_an_account_is_tried_so_often_wherever_one_tries_from() -> None:
    seconds = Seconds()
    throttle = SignInThrottle(LIMITS, seconds)
    assert throttle.wait("anne", "10.0.0.1") == 0.0
    seconds.at = 40.0
    assert throttle.wait("anne", "10.0.0.2") == 0.0
    assert throttle.wait("anne", "10.0.0.3") == 60.0
    assert throttle.wait("paul", "10.0.0.3") == 0.0, "another account"
    seconds.at = 100.0
    assert throttle.wait("anne", "10.0.0.3") == 0.0, "the first try is old"
    assert throttle.wait("anne", "10.0.0.3") == 40.0


def test_an_address_tries_so_often_whatever_the_account() -> None:
    throttle = SignInThrottle(LIMITS, Seconds())
    assert [throttle.wait(name, "10.0.0.1") for name in "abc"] == [0.0, 0.0, 0.0]
    assert throttle.wait("d", "10.0.0.1") == 100.0
    assert throttle.wait("d", "10.0.0.2") == 0.0


def test_the_longest_of_both_waits_counts() -> None:
    seconds = Seconds()
    throttle = SignInThrottle(LIMITS, seconds)
    for name, at in (("a", 0.0), ("b", 10.0), ("b", 20.0)):
        seconds.at = at
        assert throttle.wait(name, "10.0.0.1") == 0.0
    assert throttle.wait("b", "10.0.0.1") == 90.0


def test_a_good_try_takes_its_accounts_failures_back_and_not_its_addresses() -> None:
    throttle = SignInThrottle(LIMITS, Seconds())
    throttle.wait("anne", "10.0.0.1")
    throttle.wait("anne", "10.0.0.1")
    throttle.forgive("anne", "10.0.0.1")
    assert throttle.wait("anne", "10.0.0.1") == 0.0
    assert throttle.wait("anne", "10.0.0.1") == 0.0
    assert throttle.wait("paul", "10.0.0.1") == 100.0


def test_a_wait_does_not_grow_by_trying_again() -> None:
    throttle = SignInThrottle(LIMITS, Seconds())
    waits = {throttle.wait("anne", "10.0.0.1") for _ in range(50)}
    assert waits == {0.0, 100.0}


def test_a_flood_of_names_takes_no_more_memory() -> None:
    throttle = SignInThrottle(LIMITS, Seconds())
    for number in range(1000):
        throttle.wait(f"name {number}", f"address {number}")
    assert len(throttle) == LIMITS.most


def test_who_is_refused_has_no_other_account_forgotten() -> None:
    """Ten thousand names, asked for nothing from an address that was refused, freed all others."""
    throttle = SignInThrottle(LIMITS, Seconds())
    assert [throttle.wait("anne", "10.0.0.1") for _ in range(3)] == [0.0, 0.0, 100.0]
    assert throttle.wait("paul", "10.0.0.1") == 0.0
    for number in range(1000):
        assert throttle.wait(f"name {number}", "10.0.0.1") == 100.0
    assert throttle.wait("anne", "10.0.0.2") == 100.0
