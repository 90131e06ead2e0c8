"""DFC on categories that were merged or split: both sides fail, a mere loss does not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

AREAS = ("DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85")
BEFORE = {"a": (120, 80, 30, 45, 90), "b": (190, 35, 60, 20, 75), "c": (300, 180, 70, 110, 160)}
AFTER = {"a": (125, 82, 29, 47, 93), "b": (186, 37, 61, 19, 77), "c": (309, 177, 72, 114, 156)}
MERGED = {"b": [a + b for a, b in zip(AFTER["a"], AFTER["b"], strict=True)], "c": AFTER["c"]}
LOST = {"b": AFTER["b"], "c": AFTER["c"]}

Table = Mapping[str, Sequence[int]]
Make = Callable[..., Any]


@pytest.fixture
def changed(observe: Make, define: Make, judge: Make) -> Callable[[Table, Table], dict[str, str]]:
    """Return what DFC says of each category that it fails, in 2023 then 2024."""

    def failures(before: Table, after: Table) -> dict[str, str]:
        rows = [
            (area, period, count, {"breakdown": "taille", "category": category})
            for period, table in (("2023", before), ("2024", after))
            for category, counts in table.items()
            for area, count in zip(AREAS, counts, strict=True)
        ]
        verdicts = judge("DFC", observe(*rows), define("a")).rows
        failing = verdicts[verdicts["outcome"] == "fail"]
        return dict(zip(failing["category"], failing["explanation"], strict=True))

    return failures


def test_both_sides_of_a_merger_fail(changed: Make) -> None:
    told = changed(BEFORE, MERGED)
    assert set(told) == {"a", "b"}
    assert "n'est plus donnée, et « b » vaut à présent" in told["a"].replace("\xa0", " ")
    assert "ce qu'elle valait avec « a »" in told["b"].replace("\xa0", " ")


def test_both_sides_of_a_split_fail(changed: Make) -> None:
    told = changed(MERGED, AFTER)
    assert set(told) == {"a", "b"}
    assert "est nouvelle, et ce qu'elle vaut manque à « b »" in told["a"].replace("\xa0", " ")
    assert "est ce que vaut « a »" in told["b"].replace("\xa0", " ")


@pytest.mark.parametrize("after", [AFTER, LOST], ids=["all there", "one gone"])
def test_nothing_is_said_to_have_moved_when_nothing_did(changed: Make, after: Table) -> None:
    assert changed(BEFORE, after) == {}
