"""Claims of single cells: silent on what is so, and says what is so on what is not."""

from dataclasses import replace

import pytest

from tests.readers.claims.claim_check import check
from tests.readers.claims.claim_reading import CardScope
from tests.readers.made_up import COUNT, REGION, SHARE, made_up_truth
from tests.readers.station_truth import CellKey

TRUTH = made_up_truth()
CARD = CardScope(COUNT, REGION, period="2024", period_before="2023", finding="38037085d670")
CHART = replace(CARD, is_chart=True)
RATE = CardScope(SHARE, REGION, "men", "2024")
LABEL = "Nombre de PCRH avec un volet vert"
LEVEL = (
    "Depuis 2024, {} valeurs de suite, la série est à un autre niveau : de l'ordre de {} en moyenne"
)
RATIOS = (
    "{} pourcentages de l'indicateur sont entre 0 et 1 % : sont-ce des rapports ({}) plutôt que "
    "des pourcentages ({} %) ?"
)
RESCALED = (
    "{} puis {} : la valeur semble divisée par {}, comme si l'unité avait changé ou si tout avait "
    "été compté deux fois."
)
AGREED = " Pris un à un, {} des {} territoires le montrent."


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
        (f"{LEVEL.format(1, 41)}, quand ce qui précède faisait attendre 43", CARD, []),
        (f"{LEVEL.format(2, 41)}, quand ce qui précède faisait attendre 43", CARD, ["2"]),
        (f"{LEVEL.format(1, 50)}, quand ce qui précède faisait attendre 90", CARD, ["50", "90"]),
        (RATIOS.format("Tous les", "5,26", "526"), RATE, []),
        (RATIOS.format("3 des 2", "5,26", "52,6"), RATE, ["52,6", "3"]),
    ],
)
def test_a_cell_is_found_or_is_a_fault(text: str, scope: CardScope, wrong: list[str]) -> None:
    assert [token.text for token, _ in check(text, scope, TRUTH).faults] == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (RESCALED.format(17, "1,7", 10) + AGREED.format(2, 2), []),
        (RESCALED.format(17, "1,7", 10) + AGREED.format(1, 2), ["1"]),
        (RESCALED.format(17, "1,7", 10) + AGREED.format(2, 3), ["3"]),
        (
            RESCALED.format(17, "1,7", "1\N{NO-BREAK SPACE}000") + AGREED.format(2, 2),
            ["2", "1\N{NO-BREAK SPACE}000"],
        ),
        (RESCALED.format(17, "1,7", 20) + AGREED.format(2, 2), ["20"]),
        (RESCALED.format(16, "1,7", 10) + AGREED.format(2, 2), ["16"]),
        (RESCALED.format(17, "1,7", 10), ["10"]),
    ],
)
def test_a_change_of_scale_is_worked_out_again(text: str, wrong: list[str]) -> None:
    truth = made_up_truth()
    for area in ("DEP-49", "DEP-72"):
        key = CellKey(COUNT, area, "2024")
        before = truth.cells[key._replace(period="2023")].value or 0.0
        truth.cells[key] = truth.cells[key]._replace(value=before / 10)
    scope = replace(CARD, area="DEP-72")
    assert [token.text for token, _ in check(text, scope, truth).faults] == wrong


def test_an_equation_is_worked_out_again() -> None:
    sentence = (
        "Constaté : taux = 5,26 ; hausse = {}. Attendu : 2 × taux + hausse ≤ 100 "
        "({} d'un côté, 100 de l'autre)."
    )
    right = check(sentence.format("5,26", "16"), RATE, TRUTH)
    assert not right.faults
    assert [t.text for t, _ in check(sentence.format("5,26", "26"), RATE, TRUTH).faults] == ["26"]
    assert [t.text for t, _ in check(sentence.format("9", "20"), RATE, TRUTH).faults] == ["9"]


def test_a_cell_that_is_not_given_any_more_is_found_or_is_a_fault() -> None:
    sentence = "Sarthe, 2024 : {}, devenu absent"
    truth = made_up_truth()
    key = CellKey(COUNT, "DEP-72", "2024")
    value = truth.cells[key].value
    assert [t.text for t, _ in check(sentence.format(f"{value:g}"), CARD, truth).faults] == [
        f"{value:g}"
    ]
    truth.vintages[key] = [truth.cells.pop(key)]
    assert not check(sentence.format(f"{value:g}"), CARD, truth).faults
    assert [t.text for t, _ in check(sentence.format("77"), CARD, truth).faults] == ["77"]


def test_what_was_signed_speaks_of_what_was_known_then() -> None:
    signed = f"{LABEL} : Pays de la Loire, 43 en 2023, 4 en 2024"
    assert [t.text for t, _ in check(signed, CARD, TRUTH).faults] == ["4"]
    assert not check(signed, replace(CARD, ever=True), TRUTH).faults
