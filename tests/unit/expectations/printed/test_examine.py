"""A coherent report gives nothing; what is found depends on nothing that was declared since."""

from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from expectations.printed.comparisons import PrintedComparison, Statement, merged
from expectations.printed.document import Document, figures_of_table, passages_of_table
from expectations.printed.examine import KINDS, RULES, examine, explained
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import (
    REGION,
    cell,
    figure,
    label,
    paragraph,
    report,
)

ADDS_UP = {"by": "ref_area", "of": "REG", "parts": "DEP"}
DEPARTMENTS = ("DEP-44", "DEP-49", "DEP-72", "DEP-85")
COUNTS = st.lists(st.integers(1, 10**6), min_size=4, max_size=4)


def coherent(before: list[int], after: list[int]) -> Document:
    """Return a report that says the same thing everywhere, whatever its numbers."""
    printed = []
    for year, counts in (("2023", before), ("2024", after)):
        totals = [figure(place, year, str(sum(counts))) for place in ("fiche", "annexe")]
        parts = [
            figure("annexe", year, str(count), ref_area=area)
            for area, count in zip(DEPARTMENTS, counts, strict=True)
        ]
        printed += [*totals, *parts, cell("fiche", year, f"{sum(counts)} en {year}")]
    change = f"{100 * (sum(after) / sum(before) - 1):+.1f}".replace(".", ",")
    said = f"Entre 2023 et 2024, le nombre de missions menées a progressé, {change}%."
    return report(
        label("Nombre de missions menées"),
        *printed,
        paragraph(said),
        a=made_definition("a", breakdowns=[ADDS_UP]),
    )


@given(COUNTS, COUNTS)
def test_a_coherent_report_gives_nothing(before: list[int], after: list[int]) -> None:
    if before != after:
        examination = examine(coherent(before, after))
        assert examination.contradictions == ()
        assert len(examination.comparisons) >= 8


@given(COUNTS, st.integers(1, 10**5))
def test_one_figure_changed_is_found_by_its_place(counts: list[int], error: int) -> None:
    document = coherent(counts, [count + 1 for count in counts])
    wrong = figure("fiche", "2023", str(sum(counts) + error))
    figures = (wrong, *document.figures[1:])
    found = examine(replace(document, figures=figures)).contradictions
    assert {"VMP"} <= {one.rule for one in found}
    assert all(one.period in {"2023", "2024"} for one in found)


@given(COUNTS, st.randoms())
def test_the_order_of_the_figures_changes_nothing(counts: list[int], random: object) -> None:
    document = coherent(counts, [2 * count for count in counts])
    wrong = (figure("fiche", "2024", "1"), *document.figures)
    shuffled = list(wrong)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        {
            (found.rule, found.period)
            for found in examine(replace(document, figures=tuple(it))).contradictions
        }
        for it in (wrong, shuffled)
    )
    assert one == other


def test_nothing_is_found_in_an_empty_report() -> None:
    examination = examine(report())
    assert (examination.comparisons, examination.claims) == ((), {})


def test_every_rule_gives_a_kind_that_has_a_title() -> None:
    assert len(RULES) == len(set(RULES))
    document = report(figure("fiche", "2023", "3"), figure("annexe", "2023", "43"))
    assert {one.rule for one in examine(document).comparisons} <= set(KINDS)


def test_one_contradiction_printed_in_several_places_is_listed_once_with_all_of_them() -> None:
    def one(place: str, *, holds: bool = False) -> PrintedComparison:
        side = Statement("3", 3.0, (place,))
        return PrintedComparison(
            "VMP", "a", "", "2023", side, Statement("4", 4.0, ("ici",)), holds=holds
        )

    (known,) = merged([one("fiche"), one("annexe"), one("fiche")])
    assert known.first.places == ("fiche", "annexe")
    assert len(merged([one("fiche"), one("annexe", holds=True)])) == 2


def test_a_total_that_is_printed_wrong_once_is_one_line_that_says_what_its_parts_make() -> None:
    whole = coherent([204, 104, 21, 33], [264, 109, 38, 46])
    figures = [replace(one, line=rank) for rank, one in enumerate(whole.figures, 1)]
    figures[1] = replace(figures[1], number=figure("annexe", "2023", "502").number)
    (one,) = examine(replace(whole, figures=tuple(figures))).contradictions
    assert (one.rule, one.period) == ("VMP", "2023")
    assert "204 + 104 + 21 + 33 font 362" in one.explanation


def test_what_was_declared_is_put_beside_what_was_found_and_hides_nothing() -> None:
    document = report(figure("fiche", "2023", "3", line=7), figure("annexe", "2023", "43", line=9))
    found = examine(document).contradictions
    (known,) = explained(found, {7: "Une faute de frappe.", 8: "Autre chose."})
    assert (known.explained, known.holds) == ("Une faute de frappe.", False)
    assert known.comparison_id == found[0].comparison_id
    assert explained(found, {})[0].explained == ""


def test_its_reference_changes_with_its_numbers() -> None:
    first, second = (
        examine(
            report(figure("fiche", "2023", text), figure("annexe", "2023", "43"))
        ).contradictions[0]
        for text in ("3", "4")
    )
    assert first.comparison_id != second.comparison_id


def test_the_tables_of_the_warehouse_are_read_as_figures_and_passages() -> None:
    figures = pd.DataFrame(
        [
            {"line": 2, "printed_in": "annexe", "indicator": "a", "ref_area": REGION,
             "printed_period": "2023", "breakdown": "_T", "category": "_T", "printed_value": 26.9,
             "printed_step": 0.1, "printed_unit": "pct", "printed_text": None},
            {"line": 1, "printed_in": "fiche", "indicator": "a", "ref_area": None,
             "printed_period": "2023", "breakdown": "_T", "category": "_T", "printed_value": None,
             "printed_step": 1.0, "printed_unit": "pct", "printed_text": "nc"},
        ]
    )  # fmt: skip
    assert figures_of_table(figures) == (figure("annexe", "2023", "26,9", unit="pct", line=2),)
    passages = pd.DataFrame(
        [
            {"line": 4, "section": "Fiche 1.A", "printed_in": "fiche", "indicator": None,
             "element": "paragraphe", "printed_period": None, "printed_text": "x" * 9_000},
        ]
    )  # fmt: skip
    (passage,) = passages_of_table(passages)
    assert (passage.line, passage.indicator, passage.period) == (4, "", "")
    assert len(passage.text) == 4_000
