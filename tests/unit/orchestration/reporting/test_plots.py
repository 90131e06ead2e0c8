"""The plot of a finding: what it draws, what it says, and its SVG fit for a page."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from orchestration.reporting import plots
from orchestration.reporting.inline_svg import inline_svg
from orchestration.reporting.reported_findings import CellLine, PointLine, SeriesLine
from tests.unit.orchestration.reporting.nights import hostile_night, pcrh_finding


def drawn_texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter("text")]  # noqa: S314


def test_the_bars_tell_absent_from_zero() -> None:
    texts = drawn_texts(inline_svg(pcrh_finding()))
    assert texts.count("absent") == 2
    assert {"Loire-Atlantique", "Maine-et-Loire", "Sarthe", "Vendée", "26"} <= set(texts)
    assert "Pays de la Loire" not in texts
    zero = replace(pcrh_finding(), cells=(CellLine("Sarthe", 1, 0),))
    assert "absent" not in drawn_texts(inline_svg(zero))


def test_parts_of_which_none_has_a_value_are_drawn_as_absent() -> None:
    """A report that cannot be drawn is nobody's: a total whose details are all masked is enough."""
    masked = CellLine("Sarthe", None, None, status_before="Q", status_after="Q")
    assert "Sarthe" in drawn_texts(inline_svg(replace(pcrh_finding(), cells=(masked,))))


def test_the_whole_is_drawn_as_an_index_beside_the_part() -> None:
    texts = drawn_texts(inline_svg(pcrh_finding()))
    assert "606 (+21\u00a0%)" in texts
    assert "4 (−91\u00a0%), retenu" in texts
    assert "Évolution, base 100 en 2023" in texts


def test_without_a_common_base_the_headline_series_is_drawn_alone() -> None:
    nothing = SeriesLine("PCRH", (PointLine("2023", 0), PointLine("2024", 4)))
    texts = drawn_texts(inline_svg(replace(pcrh_finding(), series=nothing)))
    assert "Évolution" in texts
    assert not [text for text in texts if "606" in text]


@pytest.mark.parametrize("points", [(), (PointLine("2024", 4),), (PointLine("2024", None),)])
def test_short_series_are_drawn(points: tuple[PointLine, ...]) -> None:
    finding = replace(pcrh_finding(), series=SeriesLine("PCRH", points), cells=(), linked=None)
    assert "Évolution" in drawn_texts(inline_svg(finding))


def test_only_the_largest_moves_are_drawn_when_cells_are_many() -> None:
    cells = tuple(CellLine(f"Zone {rank}", 100, 100 - rank) for rank in range(40))
    texts = drawn_texts(inline_svg(replace(pcrh_finding(), cells=cells)))
    zones = [text for text in texts if text.startswith("Zone")]
    assert zones == [f"Zone {rank}" for rank in range(40 - plots.MAX_BARS, 40)]


def test_the_description_says_what_the_picture_shows() -> None:
    words = plots.describe(pcrh_finding())
    assert "Maine-et-Loire : 26 puis absent" in words
    assert "4 en 2024 (retenu)" in words
    assert "Ensemble des PCRH (1C1_pcrh) : 502 en 2023, 606 en 2024." in words


def test_the_svg_only_draws_and_names_are_its_own() -> None:
    svg = inline_svg(pcrh_finding())
    tags = {element.tag for element in ET.fromstring(svg).iter()}  # noqa: S314
    assert tags <= {"svg", "title", "desc", "g", "defs", "path", "text", "use", "clipPath", "rect"}
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert all(name.startswith("plot-3f9c1a7be204-") for name in ids)
    references = re.findall(r'(?:href="#|url\(#)([^")]+)', svg)
    assert references
    assert set(references) <= set(ids)
    assert "http" not in svg


def test_hostile_labels_are_drawn_as_text() -> None:
    svg = inline_svg(hostile_night().findings[0])
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg
    assert "$\\x{$alert" in svg


@pytest.mark.parametrize("n_cells", [0, 4])
@pytest.mark.parametrize(
    ("periods", "said"),
    [
        (("2022-2023", "2023-2024"), 2),
        (("2022-2023", "2023-2024", "2024-2025", "2025-2026"), 4),
        (("2025-01", "2025-02", "2025-03", "2025-04"), 4),
        (tuple(map(str, range(2007, 2026))), 19),
    ],
)
def test_periods_do_not_run_into_each_other(
    periods: tuple[str, ...], said: int, n_cells: int
) -> None:
    """A live station draws the periods that are awaited too: school years are long words."""
    series = SeriesLine("Élèves", tuple(PointLine(code, 10) for code in periods))
    cells = tuple(CellLine(f"Collège, 2023-202{rank}", 1, 2) for rank in range(n_cells))
    drawn = replace(pcrh_finding(), series=series, linked=None, cells=cells)
    figure = plots.draw(drawn)
    figure.draw_without_rendering()
    labels = figure.axes[-1].get_xticklabels()
    places = [label.get_window_extent() for label in labels]
    gaps = [after.x0 - before.x1 for before, after in pairwise(places)]
    assert min(gaps) > figure.dpi * plots.CHARACTER / 2
    assert len(labels) == said or said > 10
