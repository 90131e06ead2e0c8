"""COV and COC: codes in their lists, codes that go together."""

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]
CELL = ("REG-52", "2024")


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("breakdown", "tailles"),
        ("category", "12_49"),
        ("unit_measure", "euros"),
        ("obs_status", "Z"),
        ("conf_status", "X"),
        ("collection", "telepathie"),
    ],
)
def test_a_code_in_no_list_is_named(
    judge: Make, observe: Make, define: Make, column: str, code: str
) -> None:
    observations = observe((*CELL, 12, {column: code}), ("DEP-44", "2024", 5))
    verdicts = judge("COV", observations, define("a"))
    assert verdicts.failing == {CELL}
    assert f"« {code} »" in verdicts.explanation(*CELL)
    assert verdicts.severity(*CELL) == "Error"


def test_an_area_of_an_unknown_type_is_named(judge: Make, observe: Make, define: Make) -> None:
    verdicts = judge("COV", observe(("CANTON-4401", "2024", 1), (*CELL, 2)), define("a"))
    assert verdicts.failing == {("CANTON-4401", "2024")}
    assert "« CANTON »" in verdicts.explanation("CANTON-4401", "2024")


def test_an_empty_code_is_no_code(judge: Make, observe: Make, define: Make) -> None:
    observations = observe((*CELL, 12, {"conf_status": None, "collection": None}))
    assert judge("COV", observations, define("a")).outcomes == {"pass"}


def test_a_suite_may_ask_for_a_shorter_list(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    observations = observe((*CELL, 12), ("DEP-44", "2024", 12), ("DEP-49", "2024", "Q"))
    only = entry("COV", {"quoi": "codes", "champ": "type_de_territoire", "parmi": ["REG"]})
    verdicts = judge("COV", observations, define("a"), entries=(only,))
    assert verdicts.failing == {("DEP-44", "2024"), ("DEP-49", "2024")}
    assert verdicts.explanation("DEP-44", "2024") == (
        "Ce qui doit être vrai des cellules. Constaté : « DEP » ; admis : REG."
    )
    assert verdicts.evidence("DEP-44", "2024")["question"].startswith("Pourquoi")


TOGETHER = [("taille", "moins_11"), ("_T", "_T"), ("taille", "inconnue")]
APART = [("taille", "men"), ("_T", "men"), ("taille", "_T")]


@pytest.mark.parametrize("pair", [*TOGETHER, *APART])
def test_a_category_is_one_of_its_breakdown(
    judge: Make, observe: Make, define: Make, pair: tuple[str, str]
) -> None:
    observations = observe((*CELL, 12, dict(zip(("breakdown", "category"), pair, strict=True))))
    failing = judge("COC", observations, define("a")).failing
    assert failing == ({CELL} if pair in APART else set())


def test_a_suite_may_ask_for_fewer_combinations(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    of_ministry = {"breakdown": "ministere", "category": "men"}
    observations = observe((*CELL, 1, of_ministry), ("DEP-44", "2024", 1, of_ministry))
    pairs = [["REG", "ministere"], ["DEP", "_T"]]
    asked = entry(
        "COC",
        {"quoi": "couples", "champs": ["type_de_territoire", "ventilation"], "permis": pairs},
    )
    verdicts = judge("COC", observations, define("a"), entries=(asked,))
    assert verdicts.failing == {("DEP-44", "2024")}
