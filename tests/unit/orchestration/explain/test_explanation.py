"""What can be counted on an explanation: what rows share, what they add up to."""

from dataclasses import replace

import pytest

from expectations.decisions.decision import Choice
from expectations.decisions.standings import standings
from orchestration.explain import phrasing
from orchestration.explain.explanation import CellStanding, ExplainedFigure
from tests.unit.expectations.decisions.deciding import decided, found, observed
from tests.unit.orchestration.explain.cells import held_count, rate


def test_what_all_rows_share_is_told_once() -> None:
    (table,) = rate().tables
    assert table.constant == (
        ("session", "2019"),
        ("form_lib_voe_acc", "BTSA"),
        ("acc_tot", "10"),
        ("acc_tot_f", "3"),
    )
    assert table.varying == (2,)


def test_a_row_alone_is_told_whole() -> None:
    (table,) = held_count().tables
    assert table.varying == (0, 1, 2)
    assert table.constant == ()


def test_what_a_decision_kept_out_is_not_told_as_masked_by_its_producer() -> None:
    out = ExplainedFigure(None, "Q", is_excluded=True)
    assert phrasing.figure(out, "pcrh") == "exclu par une décision"
    assert phrasing.figure(replace(out, is_excluded=False), "pcrh") == "masqué"


@pytest.mark.parametrize(
    ("received", "adds_up"),
    [
        (ExplainedFigure(30.0, "A", 6.0, 20.0), True),
        (ExplainedFigure(30.0, "A", 6.0, 21.0), False),
        (ExplainedFigure(30.0, "A"), False),
        (ExplainedFigure(None, "O"), True),
    ],
)
def test_a_rate_is_the_sum_of_its_terms(received: ExplainedFigure, *, adds_up: bool) -> None:
    assert replace(rate(), received=received).adds_up is adds_up


def test_a_count_is_what_its_row_says() -> None:
    assert held_count().adds_up
    wrong = replace(held_count(), received=ExplainedFigure(3.0, "A"))
    assert not wrong.adds_up
    assert "relancez la nuit" in phrasing.rows_sentence(wrong)


def test_a_cell_without_rows_says_why() -> None:
    absent = replace(held_count(), received=ExplainedFigure(None, "L"), tables=())
    assert phrasing.rows_sentence(absent).startswith("Aucune ligne. La cellule est attendue")
    masked = replace(absent, received=ExplainedFigure(None, "M"))
    assert "ne peut pas exister" in phrasing.rows_sentence(masked)


def test_a_value_of_which_no_row_is_told_says_that_it_is_untold() -> None:
    """An indicator that was just added: « a value, a real zero included » explains nothing."""
    untold = replace(held_count(), tables=())
    assert "aucun modèle de dbt_project/models/intermediate/rows" in phrasing.rows_sentence(untold)


def test_what_is_published_names_its_release() -> None:
    assert phrasing.published(rate()).startswith(
        "30\xa0% (6 sur 20), dans la publication en vigueur"
    )
    assert phrasing.published(held_count()).startswith("Rien, dans la publication")
    before = replace(held_count(), release_id=None, standing=CellStanding.WAITING)
    assert phrasing.published(before) == "Aucune publication n'a encore été faite."


def test_a_break_says_so_and_what_it_was_before() -> None:
    accepted = replace(
        held_count(), published=ExplainedFigure(2.0, "B"), pre_break=(7.0, "2023"), held_by=()
    )
    assert "2 PCRH, rupture de série" in phrasing.published(accepted).replace("\xa0", " ")
    told = dict(phrasing.facts(accepted))
    assert told["Avant la rupture"].replace("\xa0", " ") == "7 PCRH en 2023"
    read_in_april = replace(accepted, pre_break=(7, "2025-04"))
    assert "7 PCRH en avril 2025" in dict(phrasing.facts(read_in_april))[
        "Avant la rupture"
    ].replace("\xa0", " ")


def test_a_category_is_called_by_its_name_then_by_the_codes_to_type() -> None:
    cell = replace(held_count().cell, breakdown="ministere", category="men")
    named = replace(held_count(), cell=cell, category_label="MEN (éducation nationale)")
    assert phrasing.place(named) == (
        "Loire-Atlantique (DEP-44) · 2024 · MEN (éducation nationale) (ministere, men)"
    )
    assert "Avant la rupture" not in dict(phrasing.facts(held_count()))


@pytest.mark.parametrize(
    ("tonight", "told"),
    [
        ({"DEP-0": 4}, "rupture (en vigueur)"),
        ({"DEP-0": 5}, "rupture (décision caduque : les chiffres ont changé)"),
    ],
)
def test_a_decision_says_who_signed_it_and_whether_it_stands(
    tonight: dict[str, int], told: str
) -> None:
    signed = decided(found("DEP-0"), Choice.BREAK, observed({"DEP-0": 4}))
    (ruling,) = standings([signed], observed(tonight))
    sentence = phrasing.decision(ruling).replace("\xa0", " ")
    assert told in sentence
    assert "Claire Le Goff le 22 novembre 2026" in sentence
