"""DFC on categories that enter everywhere at once: one information, with its extent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.benchmarks.breaks.parcoursup import ENTERED_2019, parcoursup

AREAS = ("DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85")
KEPT = {"a": (120, 80, 30, 45, 90), "b": (190, 35, 60, 20, 75)}
Table = Mapping[str, Sequence[Any]]
Make = Callable[..., Any]


@pytest.fixture
def told(observe: Make, define: Make, judge: Make) -> Callable[..., dict[str, list[str]]]:
    """Return what DFC says of each category that it fails, in 2023 then 2024, by area."""

    def failures(before: Table, after: Table) -> dict[str, list[str]]:
        rows = [
            (area, period, count, {"breakdown": "taille", "category": category})
            for period, table in (("2023", before), ("2024", after))
            for category, counts in table.items()
            for area, count in zip(AREAS, counts, strict=True)
            if count is not None
        ]
        verdicts = judge("DFC", observe(*rows), define("a")).rows
        failing = verdicts[verdicts["outcome"] == "fail"].groupby("category")
        assert {str(row) for _, rows in failing for row in rows["severity"]} <= {"Information"}
        return {
            str(category): [text.replace("\xa0", " ") for text in rows["explanation"]]
            for category, rows in failing
        }

    return failures


def test_a_category_that_enters_everywhere_is_told_with_its_extent(told: Make) -> None:
    new = {**KEPT, "c": (30, 12, 5, None, 23)}
    assert told(KEPT, new) == {
        "c": [
            "Catégorie nouvelle en 2024, donnée d'un coup par 4 des 5 territoires qui répondaient "
            "déjà (70 en tout), dont aucun ne disait rien en 2023."
        ]
        * 4
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (KEPT, KEPT),
        (KEPT, {**KEPT, "c": (30, 40, None, None, None)}),
        (KEPT, {**KEPT, "c": (3, 1, 2, 4, 5)}),
        ({**KEPT, "c": (None, None, None, 4, None)}, {**KEPT, "c": (30, 12, 5, 14, 23)}),
        ({**KEPT, "c": ("Q",) * 5}, {**KEPT, "c": (30, 12, 5, 14, 23)}),
        ({}, KEPT),
    ],
    ids=["nothing new", "two areas", "too small", "one had it", "was masked", "first period"],
)
def test_what_does_not_enter_everywhere_is_no_event(
    told: Make, before: Table, after: Table
) -> None:
    assert told(before, after) == {}


def test_the_schools_that_entered_parcoursup_are_one_event_in_each_file(judge: Make) -> None:
    panel = parcoursup("52", with_event=True)
    definition = next(item for item in panel.definitions if item.id == "psup_admis")
    cells = panel.observations[panel.observations["indicator"] == "psup_admis"]
    verdicts = judge("DFC", cells, definition).rows
    events = verdicts[(verdicts["outcome"] == "fail") & (verdicts["severity"] == "Information")]
    assert set(events["category"]) == set(ENTERED_2019)
    assert len(events["explanation"].unique()) == len(ENTERED_2019)
    extents = ["5 des 5 territoires qui répondaient déjà (1 263 en tout)"]
    extents += ["3 des 5 territoires qui répondaient déjà (284 en tout)"]
    sentences = events["explanation"].unique()
    told_once = [text.replace("\xa0", " ").replace("\u202f", " ") for text in sentences]
    assert all(any(extent in text for text in told_once) for extent in extents)
