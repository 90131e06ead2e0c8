"""Totals are the sum of their parts, shares make a hundred."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.printed.document import Document
from expectations.printed.totals import shares, totals
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import cell, figure, report, told

ADDS_UP = {"by": "category", "of": "_T", "parts": "etablissement_type"}


def pupils(total: str, college: str, lycee: str, said: str = "", place: str = "fiche") -> Document:
    parts = {"breakdown": "etablissement_type", "unit": "eleve"}
    return report(
        figure(place, "2023", total, unit="eleve"),
        figure(place, "2023", college, category="college", **parts),
        figure(place, "2023", lycee, category="lycee", **parts),
        cell("annexe", "2023", said),
        a=made_definition("a", breakdowns=[ADDS_UP]),
    )


def test_a_total_that_is_not_the_sum_of_its_parts_is_found_with_both_numbers() -> None:
    (found,) = totals(pupils("29 400", "26 200", "3 000"))
    assert not found.holds
    assert told(found) == ("VAD", "", "29 400 élèves", "29 200")
    assert "200 de moins" in found.explanation.replace("\xa0", " ")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_total_that_is_holds(college: int, lycee: int) -> None:
    (found,) = totals(pupils(str(college + lycee), str(college), str(lycee)))
    assert found.holds


@pytest.mark.parametrize(("place", "holds"), [("annexe", True), ("fiche", False)])
def test_more_than_is_no_equality_where_it_is_said(place: str, holds: bool) -> None:
    document = pupils("32 000", "29 395", "2 628", "plus de 32 000 scolaires", place)
    assert [one.holds for one in totals(document)] == [holds]


def test_what_the_definition_does_not_add_up_is_not_added() -> None:
    printed = (
        figure("fiche", "2023", "3 412"),
        figure("fiche", "2023", "5 518", breakdown="mesure", category="listes"),
    )
    assert not list(totals(report(*printed)))


def sizes(*texts: str) -> Document:
    names = ("moins_11", "11_49", "50_plus")
    return report(
        *(
            figure("annexe", "2024", text, breakdown="taille", category=name, unit="pct")
            for name, text in zip(names, texts, strict=True)
        )
    )


def test_shares_make_a_hundred_but_for_their_rounding() -> None:
    assert [one.holds for one in shares(sizes("27", "30", "42"))] == [True]
    assert [one.holds for one in shares(sizes("27", "30", "47"))] == [False]
