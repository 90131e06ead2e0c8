"""A figure that is not of the period of its column is found by what the report says itself."""

from expectations.printed.misdated import (
    cell_says_otherwise,
    details_of_other_periods,
    printed_under_two_periods,
    reading_notes,
)
from tests.unit.expectations.printed.reports import cell, figure, paragraph, report, told


def holds_with(period: str, text: str) -> list[bool]:
    printed = figure("fiche", period, "69,1", unit="pct")
    return [one.holds for one in cell_says_otherwise(report(printed, cell("fiche", period, text)))]


def test_a_cell_that_names_another_year_is_found() -> None:
    assert holds_with("2023", "69.1% en 2021") == [False]
    assert holds_with("2023", "69,1 % à date (avril 2025)") == [False]


def test_a_cell_that_names_its_own_period_holds() -> None:
    assert holds_with("2023", "69,1 % en 2023") == [True]
    assert holds_with("2023", "Année scolaire 2022-2023 : 69,1 %") == [True]
    assert holds_with("2024", "Entre 2023 et 2024 : 69,1 %") == [True]


def dated(*cells: tuple[str, str, str]) -> list[tuple[bool, str, str]]:
    printed = [figure(place, period, "69,1", unit="pct") for place, period, _ in cells]
    texts = [cell(place, period, text) for place, period, text in cells]
    found = cell_says_otherwise(report(*printed, *texts))
    return [(one.holds, one.period, told(one)[3]) for one in found]


def test_a_figure_of_another_period_is_told_once_with_all_its_columns() -> None:
    found = dated(("fiche", "2023", "69,1 % en 2021"), ("annexe", "2024", "69,1 % (2021)"))
    assert found == [(False, "", "69,1 %, « 2021 »")]


def test_a_figure_given_at_two_dates_is_found_though_both_are_of_its_column() -> None:
    found = dated(("fiche", "2025", "69,1 % (avril 2025)"), ("annexe", "2025", "69,1 % (mai 2025)"))
    assert found == [(False, "2025", "69,1 %, « mai 2025 »")]
    same = dated(("fiche", "2025", "69,1 % (mai 2025)"), ("annexe", "2025", "Mai 2025 : 69,1 %"))
    assert [holds for holds, _, _ in same] == [True, True]


def test_the_day_of_an_extraction_is_no_period_and_a_text_without_a_figure_says_nothing() -> None:
    assert holds_with("2023", "69,1 (au 27/06/2025 : hors OPCO AKTO)") == []
    assert holds_with("2023", "pas avant automne 2025") == []


def test_a_total_dated_otherwise_than_its_details_is_found() -> None:
    zone = {"ref_area": "ZE2020-1", "unit": "pct"}
    printed = [figure("annexe", "2022", "44,3", **zone), figure("annexe", "2022", "58,3", **zone)]
    total = figure("fiche", "2024", "52,9", unit="pct")
    (found,) = details_of_other_periods(report(total, *printed))
    assert told(found) == ("LAG", "", "52,9 % sous 2024", "44,3 à 58,3 en 2022")
    same = figure("fiche", "2022", "52,9", unit="pct")
    assert [one.holds for one in details_of_other_periods(report(same, *printed))] == [True]


def test_a_total_that_its_cell_dates_already_is_told_once() -> None:
    detail = figure("annexe", "2022", "44,3", ref_area="ZE2020-1", unit="pct")
    total = figure("fiche", "2023", "51,5", unit="pct")
    document = report(total, detail, cell("fiche", "2023", "51,5 % (2021)"))
    assert not list(details_of_other_periods(document))


def test_the_one_figure_of_an_indicator_printed_under_two_periods_is_found() -> None:
    first, second = figure("fiche", "2023", "69,1"), figure("annexe", "2024", "69,1")
    assert [one.holds for one in printed_under_two_periods(report(first, second))] == [False]
    other = figure("annexe", "2024", "69,2")
    assert [one.holds for one in printed_under_two_periods(report(first, other))] == [True]


def test_a_series_shifted_by_a_period_is_found_where_neither_part_has_the_other_s() -> None:
    printed = (("fiche", "2022", "1 312"), ("fiche", "2023", "689"), ("annexe", "2023", "689"))
    shifted = figure("annexe", "2024", "1 312")
    series = [
        figure(place, year, text, line=rank) for rank, (place, year, text) in enumerate(printed, 1)
    ]
    found = [one for one in printed_under_two_periods(report(*series, shifted)) if not one.holds]
    assert [told(one)[2:] for one in found] == [("1 312 PCRH sous 2022", "1 312 PCRH sous 2024")]


def test_a_value_that_did_not_move_is_no_figure_printed_twice() -> None:
    series = [figure("fiche", year, "8") for year in ("2023", "2024")]
    assert not list(printed_under_two_periods(report(*series, figure("annexe", "2024", "8"))))


def test_a_reading_note_that_dates_a_column_otherwise_is_found() -> None:
    note = "Pour les données « {} », les données 2023 correspondent à celles de la rentrée {}."
    document = report(
        paragraph(note.format("MEN", "2024/2025")), paragraph(note.format("MASA", "2023/2024"))
    )
    found = list(reading_notes(document))
    assert [one.holds for one in found] == [False, True]
    assert told(found[0])[1:] == (
        "Fiche 1.A : Pour les données « MEN »",
        "sous 2023",
        "2024-2025",
    )


def test_a_note_that_dates_two_columns_is_one_line() -> None:
    note = "Pour les données « MEN », les données 2023 correspondent à celles de la rentrée "
    text = f"{note}2024/2025. De même, les données 2024 correspondent à celles de 2025/2026."
    (found,) = reading_notes(report(paragraph(text)))
    assert told(found)[2:] == ("sous 2023 et 2024", "2024-2025 et 2025-2026")
