"""Faults of language: each is told, and its right form is not."""

import pytest

from tests.readers.discrepancies import Place
from tests.readers.made_up import TITLE, made_up_truth
from tests.readers.rendered_pages import read_html
from tests.readers.told_words import of_pieces, of_text

PLACE = Place("rapport", "index.html")


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("1 valeurs révisées", "1 valeur révisée", "1 valeurs"),
        ("0 places en 2023", "0 place en 2023", "0 places"),
        ("0 valeur(s)", "0 valeur", "r(s)"),
        ("Extrait refused", "Extrait refusé", "refused"),
        ("À : la Région (service à confirmer)", "À : la Région", "service à confirmer"),
        ("pour « men », 0,6 %", "pour MEN (éducation nationale), 0,6 %", "« men »"),
        ("les listes_rio_brutes", "les listes RIO brutes", "listes_rio_brutes"),
    ],
)
def test_a_fault_is_told_and_its_right_form_is_not(wrong: str, right: str, words: str) -> None:
    truth = made_up_truth()
    assert [line.number for line in of_text(PLACE, wrong, truth)] == [words]
    assert list(of_text(PLACE, right, truth)) == []


CARD = """
<article id="constat-38037085d670"><h3>Un titre</h3><h4>Question à poser</h4><p>{}</p>
<table><tr><th>Catégorie</th><th>2024</th></tr><tr><th>MEN</th><td>5,3</td></tr>
<tr><th>{}</th><td>5,4</td></tr></table></article>
"""


@pytest.mark.parametrize(
    ("question", "label", "numbers"),
    [
        ("Pourquoi cette valeur a-t-elle été révisée ?", "MASA", []),
        ("Quelles zones ont répondu ? Quels comités ont répondu ?", "MASA", []),
        ("Pourquoi cette valeur a-t-elle été révisée ?", "MEN", ["MEN"]),
        (
            "Pourquoi cette valeur a-t-elle été révisée ? Pourquoi les valeurs ont-elles été "
            "révisées ?",
            "MASA",
            ["Pourquoi les valeurs ont-elles été révisées ?"],
        ),
    ],
)
def test_what_a_card_says_twice_is_told(question: str, label: str, numbers: list[str]) -> None:
    pieces = read_html(CARD.format(question, label))
    assert [line.number for line in of_pieces(PLACE, pieces, made_up_truth())] == numbers


def test_an_error_and_an_information_on_one_cell_are_told() -> None:
    truth = made_up_truth()
    (error,) = truth.findings.values()
    error["severity"] = "Error"
    again = error | {"finding_id": "722834ec7db5", "title": f"{TITLE}.", "severity": "Information"}
    page = '<article id="constat-{}"><h3>A</h3></article>'
    both = read_html(page.format("38037085d670") + page.format("722834ec7db5"))
    assert list(of_pieces(PLACE, both, truth)) == []
    truth.findings["722834ec7db5"] = again
    assert [line.number for line in of_pieces(PLACE, both, truth)] == ["38037085d670, 722834ec7db5"]
