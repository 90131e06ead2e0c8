"""Claims of tables, areas and categories: each is held against the cells of both periods."""

import pytest

from tests.readers.claims.claim_check import check
from tests.readers.claims.claim_reading import CardScope
from tests.readers.made_up import COUNT, REGION, SHARE, made_up_truth

TRUTH = made_up_truth()
CARD = CardScope(COUNT, REGION, period="2024", period_before="2023", finding="38037085d670")
RATE = CardScope(SHARE, REGION, "men", "2024")
EVENT = (
    "les {} séries du tableau passent ensemble de 86 à {}, et {} vont dans ce sens prises une à une"
)
APART = "{0} des {0} catégories de ce territoire s'écartent ensemble de ce qu'elles font ailleurs"
LEFT = (
    "la catégorie passe en tout de 43 en 2023 à {} en 2024, quand les autres évoluent de 0 % : "
    "environ 1 chance sur 900 d'un tel écart. Pris un à un, {} des 2 territoires le disent."
)
MERGED = (
    "cette catégorie n'est plus donnée, et « MEN (éducation nationale) » vaut à présent ce que les "
    "deux valaient, pris un à un dans {} des {} territoires"
)
EXCHANGED = (
    "les valeurs sont celles que portait « MEN (éducation nationale) » à la période précédente "
    "dans {} des {} territoires, pris un à un"
)


@pytest.mark.parametrize(
    ("text", "scope", "wrong"),
    [
        ("donnée d'un coup par 4 des 5 territoires qui répondaient déjà (70 en tout)", RATE, ["4"]),
        ("catégorie nouvelle, entrée dans 4 des 5 territoires à la fois", RATE, ["4"]),
        ("MEN (éducation nationale) : Catégorie nouvelle en 2024 (5,26 en tout)", RATE, []),
        ("MEN (éducation nationale) : Catégorie nouvelle en 2024 (6 en tout)", RATE, ["6"]),
        ("MEN (éducation nationale) : 2 autres la donnent encore", RATE, ["2"]),
        ("MEN (éducation nationale) : 1 autre la donne encore", RATE, []),
        ("MEN (éducation nationale) : 3 territoires la donnaient en 2023 (9 en tout)", RATE, ["3"]),
        (EVENT.format(3, 82, 2), CARD, []),
        (EVENT.format(3, 82, 3), CARD, ["3"]),
        (EVENT.format(4, 82, 2), CARD, ["4", "2"]),
        (EVENT.format(3, 83, 2), CARD, ["3"]),
        (f"{APART.format(1)} (de l'ordre de −4,6 %)", CARD, []),
        (f"{APART.format(1)} (de l'ordre de +4,6 %)", CARD, ["1"]),
        (f"{APART.format(2)} (de l'ordre de −4,6 %)", CARD, ["2"]),
        (LEFT.format(41, 1), CARD, []),
        (LEFT.format(41, 2), CARD, ["2"]),
        (LEFT.format(50, 1), CARD, ["2"]),
        ("Pris un à un, 2 des 2 territoires le montrent.", CARD, []),
        ("Entre 2023 et 2024, pris un à un dans 5 des 4 territoires", CARD, ["4"]),
        ("1 catégorie sur 1 s'écarte des autres, dont celle-ci.", CARD, []),
        ("1 catégorie sur 9 s'écarte des autres, dont celle-ci.", CARD, ["9"]),
        (LEFT.format(40, 1), CARD, ["2"]),
        (f"{APART.format(1)} (de l'ordre de −46 %)", CARD, ["−46"]),
        (MERGED.format(1, 1), RATE, []),
        (MERGED.format(2, 2), RATE, ["2"]),
        (MERGED.format(2, 1), RATE, ["2"]),
        (EXCHANGED.format(1, 1), RATE, []),
        (EXCHANGED.format(1, 2), RATE, ["2"]),
        (EXCHANGED.format(2, 1), RATE, ["2"]),
    ],
)
def test_a_table_is_found_or_is_a_fault(text: str, scope: CardScope, wrong: list[str]) -> None:
    assert [token.text for token, _ in check(text, scope, TRUTH).faults] == wrong
