"""What does not hold together in the printed report, on the page and in the mail."""

import html
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison, Statement
from expectations.printed.examine import Examination
from orchestration.reporting.compose_printed import MOST_SHOWN, printed_report_lines
from orchestration.reporting.report import render_page, render_printed_page, write_report
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.templating import PRINTED_PAGE
from orchestration.station.first_told import NOTHING_TOLD
from tests.made_definitions import made_definition
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


def night(
    *comparisons: PrintedComparison, before: tuple[PrintedComparison, ...] = ()
) -> ReportedNight:
    claims = {Fate.VERIFIED: 2, Fate.CONTRADICTED: 1, Fate.NOT_TIED: 3}
    lines = printed_report_lines(
        Examination(comparisons, claims),
        {"a": made_definition("a")},
        "le Cariforef",
        NOTHING_TOLD.after("20261115T020500000000Z", (), (each.comparison_id for each in before)),
    )
    return replace(quiet_night(), printed=lines)


def plain(text: str) -> str:
    return " ".join(html.unescape(text).replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def page() -> str:
    return plain(render_printed_page(night(TWICE, NOTE, replace(TWICE, holds=True, subject=""))))


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


def test_the_report_counts_them_and_leads_to_their_page() -> None:
    page = plain(render_page(night(TWICE, NOTE)))
    assert "2 contradictions trouvées parmi 2 rapprochements" in page
    assert f'<a href="{PRINTED_PAGE}">' in page
    assert "bilan-" not in page.replace("bilan-imprime", "")


def test_once_told_only_what_changed_is_on_the_report() -> None:
    gone = replace(TWICE, subject="Mayenne")
    changed = plain(render_page(night(TWICE, NOTE, before=(NOTE, gone))))
    assert "Depuis le rapport précédent : 1 est nouvelle, 1 n'est plus trouvée." in changed
    assert f'id="bilan-{TWICE.comparison_id}"' in changed
    assert NOTE.comparison_id not in changed
    all_of_them = plain(render_printed_page(night(TWICE, NOTE, before=(NOTE, gone))))
    assert all_of_them.count(">nouvelle</span>") == 1
    assert NOTE.comparison_id in all_of_them
    same = plain(render_page(night(NOTE, before=(NOTE,))))
    assert "Depuis le rapport précédent : rien de changé." in same
    assert NOTE.comparison_id not in same


def test_no_printed_report_makes_no_section_and_no_page(tmp_path: Path) -> None:
    assert "bilan" not in render_page(quiet_night())
    page = write_report(tmp_path, night(TWICE))
    assert TITLE in page.with_name(PRINTED_PAGE).read_text()
    page = write_report(tmp_path, replace(quiet_night(), release_id="20261123T020500Z"))
    assert not page.with_name(PRINTED_PAGE).exists()


def test_a_hostile_text_stays_text_and_a_page_stays_bounded() -> None:
    evil = "<script>alert(1)</script>"
    hostile = replace(TWICE, subject=evil, explanation=evil, first=Statement(evil, None, (evil,)))
    assert evil not in render_printed_page(night(hostile))
    assert evil not in render_page(night(hostile, before=(NOTE,)))
    many = [replace(TWICE, subject=f"{rank}") for rank in range(3 * MOST_SHOWN)]
    page = render_printed_page(night(*many))
    assert page.count('id="bilan-') == MOST_SHOWN
    assert f"({len(many)})" in plain(page)
    assert f"dont les {MOST_SHOWN} premières" in plain(page)
