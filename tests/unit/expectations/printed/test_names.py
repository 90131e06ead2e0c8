"""A text names one thing, or none: nothing is tied by guessing."""

from expectations.printed.names import labels, named_code, named_indicator, words
from tests.made_definitions import made_definition
from tests.unit.expectations.printed.reports import AREAS, label, report

SALARIES = "Nombre de salariés bénéficiaires d'actions de formation, par secteur"
FIRMS = "Nombre d'établissements bénéficiaires d'actions de sensibilisation, par secteur"
BOTH = report(
    label(SALARIES), label(FIRMS, indicator="b"), a=made_definition("a"), b=made_definition("b")
)


def named(text: str) -> str | None:
    return named_indicator(text, labels(BOTH), BOTH.indicators)


def test_an_indicator_is_named_by_the_words_of_its_label() -> None:
    assert named("Le nombre de salariés bénéficiaires d'actions de formation progresse.") == "a"
    assert named("Les établissements bénéficiaires de sensibilisation sont plus nombreux.") == "b"


def test_a_sentence_that_could_be_of_either_names_none() -> None:
    assert named("Les bénéficiaires d'actions sont plus nombreux.") is None
    assert named("Le chiffre progresse.") is None


def test_only_what_the_section_is_about_can_be_named() -> None:
    assert named_indicator("salariés, actions de formation", labels(BOTH), {"b"}) is None


def test_words_are_compared_without_accents_case_nor_plural() -> None:
    assert words("Vœux d'orientation GENRÉS") == words("voeu, orientation genrée"[:-1])


def test_a_name_inside_a_longer_one_does_not_count() -> None:
    names = {"REG": "Loire", "DEP-44": "Loire-Atlantique"}
    assert named_code("en Loire Atlantique", names) == "DEP-44"
    assert named_code("la Sarthe et la Vendée", AREAS) is None
    assert named_code("aucun territoire", AREAS) is None
