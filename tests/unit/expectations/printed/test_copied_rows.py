"""Numbers of another row are found by three of them at their places, never by one."""

from dataclasses import replace

from expectations.printed.copied_rows import copied_rows, repeated_periods
from expectations.printed.document import PrintedFigure
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import REGION, cell, figure, report, told

PCRH = {"DEP-44": "7", "DEP-49": "26", "DEP-72": "1", "DEP-85": "9", REGION: "43"}
PASTED = (
    "Donnée du RP 2021 Loire Atlantique : 7 Maine et loire : 26 Sarthe : 1 et Vendée : 9 Total : 43"
)
BOTH = {"a": made_definition("a"), "b": made_definition("b", "rate")}


def row(name: str = "a", period: str = "2023", **values: str) -> list[PrintedFigure]:
    return [
        figure("annexe", period, text, indicator=name, ref_area=area)
        for area, text in {**PCRH, **values}.items()
    ]


def test_numbers_pasted_in_the_text_of_another_row_are_found() -> None:
    document = report(*row(), cell("annexe", "2023", PASTED, indicator="b"), **BOTH)
    (found,) = copied_rows(document)
    assert (found.rule, found.indicator, found.holds) == ("CPY", "b", False)
    assert told(found)[2].endswith("Sarthe : 1 ; Vendée : 9 ; total : 43")
    assert "Indicateur a" in found.explanation


def test_numbers_at_home_are_not_a_copy() -> None:
    assert not list(copied_rows(report(*row(), cell("annexe", "2023", PASTED), **BOTH)))


def test_one_number_that_differs_is_no_copy() -> None:
    pasted = cell("annexe", "2023", PASTED.replace("26", "27"), indicator="b")
    assert not list(copied_rows(report(*row(), pasted, **BOTH)))


def test_two_rows_of_figures_with_the_same_numbers_are_a_copy() -> None:
    assert [one.rule for one in copied_rows(report(*row(), *row("b"), **BOTH))] == ["CPY"]
    assert not list(copied_rows(report(*row(), *row("b", **{REGION: "44"}), **BOTH)))


def test_the_numbers_of_a_period_shown_again_for_another_are_found() -> None:
    (found,) = repeated_periods(report(*row(), *row(period="2024")))
    assert (found.rule, found.period) == ("LAG", "2024")
    assert not list(repeated_periods(report(*row(), *row(period="2024", **{"DEP-44": "8"}))))


def test_the_first_digit_of_a_percentage_is_no_number() -> None:
    shares = "Loire-Atlantique : 70% Maine-et-Loire : 26,4% Sarthe : 1% Vendée : 9 %"
    pasted = cell("annexe", "2023", shares, indicator="b")
    assert not list(copied_rows(report(*row(**{"DEP-49": "2"}), pasted, **BOTH)))


def test_a_reading_shown_for_another_period_is_found_though_one_number_differs() -> None:
    almost = row(**{REGION: "44"})
    elsewhere = [replace(one, printed_in="fiche", period="2025-04") for one in almost]
    (found,) = repeated_periods(report(*row(), *elsewhere))
    assert "Les mêmes 4 nombres" in found.explanation
    assert found.explanation.endswith("n'y sont pas les mêmes : total (43 et 44).")


def test_a_part_that_prints_both_periods_shows_no_reading_for_another() -> None:
    almost = row(**{REGION: "44"})
    elsewhere = [replace(one, printed_in="fiche", period="2025-04") for one in almost]
    own = [replace(one, printed_in="fiche") for one in row(**{"DEP-44": "8"})]
    assert not list(repeated_periods(report(*row(), *elsewhere, *own)))
