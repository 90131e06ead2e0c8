"""Whom a row leaves out, and when: what changes is one line, a day that changes alone included."""

from expectations.printed.comparisons import PrintedComparison
from expectations.printed.document import Document
from expectations.printed.perimeters import (
    OTHER_BODIES,
    OTHER_DAY,
    SAME_NUMBER,
    SAME_NUMBER_OTHER_DAY,
    excluded,
    left_out,
    narrowed,
)
from expectations.printed.sentences import sentences
from tests.unit.expectations.printed.reports import cell, figure, label, paragraph, report, told


def columns(before: str, after: str) -> Document:
    return report(
        figure("annexe", "2023", "689"),
        figure("annexe", "2024", "801"),
        cell("annexe", "2023", f"689 {before}"),
        cell("annexe", "2024", f"801 {after}"),
    )


def found(document: Document) -> PrintedComparison:
    (one,) = left_out(document)
    return one


def test_a_perimeter_that_changes_is_found_with_its_numbers() -> None:
    one = found(
        columns(
            "(au 27/06/2025 : hors OPCO AKTO, OCAPIAT, Uniformation)",
            "(au 27/06/2025 : hors OPCO OCAPIAT et AKTO)",
        )
    )
    assert told(one)[2:] == ("689 hors AKTO, OCAPIAT, Uniformation", "801 hors AKTO, OCAPIAT")
    assert (one.holds, one.explanation) == (False, OTHER_BODIES)


def test_the_same_perimeter_in_another_order_holds() -> None:
    assert found(columns("hors OPCO AKTO, OCAPIAT", "hors OPCO OCAPIAT et AKTO")).holds


def test_a_perimeter_of_another_day_is_told_though_nobody_else_is_left_out() -> None:
    one = found(columns("(au 15/05/2025 : hors OPCO AKTO)", "(au 27/06/2025 : hors OPCO AKTO)"))
    assert told(one)[2:] == ("689 hors AKTO (au 15/05/2025)", "801 hors AKTO (au 27/06/2025)")
    assert (one.holds, one.explanation) == (False, OTHER_DAY)


def test_a_number_given_at_two_days_is_told() -> None:
    one = found(
        report(
            figure("fiche", "2023", "689"),
            figure("annexe", "2023", "689"),
            cell("fiche", "2023", "689 (au 15/05/2025)"),
            cell("annexe", "2023", "689 (au 27 juin 2025)"),
        )
    )
    assert told(one)[2:] == ("689 (au 15/05/2025)", "689 (au 27/06/2025)")
    assert (one.holds, one.explanation) == (False, SAME_NUMBER_OTHER_DAY)


def test_the_last_day_of_each_column_is_the_same_day() -> None:
    assert found(columns("(au 31/12/2023)", "(au 31/12/2024)")).holds
    assert not found(columns("(au 31/12/2023)", "(au 30/06/2024)")).holds


def test_all_the_perimeters_of_a_row_are_one_line() -> None:
    row = columns("(hors OPCO AKTO, Commerce)", "(hors OPCO AKTO)")
    both = label("Nombre d'établissements (hors OPCO AKTO, OCAPIAT)")
    fiche = [figure("fiche", year, text) for year, text in (("2023", "689"), ("2024", "801"))]
    one = found(report(both, *fiche, *row.figures, *row.passages))
    assert told(one)[2:] == (
        "689 et 801 hors AKTO, OCAPIAT",
        "689 hors AKTO, Commerce ; 801 hors AKTO",
    )
    assert one.second.places == ("annexe, sous 2023", "annexe, sous 2024")
    assert one.explanation == f"{SAME_NUMBER} {OTHER_BODIES}"


def test_two_parts_that_leave_out_others_do_not_change_over_time() -> None:
    row = columns("(hors OPCO AKTO)", "(hors OPCO AKTO)")
    both = label("Nombre d'établissements (hors OPCO OCAPIAT)")
    fiche = [figure("fiche", year, text) for year, text in (("2023", "689"), ("2024", "801"))]
    one = found(report(both, *fiche, *row.figures, *row.passages))
    assert (one.holds, one.explanation) == (False, SAME_NUMBER)


def test_a_row_that_names_nobody_and_no_day_is_not_compared() -> None:
    assert not list(left_out(columns("", "en 2024")))


PUPILS = tuple(
    figure("annexe", year, text, breakdown="etablissement_type", category=name, unit="pct")
    for year in ("2023", "2024")
    for name, text in (("college", "59"), ("lycee", "20"))
)


def left_aside(text: str) -> list[tuple[str, str]]:
    cells = [cell("annexe", year, text) for year in ("2023", "2024")]
    return [told(one)[1:3] for one in excluded(report(*PUPILS, *cells))]


def test_the_number_of_what_a_cell_leaves_out_is_told_once_for_all_its_columns() -> None:
    assert left_aside("collèges : 59% lycées : 20% (hors lycées agricoles faute de données)") == [
        ("Lycée", "20 % ; 20 %")
    ]
    assert left_aside("collèges : 59% lycées : nd (hors lycées)") == []
    assert left_aside("collèges : 59% lycées : 20% (hors écoles)") == []


SIZES = tuple(
    figure("annexe", "2024", text, breakdown="taille", category=name, unit="pct")
    for name, text in (("moins_11", "18"), ("11_49", "26"), ("50_plus", "56"))
)
SHARES = "moins de 11 : 18%, 11 à 49 : 26%, 50 et plus : 56%"


def besides(in_cell: str) -> list[bool]:
    said = f"Les établissements sensibilisés : {SHARES} (hors OPCO 2i et Santé en plus des autres)."
    document = report(
        label("Nombre d'établissements sensibilisés"),
        *SIZES,
        cell("annexe", "2024", in_cell),
        paragraph(said),
    )
    return [one.holds for one in narrowed(document, sentences(document))]


def test_the_same_shares_of_a_narrower_perimeter_are_told() -> None:
    assert besides(f"(hors OPCO AKTO) {SHARES}") == [False]
    assert besides(f"(hors OPCO AKTO, Santé) {SHARES} (hors OPCO 2i en plus)") == [True]
    assert besides("(hors OPCO AKTO) moins de 11 : 19%, 11 à 49 : 25%") == []
