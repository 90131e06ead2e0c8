"""Passwords: how they are kept, and whether one is right.

Here: hashing and checking them with argon2. Not here: where they are kept (``station.desk_users``),
how often one may be tried (``sign_in_throttle``).
"""

import secrets
import unicodedata

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from expectations.french import typeset

SHORTEST, LONGEST = 12, 256


class Passwords:
    """Hashes passwords, and checks them.

    Args:
        parameters: What a hash costs.
    """

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._of_nobody = self._hasher.hash(secrets.token_urlsafe())

    def hashed(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(_normal(password))

    def is_right(self, kept: str, password: str) -> bool:
        """Tell whether a password is the one that was kept, with the same work when none was.

        Args:
            kept: What was kept of it; empty for somebody who is not declared, or has none yet.
            password: What was typed.
        """
        try:
            self._hasher.verify(kept or self._of_nobody, _normal(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)


def wrong_with_password(password: str) -> str:
    """Say what keeps a password from being taken; the empty text when nothing does."""
    if SHORTEST <= len(password) <= LONGEST:
        return ""
    return typeset(
        f"Un mot de passe a de {SHORTEST} à {LONGEST} caractères ; celui-ci en a "
        f"{len(password)}. Quatre ou cinq mots sans lien entre eux font l'affaire."
    )


def _normal(password: str) -> str:
    """Return the same letters however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)
