"""What a sentence adds up is compared with its own numbers, and told with the figure it gives."""

from expectations.printed.claims import Fate
from expectations.printed.document import Document, Passage, PrintedFigure
from expectations.printed.examine import examine
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import (
    cell,
    figure,
    label,
    paragraph,
    report,
    told,
)

ADDS_UP = {"by": "ref_area", "of": "REG", "parts": "DEP"}
PARTS = tuple(
    figure("annexe", "2023", text, ref_area=area)
    for area, text in (("DEP-44", "204"), ("DEP-49", "104"), ("DEP-72", "33"))
)
LISTED = "204 en Loire-Atlantique, 104 en Maine-et-Loire et 33 en Sarthe"


def printed(*passages: Passage | PrintedFigure) -> Document:
    row = label("Nombre de missions menées")
    return report(row, *PARTS, *passages, a=made_definition("a", breakdowns=[ADDS_UP]))


def found(document: Document) -> list[tuple[str, str, str, str]]:
    return [told(one) for one in examine(document).contradictions]


def test_a_sum_that_is_told_wrong_in_a_sentence_alone_is_found() -> None:
    said = f"En 2023, les missions menées sont 351 PCRH ({LISTED})."
    assert found(printed(paragraph(said))) == [("VAD", "PCRH", "351 PCRH", "341")]
    right = examine(printed(paragraph(said.replace("351", "341"))))
    assert (right.contradictions, right.claims) == ((), {Fate.VERIFIED: 1})


def test_a_sum_told_in_a_sentence_and_in_a_table_is_one_line_with_both_places() -> None:
    total = figure("annexe", "2023", "351")
    said = f"En 2023, les missions menées sont 351 PCRH ({LISTED})."
    (one,) = examine(printed(total, paragraph(said))).contradictions
    assert told(one) == ("VAD", "", "351 PCRH", "341")
    assert one.first.places == ("annexe, sous 2023", "commentaire de la fiche")


def test_the_areas_of_a_cell_make_its_total() -> None:
    text = "Loire-Atlantique : 204 Maine-et-Loire : 104 Sarthe : 33 Total : {}"
    assert found(printed(cell("annexe", "2023", text.format(341)))) == []
    assert found(printed(cell("annexe", "2023", text.format(342)))) == [("VAD", "", "342", "341")]


def test_some_of_the_areas_are_not_all_of_them() -> None:
    some = "En 2023, 341 PCRH (204 en Loire-Atlantique et 33 en Sarthe)."
    assert found(printed(paragraph(some))) == []
    assert len(found(printed(paragraph(some.replace("341", "230"))))) == 1


SHARES = (
    "La répartition est : Loire-Atlantique 204 ({}%), Maine-et-Loire 104 (30%), Sarthe 33 (10%)."
)


def test_the_shares_of_all_the_areas_make_a_hundred() -> None:
    whole = figure("annexe", "2023", "341")
    assert found(printed(whole, paragraph(SHARES.format(60)))) == []
    rules = [told(one)[:3] for one in examine(printed(paragraph(SHARES.format(66)))).contradictions]
    assert rules == [("VAD", "répartition", "106 %")]


def test_a_difference_is_told_with_what_its_numbers_give() -> None:
    said = "Les missions menées passent de 43 à 4, soit −61 %."
    assert found(printed(paragraph(said))) == [("VCO", "", "−61 %", "−90,7 %")]
    assert found(printed(paragraph(said.replace("61", "91")))) == []
