"""A chart that was tampered with is told: its words, its state, its heights."""

import pytest

from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import Place
from tests.readers.drawn_marks import of_drawing
from tests.readers.made_up import COUNT, REGION, made_up_truth

CARD = CardScope(COUNT, REGION, period="2024", period_before="2023")
TOLD = "Nombre de PCRH avec un volet vert : 43 en 2023, 41 en 2024 (retenu)."
FULL, HOLLOW = "fill: #1f3d6d; stroke: #1f3d6d", "fill: #ffffff; stroke: #1f3d6d"
CHART = f"""
<svg><title>43 en 2023, 41 en 2024</title><desc>{TOLD}</desc>
 <g id="axes_1">
  <g id="line2d_1"><path d="M 60 120 L 210 120" style="stroke: #c9ccd1"></path></g>
  <g id="xtick_1"><text x="60" y="130">2023</text></g>
  <g id="xtick_2"><text x="210" y="130">2024</text></g>
  <g id="line2d_2"><use x="60" y="77" style="{FULL}"></use>
   <use x="210" y="79" style="{FULL}"></use></g>
  <g id="line2d_3"><use x="210" y="79" style="{HOLLOW}"></use></g>
  <g id="text_1"><text x="55" y="80">43</text></g>
  <g id="text_2"><text x="215" y="80">41 (−5 %), retenu</text></g>
 </g>
</svg>
"""


def found(chart: str) -> list[str]:
    place = Place("rapport", "index.html")
    return [line.number for line in of_drawing(place, chart, CARD, made_up_truth())]


def test_a_right_chart_is_believed() -> None:
    assert found(CHART) == []


@pytest.mark.parametrize(
    ("right", "tampered", "numbers"),
    [
        (HOLLOW, FULL, ["2024"]),
        ('<use x="60" y="77"', '<use x="60" y="40"', ["2024"]),
        ("41 (−5 %), retenu</text>", "44 (−5 %), retenu</text>", ["44", "−5"]),
        ("41 (−5 %)", "41 (−56 %)", ["−56"]),
        ("2024 (retenu).", "2024.", ["41"]),
        ("43 en 2023, 41 en 2024</title>", "4 en 2023, 41 en 2024</title>", ["4"]),
    ],
)
def test_a_tampered_chart_is_told(right: str, tampered: str, numbers: list[str]) -> None:
    assert found(CHART.replace(right, tampered, 1)) == numbers


def test_a_point_that_is_drawn_as_held_and_is_published_is_told() -> None:
    chart = CHART.replace(
        '</g>\n  <g id="line2d_3">',
        f'<use x="60" y="77" style="{HOLLOW}"></use></g><g id="line2d_3">',
    )
    assert found(chart) == ["2023"]


def test_bars_are_as_long_as_their_values() -> None:
    bars = "2023 puis 2024. Maine-et-Loire : 26 puis 24 ; Sarthe : 17 puis 17."
    drawn = "".join(
        f'<g id="patch_{side}{rank}"><path d="M 0 0 L {length} 0 L {length} 5 L 0 5" '
        f'style="fill: {colour}; stroke: none"></path></g>'
        for side, colour, lengths in (("a", "#a9bcd6", (260, 170)), ("b", "#1f3d6d", (240, 170)))
        for rank, length in enumerate(lengths)
    )
    chart = CHART.replace(TOLD, f"{bars} {TOLD}").replace(
        '<g id="axes_1">', f'<g id="axes_0">{drawn}</g><g id="axes_1">'
    )
    assert found(chart) == []
    assert found(chart.replace("L 240 0 L 240 5", "L 90 0 L 90 5")) == ["Maine-et-Loire"]
