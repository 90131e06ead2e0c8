"""What is counted changes of name or of unit: both words are shown."""

from expectations.printed.changed_words import measures, row_labels, units, unlimited, worded_units
from expectations.printed.sentences import sentences
from tests.unit.expectations.printed.reports import cell, figure, label, paragraph, report, told


def test_a_unit_that_changes_from_a_year_to_the_next_is_found() -> None:
    old, new = figure("fiche", "2023", "311", unit="metier"), figure("fiche", "2024", "137")
    (found,) = units(report(old, new))
    assert told(found) == ("DFC", "", "311 métiers", "137 PCRH")
    assert not found.holds


def test_a_unit_that_changes_from_a_part_to_another_is_told_once() -> None:
    printed = [
        figure(place, year, "1 901", unit=unit)
        for place, unit in (("fiche", "pcrh"), ("annexe", "metier"))
        for year in ("2023", "2024")
    ]
    assert sum(not one.holds for one in units(report(*printed))) == 1


def test_a_unit_that_changes_over_the_years_is_told_once_though_the_parts_differ() -> None:
    printed = [
        figure(place, year, text, unit=unit)
        for place, before in (("fiche", "311"), ("annexe", "404"))
        for year, text, unit in (("2023", before, "metier"), ("2024", "137", "pcrh"))
    ]
    assert sum(not one.holds for one in units(report(*printed))) == 1


def test_a_measure_replaced_by_another_is_found() -> None:
    kept = {"breakdown": "mesure", "category": "listes"}
    document = report(
        figure("annexe", "2023", "5 518", **kept),
        figure("annexe", "2023", "3 412", breakdown="mesure", category="connus"),
        figure("annexe", "2024", "6 148", **kept),
        figure("annexe", "2024", "3 110", breakdown="mesure", category="suivis"),
    )
    (found,) = measures(document)
    assert told(found)[1:] == (
        "Jeunes suivis",
        "« Jeunes connus » : 3 412",
        "« Jeunes suivis » : 3 110",
    )


def test_a_category_that_only_goes_away_is_not_renamed() -> None:
    document = report(
        figure("annexe", "2023", "7", breakdown="mesure", category="connus"),
        figure("annexe", "2023", "8", breakdown="mesure", category="listes"),
        figure("annexe", "2024", "8", breakdown="mesure", category="listes"),
    )
    assert not list(measures(document))


def labelled(first: str, second: str) -> list[bool]:
    document = report(label(first), label(second, "annexe"))
    return [one.holds for one in row_labels(document)]


def test_two_labels_that_say_different_things_are_found() -> None:
    counted = "Nombre d'actions financées par "
    assert labelled(f"{counted}l'État et la Région", f"{counted}les OPCO") == [False]


def test_a_label_that_says_more_or_spells_otherwise_is_the_same() -> None:
    assert labelled("Nombre de places", "Nb de places, par ministère") == [True]
    assert labelled("formations genrées", "formations générées") == [True]
    assert labelled("Nombre de stages (au 15/05/2025 : hors OPCO AKTO)", "Nombre de stages") == [
        True
    ]


def said(text: str) -> list[bool]:
    row = label("Nombre d'établissements ayant mobilisé le dispositif", "annexe")
    return [one.holds for one in worded_units(report(row, cell("annexe", "2023", text)))]


def test_a_cell_that_counts_something_else_than_its_label_is_found() -> None:
    assert said("Il s'agit du nombre de PCRH et non le nombre d'établissements") == [False]
    assert said("Données exprimées en nombre d'entreprises") == [False]
    assert said("Données exprimées en nombre d'établissements") == [True]
    assert said("502") == []


def test_a_limit_of_the_label_that_a_sentence_takes_back_is_found() -> None:
    row = label("Nombre d'entrées en formation sur la liste (ROME)")
    said = "Le nombre d'entrées en formation ne se limite pas uniquement au {} de la liste."
    document, other = (report(row, paragraph(said.format(limit))) for limit in ("ROME", "CPF"))
    (found,) = unlimited(document, sentences(document))
    assert told(found)[1:3] == ("champ", "« Nombre d'entrées en formation sur la liste (ROME) »")
    assert not found.holds
    assert [one.holds for one in unlimited(other, sentences(other))] == [True]
