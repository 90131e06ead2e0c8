"""What an inspection of the station came to.

Here: frozen dataclasses. Not here: inspecting, layout.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class IntegrityFault(NamedTuple):
    """Something that is not what it was.

    Attributes:
        where: The file, from the station's home, or the record.
        what: What is wrong with it, in French.
        to_do: What to do, in French.
    """

    where: str
    what: str
    to_do: str


@dataclass(frozen=True)
class IntegrityCheck:
    """What was looked at, and what is wrong with it.

    Attributes:
        name: What was inspected, in French.
        checked: How many things were looked at.
        faults: What is wrong with them.
    """

    name: str
    checked: int
    faults: tuple[IntegrityFault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def gathered(name: str, found: Iterable[Iterable[IntegrityFault]]) -> IntegrityCheck:
    """Return an inspection of things that were looked at one by one, each with its faults."""
    checked, faults = 0, list[IntegrityFault]()
    for wrong in found:
        checked += 1
        faults.extend(wrong)
    return IntegrityCheck(name, checked, tuple(faults))
