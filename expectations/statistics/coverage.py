r"""RPC: how much of a change is due to who reported?

Here: an identity on what reporters said, and the changes of their lists. Not here: reading the
lists in a producer's note, and what is an alarm (``rules``).

A total may move because those who report moved, or because others report. With :math:`B` the
reporters of both periods, :math:`A` those who arrived and :math:`D` those who left,

.. math:: \sum y_1 - \sum y_0 = \sum_B (y_1 - y_0) + \sum_A y_1 - \sum_D y_0,

exactly: the matched sample of price statistics, its entries and its exits (*Consumer Price Index
Manual: Concepts and Methods*, IMF and others, 2020, chapter 6), or continuing, entering and exiting
firms (Foster, Haltiwanger and Krizan, NBER working paper 6803, 1998). It is an identity: no
hypothesis, no test, two periods. What it cannot say is whether those who stayed took over the
people of those who left (a merger of reporters): then like-for-like change is too high. Do not use
it on rates, which do not add up.

When only the lists of reporters are known, what changed in them is all that can be said.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.grouped import Floats, Integers, codes_of, sums


@dataclass(frozen=True)
class Reports:
    """What reporters said in one period, one row a reporter and group.

    Attributes:
        groups: Code of the group (the published cell) each report is part of.
        reporters: Code of who reported, the same codes in both periods.
        values: What they reported; who gave NaN did not report.
    """

    groups: ArrayLike
    reporters: ArrayLike
    values: ArrayLike


@dataclass(frozen=True)
class Coverage:
    """The change of each group, and that of who reported both times, by group code.

    Attributes:
        raw: Change of the total.
        like_for_like: Change over the reporters of both periods.
        kept: How many reporters are there both times.
    """

    raw: Floats
    like_for_like: Floats
    kept: Integers


def like_for_like(before: Reports, after: Reports) -> Coverage:
    """Return the change of each group, and that of who reported both times; see the module.

    Several reports of one reporter for one group are added up.
    """
    first, second = _given(before), _given(after)
    width = 1 + int(max(first[1].max(initial=-1), second[1].max(initial=-1)))
    size = 1 + int(max(first[0].max(initial=-1), second[0].max(initial=-1)))
    keys = np.concatenate([first[0] * width + first[1], second[0] * width + second[1]])
    pairs, index = np.unique(keys, return_inverse=True)
    then, now = index[: first[0].size], index[first[0].size :]
    in_first, in_second = np.zeros(pairs.size, dtype=bool), np.zeros(pairs.size, dtype=bool)
    in_first[then], in_second[now] = True, True
    y0, y1 = sums(first[2], then, pairs.size), sums(second[2], now, pairs.size)
    groups = pairs // max(width, 1)

    def total(values: Floats, kept: np.ndarray) -> Floats:
        return sums(values[kept], groups[kept], size)

    stayed = in_first & in_second
    return Coverage(
        raw=total(y1, in_second) - total(y0, in_first),
        like_for_like=total(y1 - y0, stayed),
        kept=np.bincount(groups[stayed], minlength=size),
    )


def _given(reports: Reports) -> tuple[Integers, Integers, Floats]:
    values = np.asarray(reports.values, dtype=np.float64)
    groups = codes_of(reports.groups, values.shape)
    reporters = codes_of(reports.reporters, values.shape)
    given = np.isfinite(values)
    return groups[given], reporters[given], values[given]


@dataclass(frozen=True)
class Membership:
    """What changed in a list of reporters, names as they were written, in alphabetical order."""

    kept: tuple[str, ...]
    arrived: tuple[str, ...]
    departed: tuple[str, ...]


def membership_change(before: Iterable[str], after: Iterable[str]) -> Membership:
    """Return what changed between two lists of reporters.

    Names are compared without regard to case, accents and spaces: « Santé » and « SANTE » are one
    reporter. An empty list is one that nobody gave: what is unknown has neither come nor gone.

    Args:
        before: Names of the reporters of the first period.
        after: Those of the second.
    """
    first, second = _by_plain_name(before), _by_plain_name(after)
    if not first or not second:
        return Membership(tuple(sorted((first | second).values())), (), ())
    return Membership(
        kept=tuple(sorted(second[name] for name in first.keys() & second.keys())),
        arrived=tuple(sorted(second[name] for name in second.keys() - first.keys())),
        departed=tuple(sorted(first[name] for name in first.keys() - second.keys())),
    )


def _by_plain_name(names: Iterable[str]) -> dict[str, str]:
    plain = {_plain(name): " ".join(name.split()) for name in sorted(names)}
    return {key: name for key, name in plain.items() if key}


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
