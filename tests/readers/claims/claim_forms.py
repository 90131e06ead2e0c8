"""Forms of claims: the words around some numbers, and what holds each of them against the truth.

Here: how a form is written and matched. Not here: the forms, which stand in one module for each
thing that they speak of, and the order in which they are tried (``claim_check``).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.french_numerals import Token

Verifier = Callable[[ClaimReading, re.Match[str]], Iterator[tuple[Token, str]]]


class Form(NamedTuple):
    """The words of a claim, what yields its faults, and the kind of numbers that are of no cell."""

    pattern: re.Pattern[str]
    verifier: Verifier
    kind: str = ""


class Forms(list[Form]):
    """The forms of a module, in the order in which they are tried."""

    def form(self, pattern: str, kind: str = "") -> Callable[[Verifier], Verifier]:
        """Add a form of claims: ``<now>`` stands for a number, ``<P:year>`` for a period."""
        expression = re.sub(r"<P:(\w+)>", r"\\{P(?P<\1>[0-9]+)\\}", pattern)
        expression = re.sub(r"(?<!\?P)<(\w+)>", r"\\{V(?P<\1>[0-9]+)\\}", expression)

        def add(verifier: Verifier) -> Verifier:
            self.append(Form(re.compile(expression), verifier, kind))
            return verifier

        return add
