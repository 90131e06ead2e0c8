"""The same figure printed twice: two values are found, two roundings of one are not."""

from expectations.printed.document import PrintedFigure
from expectations.printed.twice import missing_from_table, readable_number, same_figure
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import figure, report, told


def zones(printed_in: str, **values: str) -> list[PrintedFigure]:
    return [
        figure(printed_in, "2022", value, ref_area=area.replace("ZE", "ZE2020-"), unit="pct")
        for area, value in values.items()
    ]


def test_two_values_of_one_cell_are_a_contradiction() -> None:
    found = list(same_figure(report(figure("fiche", "2023", "3"), figure("annexe", "2023", "43"))))
    assert [told(one) for one in found] == [("VMP", "", "3 PCRH", "43 PCRH")]
    assert not found[0].holds
    assert found[0].first.places == ("fiche, sous 2023",)


def test_a_rounding_agrees_and_is_counted_as_compared() -> None:
    printed = (
        figure("fiche", "2023", "26", unit="pct"),
        figure("annexe", "2023", "26,4", unit="pct"),
    )
    assert [one.holds for one in same_figure(report(*printed))] == [True]


def test_other_periods_and_other_cells_are_not_compared() -> None:
    printed = (
        figure("fiche", "2023", "3"),
        figure("annexe", "2024", "43"),
        figure("annexe", "2023", "7", ref_area="DEP-44"),
    )
    assert not list(same_figure(report(*printed)))


def test_three_values_of_one_cell_are_one_line_with_all_of_them() -> None:
    printed = [
        figure(place, "2023", text)
        for place, text in (("annexe", "61"), ("commentaire", "56"), ("commentaire", "58"))
    ]
    (found,) = same_figure(report(*printed))
    assert told(found)[2:] == ("61 PCRH", "56 PCRH ; 58 PCRH")
    assert [place.replace("\xa0", " ") for place in found.second.places] == [
        "commentaire de la fiche"
    ]


def test_a_value_that_is_that_of_another_area_of_the_table_says_so() -> None:
    printed = [
        *zones("annexe", ZE1="57,6", ZE2="56,4"),
        *zones("commentaire", ZE2="57,6"),
    ]
    (found,) = (one for one in same_figure(report(*printed)) if not one.holds)
    assert "57,6 est celle de Laval (annexe)" in found.explanation


def test_an_area_cited_and_missing_from_the_table_is_found() -> None:
    table = zones("annexe", **{f"ZE{rank}": "50" for rank in range(1, 6)})
    cited = zones("commentaire", ZE1="50", ZE6="46,1")
    found = [one for one in missing_from_table(report(*table, *cited)) if not one.holds]
    assert [told(one) for one in found] == [("REP", "Challans", "46,1 %", "aucun nombre")]


def test_an_area_that_two_columns_of_a_table_lack_is_one_line() -> None:
    rates = [
        figure("annexe", "2022", "50", ref_area=f"ZE2020-{rank}", indicator=name, unit="pct")
        for name in ("a", "b")
        for rank in range(1, 6)
    ]
    cited = [
        figure("commentaire", "2022", text, ref_area="ZE2020-6", indicator=name, unit="pct")
        for name, text in (("a", "46,1"), ("b", "51,6"))
    ]
    both = {"a": made_definition("a"), "b": made_definition("b")}
    (found,) = (one for one in missing_from_table(report(*rates, *cited, **both)) if not one.holds)
    assert told(found)[1:3] == ("Challans", "46,1 % ; 51,6 %, « Indicateur b »")


def test_a_table_of_few_areas_is_no_list_to_be_in() -> None:
    table = zones("annexe", ZE1="50", ZE2="50")
    assert not list(missing_from_table(report(*table, *zones("commentaire", ZE6="46,1"))))


def test_a_number_that_cannot_be_read_back_is_found() -> None:
    written = figure("annexe", "2024", "57,5", unit="pct", text="57 ;5%")
    right = figure("fiche", "2024", "57,5", unit="pct", text="57,5 % des seniors")
    assert [one.holds for one in readable_number(report(written, right))] == [False, True]
