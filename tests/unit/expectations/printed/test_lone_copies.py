"""A source, a unit, a number or a text of another row is a copy though it is alone."""

import pytest

from expectations.printed.document import Document, Passage, PrintedFigure
from expectations.printed.examine import examine
from expectations.printed.lone_copies import copied_numbers, copied_texts, copied_units, sources
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import (
    cell,
    figure,
    label,
    paragraph,
    report,
    told,
)

ABOVE = label("Nombre d'établissements accueillis", "annexe")
ROW = label("Nombre de PCRH menées", "annexe", indicator="b")


def table(*printed: Passage | PrintedFigure, producer: str = "OPCO") -> Document:
    both = {"a": made_definition("a"), "b": made_definition("b", producer=producer)}
    return report(ABOVE, ROW, *printed, **both)


def column(element: str, above: str, row: str) -> tuple[Passage, Passage]:
    return (
        cell("annexe", "", above, element=element),
        cell("annexe", "", row, element=element, indicator="b"),
    )


@pytest.mark.parametrize(
    ("above", "row", "producer", "holds"),
    [
        ("DREETS", "DREETS", "OPCO", False),
        ("DREETS", "DREETS", "DREETS", True),
        ("DREETS", "OPCO", "OPCO", True),
        ("DREETS", "DARES", "OPCO", True),  # wrong, and not that of the row above
        ("OPCO", "OPCO", "Région", True),  # nor that of the row above
    ],
)
def test_the_source_of_the_row_above_is_a_copy_when_it_is_not_that_of_the_indicator(
    above: str, row: str, producer: str, holds: bool
) -> None:
    (found,) = sources(table(*column("source", above, row), producer=producer))
    assert (found.rule, found.indicator, found.holds) == ("CPY", "b", holds)


def test_a_source_that_another_part_prints_is_no_copy() -> None:
    elsewhere = cell("fiche", "", "DREETS", element="source", indicator="b")
    (found,) = sources(table(*column("source", "DREETS", "DREETS"), elsewhere))
    assert found.holds


def test_the_unit_of_the_row_above_is_a_copy_when_it_is_not_what_the_row_counts() -> None:
    (found,) = copied_units(table(*column("unite", "Établissement", "Établissement")))
    assert (found.rule, found.subject, found.holds) == ("CPY", "unité", False)
    assert not list(copied_units(table(*column("unite", "Établissement", "PCRH"))))


def test_the_unit_of_a_row_further_up_is_told_and_not_said_to_come_from_there() -> None:
    between = label("Nombre d'actions", "annexe", indicator="c")
    rows = (
        ABOVE,
        between,
        ROW,
        *column("unite", "Établissement", "Établissement"),
        cell("annexe", "", "Action", element="unite", indicator="c"),
    )
    both = {name: made_definition(name) for name in "abc"}
    assert [one.rule for one in copied_units(report(*rows, **both))] == ["DFC"]


def test_rows_that_count_the_same_thing_have_the_same_unit() -> None:
    closed = label("Nombre d'établissements fermés", "annexe", indicator="b")
    units = column("unite", "Établissement", "Établissement")
    both = {"a": made_definition("a"), "b": made_definition("b")}
    assert not list(copied_units(report(ABOVE, closed, *units, **both)))


def numbers(*printed: PrintedFigure) -> list[tuple[bool, str]]:
    found = copied_numbers(table(*printed))
    return [(one.holds, told(one)[2]) for one in found]


OF_ABOVE = figure("annexe", "2023", "33 269", unit="eleve")


def test_a_number_of_the_row_above_is_a_copy_though_it_is_alone() -> None:
    copied = figure("annexe", "2023", "33 269", indicator="b")
    assert numbers(OF_ABOVE, copied) == [(False, "33 269 PCRH")]
    assert numbers(OF_ABOVE, figure("annexe", "2024", "33 269", indicator="b")) == []
    assert numbers(OF_ABOVE, figure("annexe", "2023", "689", indicator="b")) == [(True, "689 PCRH")]


def test_a_number_that_chance_repeats_is_one_only_when_another_part_says_otherwise() -> None:
    above, same = figure("annexe", "2023", "8"), figure("annexe", "2023", "8", indicator="b")
    assert numbers(above, same) == [(True, "8 PCRH")]
    otherwise = figure("fiche", "2023", "43", indicator="b")
    assert numbers(above, same, otherwise) == [(False, "8 PCRH")]


def test_a_number_that_another_part_prints_too_is_its_own() -> None:
    same = [figure(place, "2023", "33 269", indicator="b") for place in ("annexe", "fiche")]
    assert numbers(OF_ABOVE, *same) == [(True, "33 269 PCRH")]


def test_a_copied_number_is_told_once_with_what_is_printed_elsewhere() -> None:
    copied = figure("annexe", "2023", "33 269", indicator="b", line=3)
    right = figure("fiche", "2023", "689", indicator="b", line=2)
    (found,) = examine(table(OF_ABOVE, right, copied)).contradictions
    assert found.rule == "CPY"
    assert "On lit ailleurs : 689 PCRH (fiche, sous 2023)." in found.explanation.replace(
        "\xa0", " "
    )


SAID = "Pour les établissements accueillis, la source ne permet pas de comparer deux dates."


def test_a_sentence_of_another_indicator_is_a_copy() -> None:
    pasted = cell("annexe", "2024", SAID, indicator="b")
    (found,) = copied_texts(table(paragraph(SAID), pasted))
    assert (found.rule, found.indicator, found.period) == ("CPY", "b", "2024")
    assert "Nombre d'établissements accueillis" in found.explanation


def test_a_sentence_at_home_or_printed_once_is_none() -> None:
    assert not list(copied_texts(table(paragraph(SAID), cell("annexe", "2024", SAID))))
    assert not list(copied_texts(table(cell("annexe", "2024", SAID, indicator="b"))))
