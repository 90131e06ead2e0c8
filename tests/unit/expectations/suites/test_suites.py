"""The suites of the sources: every file is well written, and a word that is not is refused."""

import fnmatch
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.french import both_readings
from expectations.suites.sources import record_controls as controls
from expectations.suites.sources.record_entries import (
    RecordRule,
    SourceSuite,
    load_suites,
    rules_of,
)
from expectations.suites.words import SuiteError, read_words
from sources.contract import PRODUCERS
from sources.registry import families, member, sources

RULE = """
regles:
  - code: VIR
    nom: nombres_positifs
    extraits: [dreets_pcrh_2024]
    controle: {quoi: bornes, colonnes: [nombre], au_moins: 0}
    explication: Un nombre de missions est nul ou positif.
    question: Que veut dire un nombre négatif ?
"""
SESSIONS = [member(family, str(year)) for family in families() for year in range(2018, 2028)]
EVERY = sources() | {session.id: session for session in SESSIONS}
NUMERIC = (controls.Bounds, controls.ColumnComparison, controls.ColumnSum, controls.Quotient)


def refusal(folder: Path, content: str) -> str:
    """Return what is said of a suite that is refused."""
    path = folder / "essai.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(SuiteError) as refused:
        read_words(path, SourceSuite)
    return str(refused.value)


def every_rule() -> list[tuple[str, RecordRule]]:
    return [(source_id, rule) for source_id in EVERY for rule in rules_of(source_id)]


def test_every_producer_has_a_suite_and_every_source_a_rule() -> None:
    assert set(load_suites()) == {folder.name for folder in PRODUCERS.iterdir()}
    assert [source_id for source_id in EVERY if not rules_of(source_id)] == []


def test_every_suite_is_about_sources_that_exist() -> None:
    named = {
        one for suite in load_suites().values() for rule in suite.rules for one in rule.extracts
    }
    assert [name for name in named if not fnmatch.filter(EVERY, name)] == []


@pytest.mark.parametrize(("source_id", "rule"), every_rule())
def test_every_rule_reads_columns_of_the_contract_as_what_they_are(
    source_id: str, rule: RecordRule
) -> None:
    columns = EVERY[source_id].contract.columns
    assert set(rule.reads) <= set(columns)
    if isinstance(rule.control, NUMERIC):
        kinds = {columns[name].type for name in rule.control.reads}
        assert kinds <= {"integer", "decimal", "year"}


def test_a_rule_that_is_well_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "essai.yml"
    path.write_text(RULE, "utf-8")
    (rule,) = read_words(path, SourceSuite).rules
    assert (rule.name, rule.severity, rule.reads) == ("nombres_positifs", "Error", ("nombre",))


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("colonnes:", "colones:", "« controle.bornes.colones » : mot inconnu"),
        ("question:", "demande:", "« demande » : mot inconnu"),
        ("code: VIR", "code: XYZ", "code inconnu : « XYZ »"),
        ("code: VIR", "code: BRK", "code inconnu : « BRK »"),
        ("quoi: bornes", "quoi: python", "« controle » : valeur impossible ; attendu : "),
        ("quoi: bornes, ", "", "« controle » : « quoi » est absent"),
        (", au_moins: 0", "", "au_moins ou au_plus est attendu"),
        ("au_moins: 0", "au_moins: 3, au_plus: 2", "au_moins est plus grand que au_plus"),
        ("    question: Que veut dire un nombre négatif ?\n", "", "« question » : absent"),
        ("nom: nombres_positifs", "nom: Nombres", "« nom » : mal écrit"),
        ("[dreets_pcrh_2024]", "[]", "« extraits » : liste vide"),
        ("[nombre]", "[]", "« controle.bornes.colonnes » : liste vide"),
    ],
)
def test_what_is_not_well_written_is_told_with_the_file_and_the_rule(
    tmp_path: Path, written: str, instead: str, said: str
) -> None:
    message = refusal(tmp_path, RULE.replace(written, instead))
    assert message.startswith("essai.yml : règle n° 1")
    assert said in message


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{colonne: theme}", "un seul opérateur"),
        ("{colonne: theme, est: tous, rempli: true}", "un seul opérateur"),
        ("{colonne: theme, eval: print(1)}", "mot inconnu"),
        ("{colonne: theme, parmi: []}", "liste vide"),
    ],
)
def test_a_condition_has_a_column_and_one_operator(
    tmp_path: Path, condition: str, said: str
) -> None:
    rule = RULE.replace("    controle:", f"    seulement_si: [{condition}]\n    controle:")
    assert said in refusal(tmp_path, rule)


@pytest.mark.parametrize(
    "gravity",
    [
        "Warning",
        "{est: Warning}",
        "{est: Grave, depuis: 2026-11-26, raison: une raison assez longue pour être lue}",
        "{est: Warning, depuis: hier, raison: une raison assez longue pour être lue}",
        "{est: Warning, depuis: 2026-11-26, raison: court}",
    ],
)
def test_another_severity_has_a_date_and_a_reason(tmp_path: Path, gravity: str) -> None:
    rule = RULE.replace("    controle:", f"    gravite: {gravity}\n    controle:")
    assert "« gravite" in refusal(tmp_path, rule)


def test_a_severity_of_its_own_is_used(tmp_path: Path) -> None:
    path = tmp_path / "essai.yml"
    reason = "{est: Information, depuis: 2026-11-26, raison: le fichier n'est lu que pour le total}"
    path.write_text(RULE.replace("    controle:", f"    gravite: {reason}\n    controle:"), "utf-8")
    assert [rule.severity for rule in read_words(path, SourceSuite).rules] == ["Information"]


@pytest.mark.parametrize(
    "expression",
    [r"\d+", r"[\d]", "^a$", "a$", "(a+)+", "(?=a)", "(?i)a", r"(?:a)\1", "[", "(?:a", "a" * 201],
)
def test_a_pattern_that_could_take_for_ever_is_refused(tmp_path: Path, expression: str) -> None:
    control = f"controle: {{quoi: motif, colonnes: [nombre], expression: '{expression}'}}"
    rule = RULE.replace(RULE.partition("    controle: ")[2].partition("\n")[0], control[10:])
    assert "« controle.motif.expression »" in refusal(tmp_path, rule)


@pytest.mark.parametrize("content", ["regles: [", "- 1", "", "autre: []", "regles: 3"])
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content).startswith("essai.yml ")


def test_two_rules_of_a_source_have_two_names(tmp_path: Path) -> None:
    twice = RULE + RULE.replace("\nregles:\n", "")
    assert "ont le même nom : nombres_positifs" in refusal(tmp_path, twice)


def test_a_list_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    control = "{quoi: codes, colonnes: [theme], nomenclature: themes}"
    rule = RULE.replace("{quoi: bornes, colonnes: [nombre], au_moins: 0}", control)
    assert "nomenclature inconnue : « themes »" in refusal(tmp_path, rule)


AMBIGUOUS = ["1,234", "1.234", "12.345", "123,456", "+1,234", "-1.000", "4,000"]
SURE = ["1234", "0,125", "1234,567", "12,5", "12,34", "1,2345", "12,", ",125", "1.234.567", "s.s"]


def asked(text: str) -> bool:
    """Tell whether a number is asked about for its mark."""
    (rule,) = (it for it in rules_of("opco_indicateurs") if it.name == "marque_sans_ambiguite")
    assert isinstance(rule.control, controls.Pattern)
    return not re.fullmatch(rule.control.expression, text)


def test_a_mark_that_may_group_thousands_is_asked_about_and_no_other() -> None:
    assert [text for text in AMBIGUOUS + SURE if asked(text)] == AMBIGUOUS


@given(st.text("019.,+-", max_size=9))
def test_what_is_asked_about_has_both_readings(text: str) -> None:
    assert asked(text) == bool(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", text))
    if asked(text):
        grouped, decimal = both_readings(text)
        assert float(decimal.replace(",", ".")) * 1000 == pytest.approx(
            int(re.sub("[.,]", "", text))
        )
        assert grouped


def test_a_deposit_is_asked_for_its_own_indicators() -> None:
    def listed(source_id: str, name: str) -> tuple[str, ...]:
        (rule,) = (it for it in rules_of(source_id) if it.name == name)
        assert isinstance(rule.control, controls.Codes)
        return rule.control.values

    assert listed("agora_indicateurs", "indicateurs_connus") == ("1B3_salaries_entres_formation",)
    assert listed("dreets_pcrh_2023", "themes_connus") == ("tous", "transition_ecologique")
