"""Findings that one cause may explain, across the indicators that are made from one extract.

The admitted, the women among them and the scholarship holders come in one file: when a course is
counted otherwise in one department, all three move there. Each stays a finding of its own, for a
decision speaks of exact values; what is told is that one question may answer them all.

Here: which findings these are. Not here: what belongs together inside one indicator (``cases``),
how a group is told (``orchestration.reporting``).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from expectations.verdicts.table import Cell

SHARED = 0.5
"""Share of the places of the smaller finding that the other must hold too."""


class Located(Protocol):
    """What holds some cells of one indicator."""

    @property
    def indicator(self) -> str:
        """The indicator."""

    @property
    def cells(self) -> Collection[Cell]:
        """The cells that it holds."""


Found = TypeVar("Found", bound=Located)


def by_cause(
    findings: Iterable[Found], extracts: Mapping[str, Collection[str]]
) -> list[tuple[Found, ...]]:
    """Return findings put together when one cause may explain them.

    Args:
        findings: In the order in which they are told; the first one of a cause leads it.
        extracts: The extracts that each indicator is made from; one that is unknown shares none.

    Returns:
        One group a cause, in the order of their first findings. A finding joins the first group
        whose leader is of another indicator made from one of its extracts, and holds the same
        periods and half of the same areas and categories.
    """
    groups: list[list[Found]] = []
    for finding in findings:
        for group in groups:
            if _may_share(group[0], finding, extracts) and not _has(group, finding.indicator):
                group.append(finding)
                break
        else:
            groups.append([finding])
    return [tuple(group) for group in groups]


def _has(group: Iterable[Located], indicator: str) -> bool:
    return any(finding.indicator == indicator for finding in group)


def _may_share(leader: Located, other: Located, extracts: Mapping[str, Collection[str]]) -> bool:
    same_extract = set(extracts.get(leader.indicator, ())) & set(extracts.get(other.indicator, ()))
    if not same_extract:
        return False
    first, second = _places(leader.cells), _places(other.cells)
    return len(first & second) >= SHARED * min(len(first), len(second))


def _places(cells: Iterable[Cell]) -> set[tuple[str, ...]]:
    return {(cell.time_period, cell.ref_area, cell.breakdown, cell.category) for cell in cells}
