"""Each promise of a season is seen broken on a tampered release, and kept on a right one.

Here: releases made by hand. Not here: seasons (``test_season``).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.season import invariants
from tests.season.invariants import broken
from tests.season.left_behind import CELL, LeftBehind

ORDERS = "1A4_pcrh_te"
LABEL = "Nombre de PCRH"
FINDING = "0123456789ab"
PARTS = {"DEP-44": 2.0, "DEP-49": 3.0, "DEP-85": 4.0}
DEFINITIONS: Mapping[str, Mapping[str, Any]] = {
    ORDERS: {
        "label": LABEL,
        "value_kind": "count",
        "origin": "declared",
        "breakdowns": [{"by": "ref_area", "of": "REG", "parts": "DEP"}],
    }
}


def cell(area: str, period: str = "2024") -> dict[str, str]:
    return dict(zip(CELL, (ORDERS, area, period, "_T", "_T"), strict=True))


def observed(**changed: float) -> pd.DataFrame:
    """The observations of one table: a region and its departments."""
    values = {"REG-52": sum(PARTS.values()), **PARTS, **changed}
    return pd.DataFrame(
        [
            {
                **cell(area),
                "obs_value": value,
                "obs_status": "A",
                "unit_measure": "pcrh",
                "comment": None,
                "extract_id": "new",
            }
            for area, value in values.items()
        ]
    )


def released(observations: pd.DataFrame, **marks: Any) -> pd.DataFrame:  # noqa: ANN401 cells
    columns = {"publication": "published", "caveat": "", "decision_ids": None, **marks}
    return observations.assign(**columns)


def page(words: str) -> str:
    return (
        f'<article class="finding" id="constat-{FINDING}"><svg><desc id="d">{LABEL} : {words}.'
        "</desc></svg></article>"
    )


def night(**changed: Any) -> LeftBehind:  # noqa: ANN401 attributes of several kinds
    """A night whose release is right, but for what is changed."""
    observations = observed()
    right = LeftBehind(
        release_id="1",
        rows=released(observations),
        manifest={
            "held": [],
            "findings": [{"finding_id": FINDING, "indicator": ORDERS, "time_period": "2024"}],
        },
        files={"observations.csv": "a"},
        observations=observations,
        decisions=(),
        inputs={"dreets": ("new", None)},
        month="2025-12",
        definitions=DEFINITIONS,
        report=page("9 en 2024"),
    )
    return replace(right, **changed)


def with_row(rows: pd.DataFrame, area: str, **content: Any) -> pd.DataFrame:  # noqa: ANN401 cells
    rows = rows.astype(dict.fromkeys(content, "object"))
    for name, value in content.items():
        rows.loc[rows["ref_area"] == area, name] = value
    return rows


def signed(choice: str = "valeur", value: str = "9.000000") -> dict[str, Any]:
    figure = {"cell": cell("REG-52"), "value": value, "status": "A"}
    return {"id": 1, "indicator": ORDERS, "choice": choice, "figures": [figure]}


def held(*areas: str) -> dict[str, Any]:
    cells = [{**cell(area), "finding_id": FINDING} for area in areas]
    return {**night().manifest, "held": cells}


RIGHT = released(observed())
OLDER = with_row(RIGHT, "REG-52", obs_value=4.0, publication="held", extract_id="old")
PARTLY = with_row(observed(), "DEP-44", obs_value=None)
EVERY_AREA = ("REG-52", *PARTS)

TAMPERED = {
    "published_values_are_observed": [
        night(rows=with_row(RIGHT, "DEP-44", obs_value=5.0)),
        night(rows=pd.concat([RIGHT, RIGHT.head(1).assign(ref_area="DEP-53")])),
    ],
    "totals_are_the_sum_of_their_parts": [
        night(rows=with_row(RIGHT, "REG-52", obs_value=8.0)),
        night(rows=OLDER),
        night(rows=RIGHT[RIGHT["ref_area"] != "DEP-44"]),
    ],
    "tables_are_of_one_vintage": [
        night(rows=OLDER),
        night(rows=with_row(RIGHT, "DEP-44", extract_id="old")),
    ],
    "what_is_drawn_as_held_is_held": [
        night(report=page("9 en 2024 (retenu)")),
        night(manifest=held(*EVERY_AREA)),
    ],
    "decisions_apply_to_their_exact_figures": [
        night(rows=with_row(RIGHT, "REG-52", decision_ids="1")),
        night(rows=with_row(RIGHT, "DEP-44", decision_ids="1"), decisions=(signed(),)),
        night(
            rows=with_row(RIGHT, "REG-52", decision_ids="1"),
            decisions=(signed(value="41.000000"),),
        ),
        night(
            rows=with_row(RIGHT, "REG-52", decision_ids="1", publication="excluded"),
            decisions=(signed("exclusion"),),
        ),
    ],
}
KEPT = [
    night(),
    night(rows=OLDER.assign(caveat="d'un autre dépôt")),
    night(rows=with_row(RIGHT, "DEP-44", obs_value=None), observations=PARTLY),
    night(manifest=held(*EVERY_AREA), report=page("9 en 2024 (retenu)")),
    night(rows=with_row(RIGHT, "REG-52", decision_ids="1"), decisions=(signed(),)),
]


def names(found: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in found}


@pytest.mark.parametrize("kept", KEPT)
def test_a_right_release_breaks_no_promise(kept: LeftBehind) -> None:
    assert not broken(None, kept)


@pytest.mark.parametrize(
    ("promise", "tampered"), [(name, one) for name, many in TAMPERED.items() for one in many]
)
def test_a_tampered_release_breaks_its_promise(promise: str, tampered: LeftBehind) -> None:
    assert promise in names(broken(None, tampered))


def test_every_promise_of_one_night_is_seen_broken() -> None:
    assert set(TAMPERED) == {check.__name__ for check in invariants.OF_ONE_NIGHT}


def test_another_release_of_the_same_night_is_told() -> None:
    assert names(broken(night(), night(release_id="2"))) == {
        "nothing_changes_without_a_cause",
        "the_same_release_is_the_same",
    }


def test_a_release_that_was_written_again_is_told() -> None:
    again = night(files={"observations.csv": "b"})
    assert names(broken(night(), again)) == {"the_same_release_is_the_same"}


def test_a_value_that_moves_when_another_indicator_did_is_told() -> None:
    moved = night(
        release_id="2",
        inputs={"dreets": ("newer", None)},
        rows=with_row(RIGHT, "REG-52", publication="held"),
    )
    assert names(broken(night(), moved)) == {"nothing_changes_without_a_cause"}


def test_a_value_that_moves_with_its_deposit_its_decision_or_the_calendar_is_not() -> None:
    changed = observed(**{"DEP-44": 3.0, "REG-52": 10.0})
    corrected = night(
        release_id="2",
        inputs={"dreets": ("newer", None)},
        observations=changed,
        rows=released(changed),
    )
    decided = night(
        release_id="2",
        rows=with_row(RIGHT, "REG-52", decision_ids="1", obs_status="B"),
        decisions=(signed("rupture"),),
    )
    assert not broken(night(), corrected)
    assert not broken(night(), decided)
    assert not broken(night(), night(release_id="2", month="2026-01"))
