"""What does not hold together in the printed report, on the page and in the mail."""

from dataclasses import replace

import pytest

from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison, Statement
from expectations.printed.examine import Examination
from orchestration.reporting.compose_printed import MOST_SHOWN, printed_report_lines
from orchestration.reporting.report import render_page
from orchestration.reporting.reported_night import ReportedNight
from tests.unit.expectations.printed.reports import indicator
from tests.unit.orchestration.reporting.nights import quiet_night

TITLE = "Ce qui ne tient pas ensemble dans le bilan imprimé"
TWICE = PrintedComparison(
    rule="VMP",
    indicator="a",
    subject="Sarthe",
    period="2023",
    first=Statement("3 PCRH", 3.0, ("fiche, sous 2023",)),
    second=Statement("43 PCRH", 43.0, ("annexe, sous 2023", "chapitre sur les limites")),
    holds=False,
    explanation="Deux valeurs pour le même chiffre.",
    question="Lequel des deux nombres est le bon ?",
    explained="Une faute de frappe.",
)
NOTE = replace(TWICE, rule="LAG", indicator="", subject="Fiche 4.B", explained="")


def night(*comparisons: PrintedComparison) -> ReportedNight:
    claims = {Fate.VERIFIED: 2, Fate.CONTRADICTED: 1, Fate.NOT_TIED: 3}
    lines = printed_report_lines(
        Examination(comparisons, claims), {"a": indicator("a")}, "le Cariforef"
    )
    return replace(quiet_night(), printed=lines)


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def page() -> str:
    return plain(render_page(night(TWICE, NOTE, replace(TWICE, holds=True, subject=""))))


def test_each_line_has_both_numbers_where_they_are_what_to_ask_and_whom(page: str) -> None:
    assert TITLE in page
    for text in (
        "2 contradictions trouvées parmi 3 rapprochements",
        "6 affirmations chiffrées lues : 2 vérifiées, 1 contredite, 3 non rattachées",
        "3 PCRH<small>fiche, sous 2023</small>",
        "43 PCRH<small>annexe, sous 2023 ; chapitre sur les limites</small>",
        "Question : Lequel des deux nombres est le bon ?",
        "À : la DREETS",
        "(le Cariforef)",
        "<b>Déjà relevé.</b> Une faute de frappe.",
        f'id="bilan-{TWICE.comparison_id}"',
    ):
        assert text in page


def test_a_section_of_the_report_stands_for_an_indicator_that_there_is_not(page: str) -> None:
    assert '<th scope="row">Fiche 4.B<small>' in page


def test_no_printed_report_makes_no_section() -> None:
    assert TITLE not in render_page(quiet_night())


def test_a_hostile_text_stays_text_and_a_page_stays_bounded() -> None:
    evil = "<script>alert(1)</script>"
    hostile = replace(TWICE, subject=evil, explanation=evil, first=Statement(evil, None, (evil,)))
    assert evil not in render_page(night(hostile))
    many = [replace(TWICE, subject=f"{rank}") for rank in range(3 * MOST_SHOWN)]
    page = render_page(night(*many))
    assert page.count('id="bilan-') == MOST_SHOWN + 1  # the section's own title
    assert f"({len(many)}), dont les {MOST_SHOWN} premières" in plain(page)
