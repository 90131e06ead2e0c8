"""VRT and RRL: revisions of what was published."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from expectations.cells.observations import COLUMNS
from expectations.rules.standard.revisions import few_are_revised, revisions_are_small
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy
from expectations.verdicts.table import Judgement

Make = Callable[..., Any]
CELL = ("REG-52", "2024")


@pytest.mark.parametrize(
    "case",
    [
        (100, 110, "pass"),
        (100, 111, "fail"),
        (100, 89, "fail"),
        (1, 2, "pass"),
        (7, 9, "fail"),
        (0, 2, "fail"),
    ],
)
def test_a_count_is_revised_by_a_tenth_or_by_one(
    judge: Make, observe: Make, define: Make, case: tuple[float, float, str]
) -> None:
    before, after, outcome = case
    published = observe((*CELL, before))
    verdicts = judge("VRT", observe((*CELL, after)), define("a"), published=published)
    assert verdicts.outcome(*CELL) == outcome


def test_a_rate_has_no_unit_to_spare(judge: Make, observe: Make, define: Make) -> None:
    published, now = (observe((*CELL, value), unit="pct") for value in (5.0, 5.9))
    verdicts = judge("VRT", now, define("a", "rate"), published=published)
    assert verdicts.failing == {CELL}
    assert verdicts.explanation(*CELL) == (
        "La valeur publiée était 5, elle est maintenant 5,9 (+18 %) ; révision admise : 10 %."
    )


@pytest.mark.parametrize("pair", [("Q", 9), (5, "L"), ({"obs_status": "P"}, 9)])
def test_only_values_given_as_such_are_compared(
    judge: Make, observe: Make, define: Make, pair: tuple[Any, Any]
) -> None:
    before, after = pair
    row = (*CELL, 5, before) if isinstance(before, dict) else (*CELL, before)
    verdicts = judge("VRT", observe((*CELL, after)), define("a"), published=observe(row))
    assert verdicts.outcomes == {"not_evaluated"}


def test_nothing_was_published(judge: Make, observe: Make, define: Make) -> None:
    for code in ("VRT", "RRL"):
        assert judge(code, observe((*CELL, 5)), define("a")).reason(*CELL) == "jamais publié"


def test_many_small_revisions_are_a_new_reading(judge: Make, observe: Make, define: Make) -> None:
    areas = [f"DEP-{number}" for number in range(40, 60)]
    published = observe(*((area, "2024", 1000) for area in areas))
    now = observe(*((area, "2024", 1000 + (rank < 3)) for rank, area in enumerate(areas)))
    verdicts = judge("RRL", now, define("a"), published=published)
    assert verdicts.failing == {(area, "2024") for area in areas}
    assert verdicts.explanation("DEP-40", "2024").startswith("3 valeurs révisées, sur 20 publiées")
    few = observe(*((area, "2024", 1000 + (rank < 2)) for rank, area in enumerate(areas)))
    assert judge("RRL", few, define("a"), published=published).failing == set()


def test_one_revision_alone_is_for_the_other_rule(judge: Make, observe: Make, define: Make) -> None:
    published, now = observe((*CELL, 100)), observe((*CELL, 300))
    assert judge("RRL", now, define("a"), published=published).failing == set()


@pytest.mark.parametrize("other", [200, 205])
def test_one_detail_and_the_total_that_it_moved_are_one_revision(
    judge: Make, observe: Make, define: Make, other: float
) -> None:
    details = [(f"DEP-{number}", "2024", 100) for number in (49, 53, 72)]
    published = observe(
        ("REG-52", "2024", 600), ("DEP-44", "2024", 100), ("DEP-85", "2024", 200), *details
    )
    now = observe(
        ("REG-52", "2024", 490 + other),
        ("DEP-44", "2024", 190),
        ("DEP-85", "2024", other),
        *details,
    )
    definition = define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])
    failing = judge("RRL", now, definition, published=published).failing
    assert bool(failing) is (other != 200)


def test_what_was_held_and_never_published_is_no_revision(
    judge: Make, observe: Make, define: Make
) -> None:
    areas = [f"DEP-{number}" for number in range(40, 46)]
    published = observe(*((area, "2024", 1000) for area in areas[:3]))
    now = observe(*((area, "2024", 1000) for area in areas))
    verdicts = judge("RRL", now, define("a"), published=published)
    assert verdicts.failing == set()
    assert verdicts.reason("DEP-45", "2024") == "jamais publié"


def test_a_new_period_revises_nothing(judge: Make, observe: Make, define: Make) -> None:
    published = observe(("DEP-44", "2023", 5), ("DEP-49", "2023", 5))
    now = observe(
        *(("DEP-44", year, 5) for year in ("2023", "2024")),
        ("DEP-49", "2023", 5),
        ("DEP-49", "2024", 6),
    )
    verdicts = judge("RRL", now, define("a"), published=published)
    assert verdicts.failing == set()
    assert verdicts.reason("DEP-44", "2024") == "jamais publié"


def test_a_tolerance_may_differ_for_an_indicator(judge: Make, observe: Make, define: Make) -> None:
    looser = {
        "indicateurs": ["a"],
        "seuils": {"revision_admise": 0.5},
        "depuis": "2026-01-31",
        "raison": "Le producteur corrige chaque mois.",
    }
    known = load_policy()
    policy = type(known).model_validate({**known.model_dump(), "derogations": [looser]})
    published, now = observe((*CELL, 100)), observe((*CELL, 140))
    assert judge("VRT", now, define("a"), published=published).failing == {CELL}
    assert judge("VRT", now, define("a"), published=published, policy=policy).failing == set()


VALUES = st.lists(st.integers(0, 500), min_size=1, max_size=8)


@given(before=VALUES, after=VALUES)
def test_what_is_published_again_unchanged_is_no_revision(
    before: list[int], after: list[int], define: Make
) -> None:
    definitions = {"a": define("a")}
    now, published = _table(after), _table(before)
    subject = Subject.of(now, definitions, load_policy(), published)
    same = Subject.of(now, definitions, load_policy(), now)
    assert not (_fails(revisions_are_small(same)) | _fails(few_are_revised(same))).any()
    common = min(len(before), len(after))
    moved = np.array(before[:common]) != np.array(after[:common])
    fails = _fails(revisions_are_small(subject))
    assert not fails[common:].any()
    assert not (fails[:common] & ~moved).any()


def _table(values: list[int]) -> pd.DataFrame:
    rows = {
        "indicator": "a",
        "ref_area": [f"DEP-{rank:02}" for rank in range(len(values))],
        "time_period": "2024",
        "breakdown": "_T",
        "category": "_T",
        "obs_value": values,
        "obs_status": "A",
        "unit_measure": "pcrh",
    }
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def _fails(judgement: Judgement) -> NDArray[np.bool_]:
    return (judgement.cells["outcome"] == "fail").to_numpy()


@pytest.mark.parametrize("other", [40, 44])
def test_a_total_that_only_a_held_detail_corrects_holds_nothing(
    judge: Make, observe: Make, define: Make, other: float
) -> None:
    """DEP-49 was held at its former extract; its correction comes, and another may be revised."""
    old, last, new = ({"extract_id": name} for name in ("old", "last", "new"))
    published = observe(
        ("REG-52", "2024", 248, last),
        ("DEP-44", "2024", 40, last),
        ("DEP-49", "2024", None, {**old, "obs_status": "L"}),
    )
    now = observe(
        ("REG-52", "2024", 60 + other, new),
        ("DEP-44", "2024", other, new),
        ("DEP-49", "2024", 60, new),
    )
    definition = define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])
    verdicts = judge("VRT", now, definition, published=published)
    assert verdicts.outcome("REG-52", "2024") == "fail"
    assert verdicts.severity("REG-52", "2024") == ("Information" if other == 40 else "Warning")


@pytest.mark.parametrize("known", [True, False])
def test_totals_that_only_details_never_published_correct_are_no_suspicious_revision(
    judge: Make, observe: Make, define: Make, *, known: bool
) -> None:
    """Half a correction let the region out; DEP-44, held, comes right: its totals follow."""
    now, out = [], []
    for of in ({"breakdown": "age", "category": f"c{rank}"} for rank in range(4)):
        for area, value in (("REG-52", 300), ("DEP-44", 100), ("DEP-49", 200)):
            is_held, shown = area == "DEP-44", value + 5 if area == "REG-52" else value
            now += [(area, year, value, of) for year in ("2023", "2024")]
            out += [] if is_held else [(area, "2024", shown, of)]
            out += [] if is_held and not known else [(area, "2023", value, of)]
    definition = define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])
    verdicts = judge("RRL", observe(*now), definition, published=observe(*out))
    assert ("fail" in verdicts.outcomes) is not known
