"""A list of the highest areas has the very highest; one between two of them may be left out."""

from expectations.printed.listed_extremes import listed_extremes
from expectations.printed.sentences import sentences
from tests.unit.expectations.printed.reports import cell, figure, label, paragraph, report, told

LABEL = label("Taux d'activité des seniors")
LEVELS = ("57,6", "56,4", "53,5", "58,6", "61,6", "49,9")


def found(text: str, title: str = "Taux d'activité des seniors") -> list[tuple[bool, str]]:
    table = [
        figure(place, year, number, ref_area=f"ZE2020-{rank}", unit="pct")
        for place, year, numbers in (("annexe", "2022", LEVELS), ("annexe", "2021", ("50",) * 6))
        for rank, number in enumerate(numbers, 1)
    ]
    above = cell("commentaire", "", title, element="titre", indicator="")
    document = report(LABEL, above, paragraph(text), *table)
    return [
        (one.holds, told(one)[3])
        for sentence in sentences(document)
        for one in listed_extremes(document, sentence)
    ]


def test_the_highest_areas_that_a_list_leaves_out_are_told() -> None:
    high = "Zones à forte activité : Laval (57,6%), Le Mans (57,6%), Mayenne (53,5%)"
    assert found(high) == [(False, "Angers : 61,6 % ; Cholet : 58,6 %")]


def test_a_list_of_the_lowest_that_has_the_lowest_holds() -> None:
    low = "Zones à faible activité : Challans (49,9%), Mayenne (53,5%), Laval (57,6%)"
    assert found(low) == [(True, "aucun autre")]
    assert found(low.replace("Challans (49,9%)", "Le Mans (56,4%)")) == [
        (False, "Challans : 49,9 %")
    ]


def test_a_list_of_changes_is_compared_with_the_changes_of_the_table() -> None:
    title = "Taux d'activité des seniors en 2021 et 2022"
    notable = "Progressions notables : Laval : +7,6 pts, Le Mans : +6,4 pts, Mayenne : +3,5 pts"
    assert found(notable, title) == [
        (False, "Angers : +11,6 points (50 puis 61,6) ; Cholet : +8,6 points (50 puis 58,6)")
    ]


def test_two_areas_or_no_word_of_extremes_make_no_list() -> None:
    assert found("Zones à forte activité : Laval (57,6%), Le Mans (57,6%)") == []
    assert found("Par zone : Laval (57,6%), Le Mans (57,6%), Mayenne (53,5%)") == []
