"""Sentences are tied to the figures that they speak of, or not at all; each is then judged."""

from collections import Counter

import pytest

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

LABEL = label("Nombre d'établissements sensibilisés")
SERIES = (figure("fiche", "2023", "1 901"), figure("fiche", "2024", "2 320"))
ONE = Counter({Fate.CONTRADICTED: 1})
VERIFIED = Counter({Fate.VERIFIED: 1})
NOT_TIED = Counter({Fate.NOT_TIED: 1})


def claims(*printed: PrintedFigure | Passage) -> Counter[Fate]:
    return Counter(examine(report(LABEL, *printed)).claims)


def found(document: Document) -> list[tuple[str, str, str, str]]:
    return [told(one) for one in examine(document).contradictions]


@pytest.mark.parametrize(
    ("sentence", "fate"),
    [
        ("Entre 2023 et 2024, le nombre d'établissements sensibilisés a progressé de 30%.", ONE),
        (
            "Entre 2023 et 2024, le nombre d'établissements sensibilisés a progressé, +22%.",
            VERIFIED,
        ),
        ("Entre 2023 et 2024, les établissements sensibilisés ont baissé de 22%.", ONE),
        ("Entre 2023 et 2024, le chiffre a progressé de 30%.", NOT_TIED),
        ("Entre 2021 et 2022, les établissements sensibilisés ont progressé de 30%.", NOT_TIED),
        ("Les établissements sensibilisés ont progressé de 30%.", NOT_TIED),
    ],
)
def test_a_change_of_a_total_is_tied_by_the_label_and_two_years(
    sentence: str, fate: Counter[Fate]
) -> None:
    assert claims(*SERIES, paragraph(sentence)) == fate


def test_a_change_that_does_not_follow_is_shown_beside_the_one_that_does() -> None:
    sentence = "Entre 2023 et 2024, le nombre d'établissements sensibilisés a progressé de 30%."
    assert found(report(LABEL, *SERIES, paragraph(sentence))) == [("VCO", "", "+30 %", "+22 %")]


DEPARTMENTS = tuple(
    figure("annexe", year, text, ref_area=area)
    for year, area, text in (
        ("2023", "DEP-72", "33"),
        ("2024", "DEP-72", "46"),
        ("2023", "DEP-85", "140"),
        ("2024", "DEP-85", "149"),
    )
)


def test_a_change_beside_its_count_is_tied_by_the_count() -> None:
    sentence = "Entre 2023 et 2024 : Sarthe (46 PCRH +39%), Vendée (149 PCRH +9%)."
    counted = claims(*DEPARTMENTS, paragraph(sentence))
    assert counted == {Fate.VERIFIED: 1, Fate.CONTRADICTED: 1}


def test_a_count_printed_for_two_cells_ties_nothing() -> None:
    twin = figure("annexe", "2024", "46", ref_area="DEP-44")
    assert claims(*DEPARTMENTS, twin, paragraph("Entre 2023 et 2024, 46 PCRH +80%.")) == NOT_TIED


RATES = tuple(
    figure("annexe", year, text, ref_area=area, unit="pct")
    for year, area, text in (
        ("2021", "ZE2020-2", "50,7"),
        ("2022", "ZE2020-2", "51,8"),
        ("2021", "ZE2020-3", "49,4"),
        ("2022", "ZE2020-3", "50,4"),
    )
)
TITLE = cell(
    "commentaire", "", "Établissements sensibilisés en 2021 et 2022", element="titre", indicator=""
)


def test_points_are_tied_by_the_title_and_the_area_before_them() -> None:
    text = paragraph("Hausse : Le Mans : +1,1 pts. Baisse : Mayenne : -2,1 pts, Redon : -1 pts")
    document = report(LABEL, TITLE, text, *RATES, a=made_definition("a", "rate"))
    assert found(document) == [("VCO", "Mayenne", "−2,1 points", "+1 point")]
    assert examine(document).claims == {
        Fate.VERIFIED: 1,
        Fate.CONTRADICTED: 1,
        Fate.NOT_TIED: 1,
    }


def test_a_change_in_words_is_read() -> None:
    sentence = "La part d'établissements sensibilisés progresse d'un point entre 2023 et 2024."
    rates = [
        figure("fiche", year, text, unit="pct") for year, text in (("2023", "26"), ("2024", "27"))
    ]
    assert claims(*rates, paragraph(sentence)) == VERIFIED


DROPOUTS = (
    figure("fiche", "2023", "3 412"),
    figure("annexe", "2023", "5 518", breakdown="mesure", category="listes"),
    figure("annexe", "2023", "3 362", breakdown="mesure", category="suivis"),
)


@pytest.mark.parametrize(
    ("sentence", "fate"),
    [
        ("Ils sont 3412 (62% de la liste brute).", VERIFIED),
        ("Ils sont 3412 (61% de la liste brute).", ONE),
        ("3362 ont une solution (99%).", VERIFIED),
        ("3362 ont une solution (61%).", ONE),
        ("Ils sont 3412 (62% des inscrits).", NOT_TIED),
        ("Ils sont 999 (62% de la liste brute).", NOT_TIED),
    ],
)
def test_a_share_is_tied_by_its_count_and_by_the_whole_it_names(
    sentence: str, fate: Counter[Fate]
) -> None:
    assert claims(*DROPOUTS, paragraph(sentence)) == fate


def test_a_part_that_is_its_whole_is_found_wherever_it_is_printed_and_told_once() -> None:
    text = "En 2023, 388 journées d'animation, dont 388 établissements scolaires."
    days = figure("annexe", "2023", "388", breakdown="mesure", category="listes")
    document = report(LABEL, paragraph(text), cell("annexe", "2023", text), days)
    (one,) = examine(document).contradictions
    assert told(one)[2:] == ("388 journées d'animation", "dont 388 établissements scolaires")
    assert examine(report(paragraph(text.replace("dont 388", "dont 330")))).contradictions == ()


def test_a_ratio_told_twice_with_two_denominators_is_found() -> None:
    document = report(
        cell("annexe", "2023", "un effectif de 1791 filles sur 6893 candidatures"),
        cell("fiche", "2023", "1 791 vœux de filles sur 6 793 candidatures admises"),
        cell("fiche", "2024", "12 filles sur 40 candidatures"),
    )
    assert found(document) == [
        ("VMP", "candidatures", "1 791 sur 6 893 candidatures", "1 791 sur 6 793 candidatures")
    ]


def test_a_share_of_things_counted_elsewhere_is_compared_with_their_count() -> None:
    counted = cell(
        "fiche",
        "2024",
        "parmi les 9 formations, 5 voient leur part croître et 4 voient leur part baisser",
    )
    wrong, right = (
        cell("annexe", "2024", f"{share}% des formations progressent") for share in (55, 56)
    )
    assert found(report(counted, wrong)) == [("VCO", "formations", "55 % des formations", "55,6 %")]
    assert found(report(counted, right)) == []


def test_a_level_told_in_a_sentence_is_one_more_printing_of_the_figure() -> None:
    sentence = (
        "Le nombre d'établissements sensibilisés est passé de 43 en 2023 à seulement 4 en 2024."
    )
    series = (figure("fiche", "2023", "3"), figure("fiche", "2024", "4"))
    assert found(report(LABEL, *series, paragraph(sentence))) == [("VMP", "", "3 PCRH", "43 PCRH")]
    assert claims(*series, paragraph(sentence)) == {Fate.VERIFIED: 1, Fate.CONTRADICTED: 1}


def test_shares_by_category_are_read_clause_by_clause() -> None:
    sizes = [
        figure("annexe", "2024", text, breakdown="taille", category=name, unit="pct")
        for name, text in (("moins_11", "37"), ("11_49", "31"), ("50_plus", "32"))
    ]
    text = (
        "Les établissements sensibilisés sont suivis. En 2024, les moins de 11 salariés sont 37% "
        "du total, 30% pour ceux de 11 à 49 salariés, 32% pour les 50 salariés et plus."
    )
    assert found(report(LABEL, *sizes, paragraph(text))) == [
        ("VMP", "11 à 49 salariés", "31 %", "30 %")
    ]


def test_a_percentage_that_is_a_figure_of_the_deposit_is_no_claim() -> None:
    rate = figure("commentaire", "2022", "57,6", ref_area="ZE2020-1", unit="pct")
    assert claims(rate, paragraph("Zones à forte activité : Laval (57,6%)")) == {}


def test_an_indicator_that_is_not_defined_stops_nothing() -> None:
    unknown = label("Nombre d'inconnus comptés", indicator="z")
    sentence = paragraph("Le nombre d'inconnus comptés est passé de 2 en 2023 à 3 en 2024.")
    assert examine(report(unknown, sentence, a=made_definition("a"))).contradictions == ()


def test_a_claim_is_not_checked_against_its_own_passage() -> None:
    said = paragraph("Ils sont 3412 (62% de la liste brute).")
    alone = (figure("commentaire", "2023", "3 412"), DROPOUTS[1])
    assert claims(*alone, said) == NOT_TIED
    wrong = (figure("commentaire", "2023", "3 412"), figure("annexe", "2023", "3 112"), DROPOUTS[1])
    assert claims(*wrong, said) == ONE


def test_a_change_is_between_two_years_of_one_part_when_a_part_prints_both() -> None:
    elsewhere = figure("commentaire", "2022", "52,1", ref_area="ZE2020-2", unit="pct")
    document = report(LABEL, TITLE, paragraph("Le Mans : +1,4 pts"), *RATES, elsewhere)
    (one,) = examine(document).contradictions  # the claim follows from one of the two values
    assert told(one) == ("VMP", "Le Mans", "51,8 %", "52,1 %")
    assert "les nombres imprimés donnent +1,1 point" in one.explanation.replace("\xa0", " ")


def test_a_level_of_a_period_that_nothing_else_prints_is_not_contradicted() -> None:
    share = figure("annexe", "2024", "37", breakdown="taille", category="moins_11", unit="pct")
    said = paragraph("En 2019, les établissements sensibilisés de moins de 11 salariés sont 40%.")
    assert claims(share, said) == NOT_TIED


@pytest.mark.parametrize(
    ("fraction", "fate"), [("plus de 2", VERIFIED), ("plus de 3", ONE), ("moins de 2", ONE)]
)
def test_a_fraction_in_words_is_tied_by_its_area_and_by_what_it_counts(
    fraction: str, fate: Counter[Fate]
) -> None:
    parts = (figure("annexe", "2024", "264", ref_area="DEP-44"), figure("annexe", "2024", "606"))
    assert claims(*parts, paragraph(f"La Loire-Atlantique compte {fraction} PCRH sur 5.")) == fate
    assert claims(*parts, paragraph(f"La Mayenne compte {fraction} PCRH sur 5.")) == Counter()
