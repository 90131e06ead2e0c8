"""The rules of a suite as one check of the extract, with what fails and what to ask."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagster as dg

from expectations import french
from expectations.extracts.rule_verdict import FailingRecord, RuleVerdict
from expectations.suites.sources.record_entries import rules_of
from expectations.verdicts.table import Outcome, Severity
from orchestration.assets.extracts import asked_by_suite, extract_key, extracts
from orchestration.assets.sessions import build_session_checks
from orchestration.checks.record_rules import RECORDS_CHECK, records_results
from sources.registry import families, member, sources

PCRH = "dreets_pcrh_2024"


def verdict(name: str, outcome: Outcome, severity: Severity = Severity.WARNING) -> RuleVerdict:
    fails = outcome is Outcome.FAIL
    return RuleVerdict(
        code="COC",
        name=name,
        severity=severity,
        outcome=outcome,
        explanation="Le nom du département va avec son code.",
        question="Lequel des deux est juste ?",
        evaluated=9,
        failing=1 if fails else 0,
        records=(FailingRecord(4, (("departement", "<b>|Vendée*"), ("code", None))),) * fails,
    )


def test_the_records_of_every_extract_have_their_check_which_names_its_rules() -> None:
    of_families = [build_session_checks(family) for family in families().values()]
    specs = [*extracts.check_specs, *(spec for one in of_families for spec in one.check_specs)]
    described = {
        spec.asset_key: str(spec.description) for spec in specs if spec.name == RECORDS_CHECK
    }
    sessions = [member(family, str(year)) for family in families() for year in range(2018, 2028)]
    unnamed = [
        (known.id, rule.name)
        for known in [*sources().values(), *sessions]
        for rule in rules_of(known.id)
        if french.typeset(rule.explanation.rstrip(".")) not in described[extract_key(known.table)]
    ]
    assert unnamed == []


def of_suite(*verdicts: RuleVerdict) -> list[dg.AssetCheckResult]:
    return list(records_results(extract_key(PCRH), verdicts))


def rows(result: dg.AssetCheckResult, name: str) -> list[Mapping[str, Any]]:
    shown = result.metadata[name]
    assert isinstance(shown, dg.TableMetadataValue)
    return [record.data for record in shown.records]


def test_a_failed_rule_fails_the_check_with_the_lines_and_the_question() -> None:
    passed = verdict("themes_connus", Outcome.PASS)
    (result,) = of_suite(verdict("nom_du_departement", Outcome.FAIL), passed)
    assert (result.passed, result.severity.value) == (False, "WARN")
    told = str(result.description).replace("\xa0", " ")
    assert "Règle COC, 1 cas en écart : ligne 4 (" in told
    assert result.metadata["à demander"].value == "Lequel des deux est juste ?"
    assert result.metadata["en écart"].value == 1
    (record,) = rows(result, "enregistrements en écart")
    assert (record["Règle"], record["Ligne"]) == ("nom_du_departement", "4")
    assert "Vendée" in str(record["Ce qu'elle porte"])
    of_rules = {row["Nom"]: row for row in rows(result, "règles")}
    assert of_rules["nom_du_departement"]["Résultat"] == "en écart"
    assert of_rules["nom_du_departement"]["À demander"] == "Lequel des deux est juste ?"
    assert of_rules["themes_connus"]["Résultat"] == "tenue"
    assert of_rules["themes_connus"]["À demander"] == ""


def test_the_gravest_failure_is_told_first_and_is_that_of_the_check() -> None:
    warning = verdict("themes_connus", Outcome.FAIL)
    error = replace(verdict("nom_du_departement", Outcome.FAIL, Severity.ERROR), code="VIR")
    (result,) = of_suite(warning, error)
    assert result.severity.value == "ERROR"
    told = str(result.description)
    assert told.index("Règle VIR") < told.index("Règle COC")


def test_a_suite_that_holds_passes() -> None:
    (result,) = of_suite(verdict("themes_connus", Outcome.PASS))
    assert result.passed
    assert set(result.metadata) == {"règles"}


def test_a_rule_that_judged_nothing_is_no_success_and_says_why() -> None:
    unknown = replace(
        verdict("nom_du_departement", Outcome.NOT_EVALUATED), evaluated=0, reason="aucune ligne"
    )
    assert of_suite(unknown) == []
    (result,) = of_suite(unknown, verdict("themes_connus", Outcome.PASS))
    assert rows(result, "règles")[0]["Résultat"] == "non évaluée : aucune ligne"


def test_a_clause_of_the_contract_is_no_rule_of_the_suite() -> None:
    own = verdict("nom_du_departement", Outcome.PASS)
    assert asked_by_suite(PCRH, [own, verdict("cle_unique", Outcome.PASS)]) == [own]
