"""The pages of explanations: anchored, bounded, deaf to what texts try to do; so is the console."""

import io

from rich.console import Console

from orchestration.explain.console import FIRST_ROWS, print_explanation
from orchestration.explain.explanation import Explanation
from orchestration.explain.explanation_pages import FIRST_ROWS as FIRST_ON_PAGE
from orchestration.explain.explanation_pages import MOST_ROWS, render_page
from orchestration.reporting.addresses import anchor, cell_address
from tests.made_definitions import made_definition
from tests.unit.orchestration.explain.cells import held_count, hostile, rate

DEFINITION = made_definition("1A4_pcrh_te", label="PCRH avec un volet « transition écologique »")


def _page(*told: Explanation) -> str:
    return render_page(DEFINITION, told, ("dbt_project/m.sql", "select 1 < 2"), is_live=False)


def _printed(told: Explanation, *, every_row: bool) -> str:
    console = Console(file=io.StringIO(), width=160, markup=False, highlight=False, soft_wrap=True)
    print_explanation(console, told, every_row=every_row)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_page_tells_the_cell_from_its_value_to_its_row() -> None:
    page = _page(held_count())
    for told in (
        f'id="{anchor(held_count().cell)}"',
        'href="../index.html#constat-c73638e827c3"',
        "retenue, jamais publiée",
        "inbox/dreets_pcrh_2024.csv",
        "34bef5c0",
        "réussi",
        "échoué",
        "non évalué",
        "Aucune décision.",
        "select 1 &lt; 2",
    ):
        assert told in page


def test_the_address_of_a_cell_is_that_of_its_anchor() -> None:
    cell = hostile().cell
    page, _, fragment = cell_address(cell).partition("#")
    assert page == "explications/1A4_pcrh_te.html"
    assert f'id="{fragment}"' in _page(hostile())


def test_no_text_of_a_producer_is_ever_markup() -> None:
    page = _page(hostile())
    assert "<script" not in page
    assert "onload='x'" not in page
    assert "\u202e" not in page
    assert "{{ 7*7 }}" in page


def test_no_text_of_a_producer_commands_the_terminal() -> None:
    printed = _printed(hostile(), every_row=True)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "[bold]gras[/bold]" in printed


def test_a_page_lists_every_row_up_to_a_bound_then_says_how_to_have_them() -> None:
    whole, cut = _page(rate(MOST_ROWS)), _page(rate(MOST_ROWS + 1))
    assert whole.count("formation ") == MOST_ROWS
    assert "--tout" not in whole
    assert cut.count("formation ") == FIRST_ON_PAGE
    assert "vigie explain 2A3_part_filles_voeux 2019 REG-52 --categorie BTSA --tout" in cut


def test_the_console_prints_the_first_rows_or_all() -> None:
    told = rate(FIRST_ROWS + 5)
    assert _printed(told, every_row=False).count("formation ") == FIRST_ROWS
    assert "5 autres, avec --tout" in _printed(told, every_row=False)
    assert _printed(told, every_row=True).count("formation ") == FIRST_ROWS + 5
