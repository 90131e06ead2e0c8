"""Findings that one cause may explain, across the indicators that are made from one extract.

The admitted, the women among them and the scholarship holders come in one file: when a course is
counted otherwise in one department, all three move there. Each stays a finding of its own, for a
decision speaks of exact values; what is told is that one question may answer them all.

A finding on a total holds its whole table, so that two of one file often hold the same places:
what they have in common is looked for in what moved there.

Of one indicator, half a correction is one thing too: a detail that was revised, and the total that
is not the sum of its details any more.

Here: which findings these are. Not here: what belongs together inside one indicator (``cases``),
how a group is told (``orchestration.reporting``).
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from expectations.cells.observations import TOTAL
from expectations.findings.compared import Basis, Compared
from expectations.findings.roll_up import Finding
from expectations.verdicts.rules import RULES, Theme
from expectations.verdicts.table import Cell

SHARED = 0.5
"""Share of the places of the smaller finding that the other must hold too."""
SIMILAR = 0.5
"""Least cosine of what moved in two findings: half of what moves in the larger one, elsewhere."""
SUM = "VAD"
"""The rule that a total is the sum of its details."""
Place = tuple[str, ...]


class Located(Protocol):
    """What holds some cells of one indicator."""

    @property
    def indicator(self) -> str:
        """The indicator."""

    @property
    def cells(self) -> Collection[Cell]:
        """The cells that it holds."""


Found = TypeVar("Found", bound=Located)


def _of_same_places(_first: Located, _other: Located) -> bool:
    return True


def _of_none(_first: Located, _other: Located) -> bool:
    return False


def by_cause(
    findings: Iterable[Found],
    extracts: Mapping[str, Collection[str]],
    is_alike: Callable[[Found, Found], bool] = _of_same_places,
    is_half: Callable[[Found, Found], bool] = _of_none,
) -> list[tuple[Found, ...]]:
    """Return findings put together when one cause may explain them.

    Args:
        findings: In the order in which they are told; the first one of a cause leads it.
        extracts: The extracts that each indicator is made from; one that is unknown shares none.
        is_alike: What else two of one file and the same places must have in common.
        is_half: Whether two of one indicator are the halves of one thing all the same.

    Returns:
        One group a cause, in the order of their first findings. A finding joins the first group
        whose leader is of another indicator made from one of its extracts, holds the same periods
        and half of the same areas and categories, and is like it.
    """
    groups: list[list[Found]] = []
    for finding in findings:
        for group in groups:
            is_new = not _has(group, finding.indicator)
            is_shared = is_new and _may_share(group[0], finding, extracts)
            if (is_shared and is_alike(group[0], finding)) or is_half(group[0], finding):
                group.append(finding)
                break
        else:
            groups.append([finding])
    return [tuple(group) for group in groups]


def are_alike(first: Finding, other: Finding) -> bool:
    """Tell whether two findings of the same places have more than their file in common.

    The same words; or one detail, or one rule on how numbers are collected, told first by both; or
    the same movement of the same cells. Where nothing moved, numbers contradict themselves: the
    same rule of the same cell.
    """
    if first.explanation == other.explanation:
        return True
    here, there = _movements(first), _movements(other)
    return _are_told_alike(first, other, moved=bool(here or there)) or (
        _cosine(here, there) >= SIMILAR
    )


def is_half_corrected(sums: Finding, revised: Finding) -> bool:
    """Tell whether a total is not the sum of its details since it, or some of them, was revised."""
    return (
        sums.indicator == revised.indicator
        and SUM in sums.rules
        and revised.basis is Basis.RELEASE
        and not revised.is_withdrawal
        and not set(revised.cells).isdisjoint(sums.cells)
    )


def _are_told_alike(first: Finding, other: Finding, *, moved: bool) -> bool:
    head = first.headline
    if head is None or other.headline is None or _place(head) != _place(other.headline):
        return False
    shared = set(first.rules) & set(other.rules)
    if moved:
        shared = {rule for rule in shared if RULES[rule].theme is Theme.COLLECTION}
    is_whole = head.is_of_region and head.category == TOTAL
    return bool(shared) or not is_whole


def _movements(finding: Finding) -> dict[Place, float]:
    """Return by how much each cell moved, about as a logarithm does; those that did not are out."""
    moved = {_place(item.cell): _movement(item, finding) for item in finding.numbers}
    return {place: movement for place, movement in moved.items() if movement}


def _movement(item: Compared, finding: Finding) -> float:
    """Return the movement of a cell; one that has no value any more lost all that it had."""
    before = item.against(finding.basis)
    if before is None:
        return 0.0
    return math.asinh(item.now.value or 0.0) - math.asinh(before.value or 0.0)


def _cosine(here: Mapping[Place, float], there: Mapping[Place, float]) -> float:
    together = sum(movement * there.get(place, 0.0) for place, movement in here.items())
    norms = math.hypot(*here.values()) * math.hypot(*there.values())
    return together / norms if norms else 0.0


def _has(group: Iterable[Located], indicator: str) -> bool:
    return any(finding.indicator == indicator for finding in group)


def _may_share(leader: Located, other: Located, extracts: Mapping[str, Collection[str]]) -> bool:
    same_extract = set(extracts.get(leader.indicator, ())) & set(extracts.get(other.indicator, ()))
    if not same_extract:
        return False
    first, second = _places(leader.cells), _places(other.cells)
    return len(first & second) >= SHARED * min(len(first), len(second))


def _places(cells: Iterable[Cell]) -> set[Place]:
    return set(map(_place, cells))


def _place(cell: Cell) -> Place:
    return (cell.time_period, cell.ref_area, cell.breakdown, cell.category)
