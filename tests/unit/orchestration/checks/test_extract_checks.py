"""The rules of a suite as checks of the extract: one each, with what fails and what to ask."""

from expectations.extracts.rule_verdict import FailingRecord, RuleVerdict
from expectations.suites.sources.record_entries import rules_of
from expectations.verdicts.table import Outcome, Severity
from orchestration.assets.extracts import extract_key, extracts, suite_results
from orchestration.assets.sessions import build_session_checks
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


def test_every_rule_of_every_suite_is_a_check_of_its_extract() -> None:
    of_families = (build_session_checks(family) for family in families().values())
    specs = [*extracts.check_specs, *(spec for one in of_families for spec in one.check_specs)]
    checks = {(spec.asset_key, spec.name) for spec in specs}
    sessions = [member(family, str(year)) for family in families() for year in range(2018, 2028)]
    asked = {
        (extract_key(known.table), rule.name)
        for known in [*sources().values(), *sessions]
        for rule in rules_of(known.id)
    }
    assert asked
    assert asked <= checks


def test_a_failed_rule_is_a_failed_check_with_the_lines_and_the_question() -> None:
    (result,) = suite_results(PCRH, [verdict("nom_du_departement", Outcome.FAIL)])
    assert (result.passed, result.severity.value) == (False, "WARN")
    told = str(result.description).replace("\xa0", " ")
    assert "Règle COC, 1 cas en écart : ligne 4 (" in told
    assert result.metadata["à demander"].value == "Lequel des deux est juste ?"
    table = str(result.metadata["enregistrements en écart"].value)
    assert table.splitlines()[1] == "|---|---|"
    assert "<b>" not in table
    assert table.splitlines()[2].count("|") == 4  # three cells' bars, and an escaped one


def test_an_error_is_an_error_and_a_pass_a_pass() -> None:
    error = verdict("nom_du_departement", Outcome.FAIL, Severity.ERROR)
    passed = verdict("themes_connus", Outcome.PASS)
    results = suite_results(PCRH, [error, passed])
    assert [(it.passed, it.severity.value) for it in results] == [(False, "ERROR"), (True, "WARN")]


def test_a_rule_that_judged_nothing_and_a_clause_of_the_contract_are_no_check() -> None:
    unknown = verdict("nom_du_departement", Outcome.NOT_EVALUATED)
    clause = verdict("cle_unique", Outcome.PASS)
    assert list(suite_results(PCRH, [unknown, clause])) == []
