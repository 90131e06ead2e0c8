"""What no form takes up is a fault, and what is of no cell says why."""

import pytest

from tests.readers.claims.claim_check import check, explained_kinds
from tests.readers.claims.claim_reading import CardScope
from tests.readers.claims.numbers_of_no_cell import EXPLAINED
from tests.readers.made_up import COUNT, REGION, made_up_truth

TRUTH = made_up_truth()
CARD = CardScope(COUNT, REGION, period="2024", period_before="2023", finding="38037085d670")


@pytest.mark.parametrize(
    ("text", "scope", "wrong"),
    [
        ("Les 1 cellules restent", CARD, []),
        ("Ces 6 cellules restent", CARD, ["6"]),
        ("Constaté pour 2 périodes, de 2023 à 2024.", CARD, ["2", "2023"]),
        ("environ 1 chance sur 3,1 millions d'un écart pareil", CARD, []),
        ("révision admise : 10 %", CARD, []),
        ("Il y en a 12 de plus.", CARD, ["12"]),
        ("Rien n'est retenu.", CARD, []),
        ("La publication est dans /srv/vigie-88/releases/2 :", CARD, []),
        ("le 3 mars 2026", CARD, ["3 mars 2026"]),
    ],
)
def test_a_number_is_taken_up_or_is_a_fault(text: str, scope: CardScope, wrong: list[str]) -> None:
    assert [token.text for token, _ in check(text, scope, TRUTH).faults] == wrong


def test_every_kind_of_number_that_is_of_no_cell_says_why() -> None:
    assert explained_kinds() == set(EXPLAINED)
