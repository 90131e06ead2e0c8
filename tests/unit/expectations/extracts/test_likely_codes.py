"""A code that differs by its case only is proposed; nothing is proposed of what is another one."""

import pyarrow as pa
import pytest

from expectations.extracts.distinct import Records
from expectations.extracts.rule_verdict import RuleVerdict
from expectations.suites.sources.record_entries import rules_of
from expectations.validations.extracts.judge import judge


def message(source_id: str, rule: str, **columns: list[str]) -> str:
    rules = [known for known in rules_of(source_id) if known.name == rule]
    (judged,) = judge(Records(pa.table(columns)), rules, "52")
    again = RuleVerdict.from_dict(judged.verdict.to_dict())
    assert again == judged.verdict
    return again.message.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "code"), [("Total", "total"), ("TOTAL", "total"), ("total ", "total")]
)
def test_a_code_that_differs_by_its_case_is_proposed(written: str, code: str) -> None:
    found = message("dreets_pcrh_2024", "departements_de_la_region", code_departement=[written])
    assert f"vouliez-vous dire « {code} » ?" in found


def test_a_pair_is_proposed_side_by_side() -> None:
    found = message(
        "dreets_pcrh_2024",
        "nom_du_departement",
        code_departement=["85", "Total"],
        departement=["Vendee", "Pays de la Loire"],
    )
    assert "vouliez-vous dire « Vendée » ?" in found
    assert "vouliez-vous dire « total » ?" in found


def test_what_a_rule_leaves_aside_is_proposed_too() -> None:
    found = message(
        "region_indicateurs",
        "categorie_de_sa_ventilation",
        ventilation=["Total"],
        categorie=["total"],
    )
    assert "vouliez-vous dire « total » ?" in found


@pytest.mark.parametrize(
    ("rule", "column", "written", "code"),
    [
        ("indicateurs_connus", "indicateur", "1a1_Salaries_Formes_TE", "1A1_salaries_formes_te"),
        ("territoires_connus", "territoire", "clpe 44001", "CLPE44001"),
        ("unites_connues", "unite", "PCT", "pct"),
    ],
)
def test_the_codes_of_declared_indicators_are_proposed(
    rule: str, column: str, written: str, code: str
) -> None:
    found = message("opco_indicateurs", rule, **{column: [written]})
    assert f"vouliez-vous dire « {code} » ?" in found


def test_another_code_is_not_mistaken() -> None:
    found = message("dreets_pcrh_2024", "departements_de_la_region", code_departement=["35"])
    assert "vouliez-vous" not in found
