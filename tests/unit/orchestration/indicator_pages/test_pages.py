"""A page and its chart, from made-up values; the pages of the demo are held by the integration."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from expectations.findings.code_names import Names
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Severity
from orchestration.indicator_pages import chart
from orchestration.indicator_pages.page import (
    Check,
    IndicatorPage,
    Note,
    Value,
    ValueRow,
    ValueTable,
)
from orchestration.indicator_pages.render_pages import INDEX, render_pages
from tests.made_definitions import made_definition

HOSTILE = 'Région | <script>alert("x")</script> $\\alpha$ *'
NAMES = Names(areas={}, area_types={}, breakdowns={}, categories={"masa": "MASA"})


def cell(
    number: float | None, status: str = "A", *, is_held: bool = False, is_break: bool = False
) -> Value:
    return Value(number, status, "place", is_held, is_break)


def page(**told: object) -> IndicatorPage:
    """A page of two years: a value held, and a category that has none."""
    usual: dict[str, object] = {
        "label": "Places",
        "counts": "des places",
        "unit_measure": "place",
        "producer": HOSTILE,
        "contact": "la Région",
        "reference_period": "l’année",
        "comparability": [
            {"kind": "definition", "version": "places-1"},
            {"kind": "perimeter", "version": "p-2", "from": "2024", "reason": "un de plus"},
        ],
        "target": {"value": 50, "source": "une instruction"},
        "headline": ["men", "masa"],
        "not_applicable": [{"category": "masa", "reason": "rien de tel"}],
    }
    definition = made_definition("9Z9_places", **{**usual, **told})
    rows = (
        ValueRow("MEN", (cell(40), cell(4, is_held=True))),
        ValueRow("MASA", (cell(None, "M"), cell(None, "Y"))),
    )
    return IndicatorPage(
        definition=definition,
        model="dbt_project/models/9Z9_places.sql",
        definition_file="dbt_project/models/9Z9_places.yml",
        headline=ValueTable("Région", "REG", ("2023", "2024"), rows),
        checks=(Check(RULES["VAN"], Severity.WARNING),),
        notes=(Note("2024", HOSTILE),),
    )


def zones(count: int) -> ValueTable:
    rows = tuple(
        ValueRow(f"Zone {rank}", (cell(50 + rank), None if rank else cell(None, "L")))
        for rank in range(count)
    )
    return ValueTable("Zones d'emploi", "ZE2020", ("2023", "2024"), rows)


def test_a_page_tells_values_gaps_versions_target_and_checks() -> None:
    text = render_pages([page()], NAMES)["9Z9_places.md"].replace("\xa0", " ")
    for expected in (
        "| MEN | 40 places | 4 places **(retenu)** |",
        "| MASA | *sans objet* | *pas encore disponible* |",
        "| 2024 | périmètre | `p-2` | un de plus |",
        "| **Cible** | 50 places. une instruction. |",
        "5 mois après la fin de la période. Hypothèse de la Vigie, à confirmer.",
        "Le bilan n’imprime pas de total",
        "- Sans objet (MASA) : rien de tel",
        "| VAN | Aucune catégorie n'a disparu | avertissement |",
    ):
        assert expected in text


def test_what_comes_from_outside_forges_nothing() -> None:
    text = render_pages([page()], NAMES)["9Z9_places.md"]
    assert "<script" not in text
    assert "$" not in text
    assert "- 2024 : Région \\|" in text


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"expected_lag_months": None}, "aucune date annoncée"),
        ({"expected_lag_months": 0, "expected_lag_source": "le bilan"}, "Source : le bilan."),
    ],
)
def test_a_lag_says_where_it_is_told(told: dict[str, object], expected: str) -> None:
    text = render_pages([page(**told)], NAMES)["9Z9_places.md"].replace("\xa0", " ")
    assert expected in text


def test_the_index_gives_the_last_value_of_each_head() -> None:
    text = render_pages([page()], NAMES)[INDEX].replace("\xa0", " ")
    assert "MEN : 4 places (2024) **(retenu)**<br>MASA : *pas encore disponible*" in text


@pytest.mark.parametrize("count", [0, 3, 20])
def test_a_chart_is_the_same_each_time_and_only_draws(count: int) -> None:
    drawn = replace(page(label=HOSTILE), areas=(zones(count),) if count else ())
    first, second = chart.draw(drawn), chart.draw(drawn)
    assert first == second
    elements = {element.tag.rpartition("}")[2] for element in ET.fromstring(first).iter()}  # noqa: S314 ours
    assert not elements & {"script", "image", "foreignObject", "a"}
    assert "<dc:date>" not in first


def test_a_chart_writes_its_values_why_some_are_missing_and_the_target() -> None:
    svg = chart.draw(replace(page(), areas=(zones(3),))).replace("\xa0", " ")
    for expected in ("40 places", "4 places, retenu", "MASA : sans objet", "cible : 50 places"):
        assert expected in svg
    assert "Zone 0" in svg


def segments(svg: str, colour: str) -> int:
    """How many lines of a colour join two values: a path begins anew where it is broken."""
    lines = re.findall(rf'<path d="([^"]+)"[^>]*stroke: {colour}; stroke-width: 1.5', svg)
    return sum(path.count("L ") for path in lines)


def test_no_line_joins_what_a_break_parts() -> None:
    def drawn(*, is_break: bool) -> str:
        values = (cell(40), cell(43), cell(4, is_break=is_break), cell(5))
        table = ValueTable(
            "Région", "REG", ("2021", "2022", "2023", "2024"), (ValueRow("Région", values),)
        )
        return chart.draw(replace(page(), headline=table)).replace("\xa0", " ")

    assert [segments(drawn(is_break=is_break), chart.AFTER) for is_break in (False, True)] == [3, 2]
    assert "4 places, rupture de série" in drawn(is_break=True)


def test_a_chart_is_described_in_words() -> None:
    told = chart.describe(page()).replace("\xa0", " ")
    assert "MEN : 40 places en 2023, 4 places en 2024 (retenu)" in told
    row = ValueRow("MEN", (cell(40), cell(4, is_break=True)))
    table = ValueTable("Région", "REG", ("2023", "2024"), (row,))
    parted = chart.describe(replace(page(), headline=table)).replace("\xa0", " ")
    assert "4 places en 2024 (rupture de série)" in parted


def test_an_indicator_without_any_value_has_a_chart_that_says_so() -> None:
    empty = ValueTable("Région", "REG", ("2023",), (ValueRow("Région", (cell(None, "Y"),)),))
    assert "pas encore disponible" in chart.draw(replace(page(), headline=empty))


def test_of_an_indicator_of_which_nothing_came_it_is_said_where_a_table_would_be_empty() -> None:
    nothing = replace(page(), headline=ValueTable("Région", "REG", (), ()))
    of_parts = replace(nothing, areas=(zones(1),))
    for told, expected in (
        (nothing, "Rien n’en est encore venu"),
        (of_parts, "Rien n’en est donné pour la région"),
    ):
        assert chart.describe(told) == f"Places. {expected}."
        files = render_pages([told], NAMES)
        assert f"| *{expected}* |" in files[INDEX]
        assert "| Région |" not in files["9Z9_places.md"]
    assert "Rien n’en est encore venu." in render_pages([nothing], NAMES)["9Z9_places.md"]
    assert "| Zone 0 |" in render_pages([of_parts], NAMES)["9Z9_places.md"]


def test_what_is_negative_stays_on_the_picture() -> None:
    numbers = (-5.0, -2.0)
    bars, trend = Figure().subplots(2)
    chart._draw_bars(bars, [chart.PeriodSide("2024", "black", 0.0, [cell(n) for n in numbers])], 5)
    chart._draw_trend(trend, page(target={"value": -4, "source": "une instruction"}))
    assert bars.get_xlim()[0] < min(numbers)
    assert trend.get_ylim()[0] < -4
