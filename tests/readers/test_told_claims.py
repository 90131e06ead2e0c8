"""Each form of a claim: silent on what is so, and says what is so on what is not."""

from dataclasses import replace

import pytest

from tests.readers.claims.claim_check import check, explained_kinds
from tests.readers.claims.claim_reading import CardScope
from tests.readers.claims.numbers_of_no_cell import EXPLAINED
from tests.readers.made_up import COUNT, REGION, SHARE, made_up_truth

TRUTH = made_up_truth()
CARD = CardScope(COUNT, REGION, period="2024", period_before="2023", finding="38037085d670")
CHART = replace(CARD, is_chart=True)
RATE = CardScope(SHARE, REGION, "men", "2024")
LABEL = "Nombre de PCRH avec un volet vert"
EVENT = (
    "les {} séries du tableau passent ensemble de 86 à {}, et {} vont dans ce sens prises une à une"
)
APART = "{0} des {0} catégories de ce territoire s'écartent ensemble de ce qu'elles font ailleurs"
LEVEL = (
    "Depuis 2024, {} valeurs de suite, la série est à un autre niveau : de l'ordre de {} en moyenne"
)
RATIOS = (
    "{} pourcentages de l'indicateur sont entre 0 et 1 % : sont-ce des rapports ({}) plutôt que "
    "des pourcentages ({} %) ?"
)
LEFT = (
    "la catégorie passe en tout de 43 en 2023 à {} en 2024, quand les autres font 0 % : environ 1 "
    "chance sur 900 d'un tel écart. Pris un à un, {} des 2 territoires le disent."
)


@pytest.mark.parametrize(
    ("text", "scope", "wrong"),
    [
        (f"{LABEL} : Pays de la Loire, 43 en 2023, 41 en 2024", CARD, []),
        (f"{LABEL} : Pays de la Loire, 4 en 2023, 41 en 2024", CARD, ["4"]),
        (f"{LABEL} : Sarthe, 43 en 2023", CARD, ["43"]),
        ("43 PCRH en 2023", CARD, []),
        ("43 % en 2023", CARD, ["43"]),
        ("41 en 2025", CARD, ["41", "2025"]),
        ("La valeur publiée était 4, elle est maintenant 41 (+925 %)", CARD, []),
        ("La valeur publiée était 5, elle est maintenant 41 (+720 %)", CARD, ["5"]),
        ("La valeur publiée était 4, elle est maintenant 41 (+92,5 %)", CARD, ["+92,5"]),
        ("Pays de la Loire, 2024 : 4, devenu 41", CARD, []),
        ("Pays de la Loire, 2024 : 4, devenu 40", CARD, ["40"]),
        ("43 en 2023, 41 en 2024 (−4,7 %)", CARD, []),
        ("43 en 2023, 41 en 2024 (−56 %)", CARD, ["−56"]),
        ("passe de 43 à 41", CARD, []),
        ("passe de 41 à 43", CARD, ["41", "43"]),
        (f"{LABEL} : 43 en 2023, 41 en 2024 (retenu)", CHART, []),
        (f"{LABEL} : 43 en 2023 (retenu), 41 en 2024 (retenu)", CHART, ["43"]),
        (f"{LABEL} : 43 en 2023, 41 en 2024", CHART, ["41"]),
        ("absent en 2023", CARD, ["2023"]),
        ("Le total vaut 41 ; la somme de ses détails (2 départements) vaut 41.", CARD, []),
        ("Le total vaut 41 ; la somme de ses détails (2 départements) vaut 40.", CARD, ["40"]),
        ("MEN (éducation nationale), 5,26 % en 2024", RATE, []),
        ("MEN (éducation nationale), 5,3 % en 2024", RATE, ["5,3"]),
        ("5,26 % en 2024 : 10 sur 190 en 2024", RATE, []),
        ("11 sur 190 en 2024", RATE, ["11"]),
        ("Publié sous 2023, le chiffre parle de 2024 : 12 mois plus tard.", CARD, []),
        ("Publié sous 2023, le chiffre parle de 2024 : 20 mois plus tard.", CARD, ["20"]),
        ("environ 1 chance sur 3,1 millions d'un écart pareil", CARD, []),
        ("révision admise : 10 %", CARD, []),
        ("Les 1 cellules restent", CARD, []),
        ("Ces 6 cellules restent", CARD, ["6"]),
        ("Constaté pour 2 périodes, de 2023 à 2024.", CARD, ["2", "2023"]),
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
        (f"{LEVEL.format(1, 41)}, quand ce qui précède faisait attendre 43", CARD, []),
        (f"{LEVEL.format(2, 41)}, quand ce qui précède faisait attendre 43", CARD, ["2"]),
        (f"{LEVEL.format(1, 50)}, quand ce qui précède faisait attendre 90", CARD, ["50", "90"]),
        (LEFT.format(41, 1), CARD, []),
        (LEFT.format(41, 2), CARD, ["2"]),
        (LEFT.format(50, 1), CARD, ["2"]),
        (RATIOS.format("Tous les", "5,26", "526"), RATE, []),
        (RATIOS.format("3 des 2", "5,26", "52,6"), RATE, ["52,6", "3"]),
        ("Pris un à un, 2 des 2 territoires le montrent.", CARD, []),
        ("Entre 2023 et 2024, pris un à un dans 5 des 4 territoires", CARD, ["4"]),
        ("1 catégorie sur 1 s'écarte des autres, dont celle-ci.", CARD, []),
        ("1 catégorie sur 9 s'écarte des autres, dont celle-ci.", CARD, ["9"]),
        ("Il y en a 12 de plus.", CARD, ["12"]),
        ("Rien n'est retenu.", CARD, []),
        ("La publication est dans /srv/vigie-88/releases/2 :", CARD, []),
        ("le 3 mars 2026", CARD, ["3 mars 2026"]),
    ],
)
def test_a_claim_is_found_or_told(text: str, scope: CardScope, wrong: list[str]) -> None:
    assert [token.text for token, _ in check(text, scope, TRUTH).faults] == wrong


def test_an_equation_is_worked_out_again() -> None:
    told = (
        "Constaté : taux = 5,26 ; hausse = {}. Attendu : 2 × taux + hausse ≤ 100 "
        "({} d'un côté, 100 de l'autre)."
    )
    right = check(told.format("5,26", "16"), RATE, TRUTH)
    assert not right.faults
    assert [t.text for t, _ in check(told.format("5,26", "26"), RATE, TRUTH).faults] == ["26"]
    assert [t.text for t, _ in check(told.format("9", "20"), RATE, TRUTH).faults] == ["9"]


def test_what_was_signed_speaks_of_what_was_known_then() -> None:
    signed = f"{LABEL} : Pays de la Loire, 43 en 2023, 4 en 2024"
    assert [t.text for t, _ in check(signed, CARD, TRUTH).faults] == ["4"]
    assert not check(signed, replace(CARD, ever=True), TRUTH).faults


def test_every_kind_of_number_that_is_of_no_cell_says_why() -> None:
    assert explained_kinds() == set(EXPLAINED)
