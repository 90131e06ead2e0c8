"""VCO and VMP as suites ask them: numbers of several cells that agree."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Make = Callable[..., Any]
CELL = ("REG-52", "2024")
MEN, MASA = ({"breakdown": "ministere", "category": code} for code in ("men", "masa"))


def relation(operator: str, **told: object) -> dict[str, object]:
    """Return the control of a relation between the ministries and their total."""
    return {
        "quoi": "relation",
        "termes": {
            "men": {"ventilation": "ministere", "categorie": "men"},
            "masa": {"ventilation": "ministere", "categorie": "masa"},
            "total": {"ventilation": "_T", "categorie": "_T"},
        },
        "gauche": "men + masa",
        "operateur": operator,
        "droite": "total",
        **told,
    }


TRUE = [("=", 12), ("<=", 12), ("<", 13), (">=", 12), (">", 11)]
FALSE = [("=", 13), ("<=", 11), ("<", 12), (">=", 13), (">", 12)]


@pytest.mark.parametrize("asked", [*TRUE, *FALSE])
def test_a_relation_is_judged_on_every_cell(
    judge: Make, observe: Make, define: Make, entry: Make, asked: tuple[str, int]
) -> None:
    operator, total = asked
    observations = observe((*CELL, total), (*CELL, 10, MEN), (*CELL, 2, MASA))
    verdicts = judge("VCO", observations, define("a"), entries=(entry("VCO", relation(operator)),))
    assert verdicts.outcomes == ({"pass"} if asked in TRUE else {"fail"})


def test_both_sides_are_told_and_what_to_ask(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    observations = observe((*CELL, 11), (*CELL, 10, MEN), (*CELL, 2, MASA))
    only = {"categories": ["_T"]}
    asked = entry("VCO", relation("="), seulement_si=only)
    verdicts = judge("VCO", observations, define("a"), entries=(asked,))
    (row,) = verdicts.rows[verdicts.rows["outcome"] == "fail"].to_dict("records")
    assert row["explanation"].replace("\xa0", " ") == (
        "Ce qui doit être vrai des cellules. Constaté : men = 10 ; masa = 2 ; total = 11. "
        "Attendu : men + masa = total (12 d'un côté, 11 de l'autre)."
    )
    assert '"nom": "essai"' in row["evidence"]
    assert "Pourquoi ne l'est-ce pas" in row["evidence"]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [({"ecart_admis": 1}, "pass"), ({"ecart_relatif_admis": 0.05}, "fail")],
)
def test_a_gap_may_be_admitted(
    judge: Make, sides: tuple[pd.DataFrame, Any], entry: Make, told: dict[str, float], outcome: str
) -> None:
    observations, definition = sides
    asked = entry("VCO", relation("=", **told))
    assert judge("VCO", observations, definition, entries=(asked,)).outcomes == {outcome}


@pytest.fixture
def sides(observe: Make, define: Make) -> tuple[pd.DataFrame, Any]:
    """Return a total of 11 beside parts of 10 and 2."""
    return observe((*CELL, 11), (*CELL, 10, MEN), (*CELL, 2, MASA)), define("a")


def test_what_is_missing_cannot_be_compared(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    rows = [(*CELL, 10, MEN), ("DEP-44", "2024", "L", MEN), ("DEP-44", "2024", 4)]
    asked = entry("VMP", {"quoi": "miroir", "autre": {"indicateur": "b"}})
    verdicts = judge("VMP", observe(*rows), define("a"), entries=(asked,))
    assert verdicts.outcomes == {"not_evaluated"}
    assert verdicts.reason(*CELL) == "l'une des valeurs comparées est absente"


def test_the_period_before_and_another_indicator(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry(
        "VCO",
        {
            "quoi": "relation",
            "termes": {"ici": {}, "avant": {"indicateur": "b", "periode": "precedente"}},
            "gauche": "ici",
            "operateur": ">=",
            "droite": "avant",
        },
    )
    observations = pd.concat(
        [
            observe(("REG-52", "2023", 5), ("REG-52", "2024", 6), ("REG-52", "2025", 7)),
            observe(("REG-52", "2023", 6), ("REG-52", "2024", 9), indicator="b"),
        ]
    )
    verdicts = judge("VCO", observations, define("a"), define("b"), entries=(asked,))
    assert verdicts.failing == {("REG-52", "2025")}


def test_the_numerator_of_a_rate_is_a_term(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry(
        "VCO",
        {
            "quoi": "relation",
            "termes": {"haut": {"champ": "numerateur"}, "bas": {"champ": "denominateur"}},
            "gauche": "haut",
            "operateur": "<=",
            "droite": "bas",
        },
    )
    rows = [
        (*CELL, 50, {"numerator": 5, "denominator": 10}),
        ("DEP-44", "2024", 90, {"numerator": 90, "denominator": 10}),
    ]
    observations = observe(*rows, unit="pct")
    verdicts = judge("VCO", observations, define("a", "rate"), entries=(asked,))
    assert ("DEP-44", "2024") in verdicts.failing
    assert CELL not in verdicts.failing


def test_out_of_its_condition_an_entry_says_nothing(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("FDL", {"quoi": "decimales", "au_plus": 0}, seulement_si={"depuis": "2024"})
    observations = observe(("REG-52", "2023", 1.5), ("REG-52", "2024", 1.5), unit="pct")
    verdicts = judge("FDL", observations, define("a", "rate"), entries=(asked,))
    assert verdicts.failing == {("REG-52", "2024")}
    assert verdicts.reason("REG-52", "2023") == "hors de la condition de la règle"


def test_several_entries_on_one_cell_are_one_verdict(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    softer = {"est": "Warning", "depuis": "2026-01-31", "raison": "Un écart peut s'expliquer."}
    bounds = {"quoi": "bornes", "au_plus": 10}
    one = entry("VIR", bounds, nom="premier", gravite=softer, question="Pourquoi tant ?")
    other = entry("VIR", {**bounds, "au_plus": 5}, nom="second", question="Est-ce certain ?")
    verdicts = judge(
        "VIR", observe((*CELL, 20), ("DEP-44", "2024", 7)), define("a"), entries=(one, other)
    )
    assert len(verdicts.rows) == 2
    assert verdicts.severity(*CELL) == "Error"
    assert verdicts.explanation(*CELL).count("Ce qui doit être vrai") == 1
    assert verdicts.evidence(*CELL)["question"] in {
        "Pourquoi tant\xa0? Est-ce certain\xa0?",
        "Est-ce certain\xa0? Pourquoi tant\xa0?",
    }
    assert verdicts.failing == {CELL, ("DEP-44", "2024")}


def test_two_sources_agree_within_a_tenth(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("VMP", {"quoi": "miroir", "autre": {"indicateur": "b"}})
    observations = pd.concat(
        [
            observe(("REG-52", "2023", 100), ("REG-52", "2024", 100)),
            observe(("REG-52", "2023", 110), ("REG-52", "2024", 115), indicator="b"),
        ]
    )
    verdicts = judge("VMP", observations, define("a"), define("b"), entries=(asked,))
    assert verdicts.failing == {("REG-52", "2024")}
    assert "Ici 100, là 115 ; écart admis : 10 %." in verdicts.explanation("REG-52", "2024")
