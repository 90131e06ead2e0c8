"""Passwords: right or wrong, whoever they are of."""

from dataclasses import replace

from argon2.profiles import CHEAPEST

from orchestration.desk.access.passwords import LONGEST, Passwords, wrong_with_password

GOOD = "quatre mots bien choisis"
PASSWORDS = Passwords(CHEAPEST)


def test_a_password_is_right_alone_and_its_hash_says_nothing_of_it() -> None:
    kept = PASSWORDS.hashed(GOOD)
    assert PASSWORDS.is_right(kept, GOOD)
    assert not PASSWORDS.is_right(kept, GOOD + " ")
    assert GOOD not in kept
    assert PASSWORDS.hashed(GOOD) != kept, "no salt"


def test_the_same_letters_are_right_however_a_keyboard_composed_them() -> None:
    kept = PASSWORDS.hashed("été à la campagne")
    assert PASSWORDS.is_right(kept, "e\u0301te\u0301 a\u0300 la campagne")


def test_somebody_without_a_password_signs_in_with_none() -> None:
    assert not PASSWORDS.is_right("", "")
    assert not PASSWORDS.is_right("", GOOD)
    assert not PASSWORDS.is_right("what no version of argon2 wrote", GOOD)


def test_what_nobody_declared_costs_the_same_as_what_somebody_did() -> None:
    """The hash that is tried for nobody has the cost of any other."""
    costs = replace(CHEAPEST, time_cost=2, memory_cost=16)
    passwords = Passwords(costs)
    of_nobody = passwords._of_nobody
    assert of_nobody.split("$")[:4] == passwords.hashed(GOOD).split("$")[:4]


def test_what_is_kept_is_argon2id_as_the_rfc_recommends_it() -> None:
    assert Passwords().hashed(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_short_password_is_refused_in_french() -> None:
    assert wrong_with_password(GOOD) == ""
    assert "de 12 à 256 caractères" in wrong_with_password("onze lettre")
    assert "celui-ci en a 257" in wrong_with_password("x" * (LONGEST + 1))
