"""What can go wrong with a source, said in French to the steward.

Here: the errors a source can cause, and how their sentences quote what came from outside. Not here:
programming errors, which keep their own types and are never turned into these.
"""

import unicodedata
from collections.abc import Iterable


class SourceError(Exception):
    """A source did not give what it owes.

    Attributes:
        message: A French sentence a steward understands. It never holds a secret, nor anything
            that changes from one night to the next while the cause stays the same.
        permanent: True when trying again changes nothing until somebody acts.
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class FetchFailed(SourceError):  # noqa: N818 reads as the sentence it is
    """Nothing usable came over the wire: refused, unreachable, cut, too slow or too big."""


class ExtractRefused(SourceError):  # noqa: N818 idem
    """Something came, but it is not what the contract says; it is kept aside, never landed.

    Attributes:
        rule: Type of the rule that it breaks, in the vocabulary of the European Statistical
            System: the envelope (EVA), the format (FLF), the separator (FDD), the number of
            records (RNR); empty when the message names its rules itself.
    """

    def __init__(self, message: str, rule: str = "FLF") -> None:
        super().__init__(message, permanent=True)
        self.rule = rule

    @property
    def message_with_rule(self) -> str:
        """The message, and the rule that is broken."""
        return f"{self.message} Règle {self.rule}." if self.rule else self.message


def is_unseen(character: str) -> bool:
    """Tell whether a character cannot be seen, or told from an ordinary space."""
    return unicodedata.category(character)[0] in "CZ" and character != " "


def visible(text: str) -> str:
    """Return a text in which what cannot be seen is named: « 44[U+00A0] »."""
    return "".join(
        f"[U+{ord(character):04X}]" if is_unseen(character) else character for character in text
    )


def quoted(values: Iterable[str], at_most: int = 5) -> str:
    """Return values between French quotation marks, cut after ``at_most`` of them."""
    quotations = [f"« {visible(value[:80])} »" for value in values]
    rest = len(quotations) - at_most
    return ", ".join(quotations[:at_most]) + (f" et {rest} autre(s)" if rest > 0 else "")
