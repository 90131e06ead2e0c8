"""Records in a chain: each is sealed over all that it says and over the seal of the one before.

Here: a seal, and which records are not those that were sealed. Not here: the records, nor what
becomes of one that is not believed.

There is no key: who rewrites a record and every seal after it makes another whole chain. Whoever
remembers a seal (each release remembers the last one) sees that it is another.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

GENESIS = ""
"""What the first record has before it."""

Value = str | int | float | None


@dataclass(frozen=True)
class SealedRow:
    """A record of a chain.

    Attributes:
        rank: Its rank, from 1, without a gap.
        values: All that it says.
        former: The seal of the record before it, as it was when this one was sealed.
        sha256: Its own seal.
    """

    rank: int
    values: tuple[Value, ...]
    former: str
    sha256: str

    @property
    def is_whole(self) -> bool:
        """Whether it says what was sealed."""
        return seal(self.former, self.rank, self.values) == self.sha256


def seal(former: str, rank: int, values: Sequence[Value]) -> str:
    """Return the SHA-256 of a record and of the seal before it."""
    content = json.dumps([former, rank, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def altered(links: Sequence[SealedRow]) -> frozenset[int]:
    """Return the ranks of the records that are not those that were sealed, in order.

    One that was sealed anew over other words is told by the next one, which knew it otherwise.
    """
    changed = {link.rank for link in links if not link.is_whole}
    return frozenset(changed | set(_resealed(links, changed)))


def _resealed(links: Sequence[SealedRow], changed: set[int]) -> Iterator[int]:
    for link in links[:1]:
        if link.rank == 1 and link.former != GENESIS:
            yield link.rank
    for link, following in pairwise(links):
        is_next = following.rank == link.rank + 1
        if is_next and following.rank not in changed and following.former != link.sha256:
            yield link.rank


def missing(links: Sequence[SealedRow], last: int) -> tuple[int, ...]:
    """Return the ranks, up to the last one that was ever given, of which there is no record."""
    there = {link.rank for link in links}
    return tuple(rank for rank in range(1, last + 1) if rank not in there)
