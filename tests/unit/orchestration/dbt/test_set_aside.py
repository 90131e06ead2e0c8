"""What is said of lines set aside: which, what is written, what it resembles, what to ask."""

from typing import Any

import pytest

from expectations.findings.unbuilt import Whereabouts
from orchestration.dbt import set_aside


def line(**told: object) -> dict[str, Any]:
    return {
        "source_id": "region_indicateurs",
        "line": 12,
        "flaw": "territoire",
        "written": "99",
        "likely_code": None,
        **told,
    }


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("told", "message", "question"),
    [
        (
            {},
            "La ligne 12, titres non comptés, du dépôt « Indicateurs déclarés par la Région » est "
            "mise à part : territoire inconnu, « 99 ».",
            "Que faut-il lire à la place de « 99 » (ligne 12) ?",
        ),
        (
            {"flaw": "indicateur", "written": "3A1_cos", "likely_code": "3A1_cos_signes"},
            "indicateur inconnu, « 3A1_cos » ; « 3A1_cos_signes » lui ressemble.",
            "Que faut-il lire à la place de « 3A1_cos » (ligne 12) ?",
        ),
        (
            {"flaw": "valeur", "written": "1,234"},
            "nombre qui se lit de deux façons, « 1,234 ».",
            "« 1,234 » (ligne 12) veut-il dire 1 234 ou 1,234 ?",
        ),
        ({"flaw": "periode", "written": None}, "« (vide) ».", "« (vide) » (ligne 12) ?"),
        ({"written": "9\u202e9" + "9" * 200}, "territoire inconnu, « 9", "Que faut-il lire"),
    ],
)
def test_a_line_is_told(told: dict[str, object], message: str, question: str) -> None:
    lines = [line(**told)]
    assert message in plain(set_aside.message(lines))
    assert question in plain(set_aside.question(lines))
    assert "\u202e" not in set_aside.message(lines)
    assert len(set_aside.message(lines)) < 500


def test_the_first_lines_are_told_in_full_and_the_others_counted() -> None:
    lines = [line(line=number) for number in range(1, 6)]
    assert "La ligne 3, " in set_aside.message(lines)
    assert "La ligne 4, " not in set_aside.message(lines)
    assert "Et 2 de plus." in set_aside.message(lines)
    assert set_aside.title(lines) == "5 lignes du dépôt sont mises à part, territoire inconnu"
    lines[0] = line(flaw="theme")
    assert set_aside.title(lines) == "5 lignes du dépôt sont mises à part"


def test_a_line_is_told_by_its_number_in_the_file_where_that_is_known() -> None:
    lines = [line(file_line=13)]
    assert "La ligne 13 du dépôt « Indicateurs" in plain(set_aside.message(lines))
    assert "(ligne 13)" in set_aside.question(lines)


def test_a_line_may_belong_where_it_says_as_far_as_that_can_be_read() -> None:
    lines = [
        line(legible_period="2024", legible_area=None),
        line(legible_period=None, legible_area="DEP-44"),
        line(legible_period="2024", legible_area=None),
    ]
    assert set_aside.whereabouts(lines) == (Whereabouts("2024", None), Whereabouts(None, "DEP-44"))
