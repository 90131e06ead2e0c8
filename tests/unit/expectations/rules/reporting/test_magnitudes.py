"""MAG: the order of magnitude that is known of a series."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy

REG, DEP = "REG-52", "DEP-44"
Rows = list[tuple[Any, ...]]
Judge = Callable[..., pd.DataFrame]


@pytest.fixture
def judged(
    observe: Callable[..., pd.DataFrame], define: Callable[..., IndicatorDefinition]
) -> Judge:
    """Return the failures of some rows, beside what was printed and published."""

    def run(
        rows: Rows, printed: Rows | None = None, published: Rows | None = None, kind: str = "count"
    ) -> pd.DataFrame:
        unit = "pcrh" if kind == "count" else "pct"
        words = {"definition": "choses-1"}
        tables = [
            None
            if given is None
            else observe(
                *((*row[:3], {**words, **(row[3:] or ({},))[0]}) for row in given), unit=unit
            )
            for given in (rows, published, printed)
        ]
        subject = Subject.of(
            tables[0],
            {"a": define("a", kind)},
            load_policy(),
            tables[1],
            printed=None if tables[2] is None else as_printed(tables[2]),
        )
        verdicts = evaluate_rules(["MAG"], subject)
        failing = verdicts[verdicts["outcome"] == "fail"].reset_index(drop=True)
        return failing.assign(
            explanation=failing["explanation"].str.replace("[\xa0\u202f]", " ", regex=True)
        )

    return run


def as_printed(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells in the columns of printed figures."""
    names = {"obs_value": "printed_value", "unit_measure": "printed_unit"}
    return cells.rename(columns=names).assign(printed_in="fiche")


def cells_of(failing: pd.DataFrame) -> list[tuple[str, str]]:
    return list(failing[["ref_area", "time_period"]].itertuples(index=False, name=None))


def test_a_first_value_far_from_the_printed_figure_is_held_with_it(judged: Judge) -> None:
    failing = judged([(REG, "2024", 4_959_000.0)], printed=[(REG, "2024", 4959.0)])
    assert cells_of(failing) == [(REG, "2024")]
    verdict = failing.loc[0]
    assert verdict["severity"] == "Warning"
    assert (
        "Le bilan imprimé (fiche) donne 4 959 PCRH pour 2024 ; la valeur reçue, 4 959 000 PCRH, "
        "est 1 000 fois plus grande" in verdict["explanation"]
    )
    assert '"chiffre connu": 4959.0' in verdict["evidence"]
    assert pd.isna(verdict["value_before"])


@pytest.mark.parametrize(
    ("rows", "printed"),
    [
        ([(REG, "2024", 600.0)], [(REG, "2023", 502.0)]),
        ([(REG, "2024", 42.0)], [(REG, "2023", 43.0), (REG, "2023", 3.0, {"category": "x"})]),
        ([(REG, "2024", 4.0)], [(REG, "2023", 43.0), (REG, "2024", 4.0)]),
        ([(REG, "2024", 45.0)], [(REG, "2024", 1.0)]),
        ([(REG, "2024", 0.0)], [(REG, "2024", 500.0)]),
        ([(DEP, "2024", 12.0)], [(REG, "2024", 500.0)]),
        ([(REG, "2024", 12.0, {"category": "x"})], [(REG, "2024", 500.0)]),
        ([(REG, "2024", 5000.0)], [(REG, "2024", 500.0, {"unit_measure": "salarie"})]),
        ([(REG, "2024", 5000.0)], [(REG, "2024", 5.0, {"indicator": "autre"})]),
        ([(REG, "2024", "L")], [(REG, "2024", 500.0)]),
    ],
    ids=[
        "growth",
        "another category",
        "a report that contradicts itself",
        "tiny counts",
        "a zero",
        "a department is no region",
        "a category is no total",
        "another unit",
        "another indicator",
        "no value",
    ],
)
def test_what_is_of_its_magnitude_or_compares_with_nothing_is_let_be(
    judged: Judge, rows: Rows, printed: Rows
) -> None:
    assert judged(rows, printed=printed).empty


@pytest.mark.parametrize("factor", [1000.0, 10.0, 0.01])
@pytest.mark.parametrize("areas", [(REG,), (REG, DEP, "DEP-49", "DEP-53", "DEP-72")])
def test_a_new_year_alone_in_another_unit_is_held_however_few_the_areas(
    judged: Judge, factor: float, areas: tuple[str, ...]
) -> None:
    rows = [
        (area, year, 1200.0 * times * (1 + rank))
        for rank, area in enumerate(areas)
        for year, times in (("2023", 1.0), ("2024", factor))
    ]
    for published in (None, [row for row in rows if row[1] == "2023"]):
        failing = judged(rows, published=published)
        assert cells_of(failing) == sorted((area, "2024") for area in areas)
        assert set(failing["period_before"]) == {"2023"}
        assert failing["value_before"].tolist() == [row[2] for row in sorted(rows)[::2]]


def test_what_was_published_vouches_for_its_magnitude(judged: Judge) -> None:
    rows = [(REG, "2023", 4.0), (REG, "2024", 400.0), (REG, "2025", 420.0)]
    published = [(REG, "2023", 4.0), (REG, "2024", 400.0, {"obs_status": "B"})]
    assert judged(rows, published=published).empty
    assert cells_of(judged(rows)) == [(REG, "2024"), (REG, "2025")]


def test_a_published_value_given_again_in_another_unit_is_held(judged: Judge) -> None:
    failing = judged([(REG, "2024", 4.959)], published=[(REG, "2024", 4959.0)])
    assert "La dernière publication donne 4 959 PCRH pour 2024" in failing.loc[0, "explanation"]
    assert pd.isna(failing.loc[0, "value_before"])


def test_to_publish_what_passes_changes_nothing(judged: Judge) -> None:
    rows = [(REG, "2022", 200.0), (REG, "2023", 50.0), (REG, "2024", 9000.0)]
    printed: Rows = [(REG, "2021", 10.0)]
    first = judged(rows, printed=printed)
    again = judged(rows, printed=printed, published=rows[:2])
    assert cells_of(first) == cells_of(again) == [(REG, "2024")]


RATIOS: Rows = [(REG, "2023", 0.125), (REG, "2024", 0.131)]


def test_rates_between_zero_and_one_may_be_ratios(judged: Judge) -> None:
    failing = judged(RATIOS, kind="rate")
    assert cells_of(failing) == [(REG, "2023"), (REG, "2024")]
    assert (
        "sont-ce des rapports (0,125) plutôt que des pourcentages (12,5 %) ?"
        in failing.loc[0, "explanation"]
    )


def test_one_percentage_among_ratios_hides_none_of_them(judged: Judge) -> None:
    ratios = [(f"DEP-{code}", "2024", code / 100) for code in range(11, 31)]
    failing = judged([*ratios, (REG, "2024", 45.0)], kind="rate")
    assert len(failing) == len(ratios)
    assert "20 des 21 pourcentages" in failing.loc[0, "explanation"]
    assert judged([*ratios, (REG, "2024", 2.0)], kind="rate").empty


FRACTION: Mapping[str, Any] = {"numerator": 1.0, "denominator": 800.0}


@pytest.mark.parametrize(
    ("rows", "printed"),
    [
        ([(REG, "2023", 1.5), (REG, "2024", 0.9)], None),
        ([*RATIOS, (REG, "2023", 4.0, {"category": "x"})], None),
        ([(REG, "2023", 0.0), (REG, "2024", 1.0)], None),
        ([(REG, "2023", 0.0), (REG, "2024", 0.4)], None),
        ([(REG, "2024", 0.125)], None),
        ([(area, "2024", 0.125, FRACTION) for area in (REG, DEP)], None),
        (RATIOS, [(REG, "2023", 0.1)]),
    ],
    ids=[
        "one is more",
        "another category is more",
        "all or nothing",
        "all or nothing but one",
        "a single one",
        "computed",
        "printed so",
    ],
)
def test_rates_that_are_small_are_let_be(judged: Judge, rows: Rows, printed: Rows | None) -> None:
    assert judged(rows, printed=printed, kind="rate").empty


def test_a_ratio_beside_its_printed_percentage_is_held(judged: Judge) -> None:
    failing = judged([(REG, "2022", 0.529)], printed=[(REG, "2022", 52.9)], kind="rate")
    assert "donne 52,9 % pour 2022 ; la valeur reçue, 0,529 %" in failing.loc[0, "explanation"]
