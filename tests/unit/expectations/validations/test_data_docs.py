"""The pages of the Data Docs: French, closed, with the rows that fail, whatever these hold."""

import copy
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationSuiteValidationResult

from expectations.validations.batch import DETAILED, validator_of
from expectations.validations.data_docs.content import ContentTable, Line, LineStatus, Text, lines
from expectations.validations.data_docs.pages import gone, pages, pages_of
from expectations.validations.french_rendering import SHOWN_ROWS
from expectations.validations.rule_classes import (
    ExpectMissingValuesToSayWhy,
    ExpectNoReportingBreak,
    ExpectRuleToHold,
    ExpectSameReporters,
)
from expectations.validations.suite_result import SuiteResult, write_suite_result
from expectations.verdicts.rule_answers import FAILING

HOSTILE = '<script>alert("1")</script> <img src=http://out.example/x> $icon ${name} \u202e{{ 7*7 }}'
RULE_CLASSES = (ExpectNoReportingBreak, ExpectSameReporters, ExpectMissingValuesToSayWhy)
TABLE = pd.DataFrame({"time_period": ["2023", "2024"], "obs_value": [430.0, 4.0]}).assign(
    indicator="1A4_pcrh_te", ref_area="DEP-0"
)


@cache
def judged(category: str) -> ExpectationSuiteValidationResult:
    """What some rules say of one table: it is judged once for all the tests."""
    asked = [named(meta={"rule": named.rule}) for named in RULE_CLASSES]
    return answered(TABLE.assign(category=category), asked)


def answered(
    table: pd.DataFrame, asked: Sequence[gxe.Expectation]
) -> ExpectationSuiteValidationResult:
    suite = gx.ExpectationSuite("asked", expectations=list(asked))
    validator = validator_of(table)
    validator.result_format = DETAILED
    return validator.validate_expectation_suite(suite)


def suite(
    *rules: type[ExpectRuleToHold], name: str = "fiche_1a", category: str = "_T"
) -> SuiteResult:
    types = {rule.expectation_type for rule in rules}
    validation = copy.deepcopy(judged(category))
    validation.results = [
        answer
        for answer in validation.results
        if answer.expectation_config and answer.expectation_config.type in types
    ]
    return SuiteResult(name, "Fiche 1.A", "ab12" * 16, validation)


def suite_of(*asked: gxe.Expectation) -> SuiteResult:
    return SuiteResult("fiche_1a", "Fiche 1.A", "ab12" * 16, answered(TABLE, asked))


def line_of(result: SuiteResult) -> Line:
    (line,) = lines(result)
    return line


def texts(line: Line) -> list[str]:
    return [part.text.replace("\xa0", " ") for part in line.expected if isinstance(part, Text)]


def test_a_failure_lists_its_cells_one_by_one() -> None:
    line = line_of(suite(ExpectNoReportingBreak))
    assert line.status is LineStatus.FAILED
    asked, name, count = texts(line)
    assert (asked, name) == ("Le niveau n'a pas sauté (BRK).", "expect_no_reporting_break")
    assert count == "Cellules en échec (1) :"
    (table,) = (part for part in line.expected if isinstance(part, ContentTable))
    ((*key, sentence),) = table.rows
    assert key == ["1A4_pcrh_te", "DEP-0", "2024", "_T", "_T"]
    assert sentence.startswith("430 en 2023, 4 en 2024")


def test_a_success_says_how_many_cells_it_judged() -> None:
    line = line_of(suite(ExpectMissingValuesToSayWhy))
    assert line.status is LineStatus.PASSED
    assert line.observed == (Text("Cellules évaluées\xa0: 2."),)


def test_what_had_nothing_to_look_at_is_no_success_and_says_why() -> None:
    line = line_of(suite(ExpectSameReporters))
    assert line.status is LineStatus.UNKNOWN
    (observed,) = line.observed
    assert isinstance(observed, Text)
    text = observed.text.replace("\xa0", " ")
    assert text.startswith("Cellules évaluées : 0 ; non évaluées : 2, ")
    assert "première période connue (1)" in text


def test_what_could_not_be_judged_is_a_failure() -> None:
    line = line_of(suite_of(ExpectNoReportingBreak(beside="nobody")))
    assert line.status is LineStatus.FAILED


def test_failures_come_first_then_what_was_not_evaluated() -> None:
    shown = lines(suite(ExpectSameReporters, ExpectNoReportingBreak))
    assert [line.status for line in shown] == [LineStatus.FAILED, LineStatus.UNKNOWN]


def test_a_long_list_is_cut_and_counted() -> None:
    result = suite(ExpectNoReportingBreak)
    (answer,) = result.validation.results
    answer.result[FAILING] *= SHOWN_ROWS + 1
    line = line_of(result)
    (table,) = (part for part in line.expected if isinstance(part, ContentTable))
    assert len(table.rows) == SHOWN_ROWS
    assert texts(line)[-1] == "Cellules en échec (201), dont les 200 premières :"


def test_a_core_expectation_speaks_french_too() -> None:
    described = "Chaque territoire est connu (COV)."
    codes = gxe.ExpectColumnValuesToBeInSet(
        column="time_period", value_set=["2023"], description=described, meta={"rule": "COV"}
    )
    page = pages([suite_of(codes)], "Titre")["fiche_1a.html"]
    assert described in page
    assert "Valeurs en échec" in page
    assert "2024" in page
    assert not re.search(r"[Uu]nexpected|Observed|Status", page)


@pytest.mark.parametrize("rule", ["named", "core"])
def test_what_comes_from_outside_stays_text(rule: str) -> None:
    answers = suite(ExpectNoReportingBreak, category=HOSTILE)
    if rule == "core":
        described = f"Valeurs de {HOSTILE}"
        answers = suite_of(
            gxe.ExpectColumnValuesToBeInSet(
                column="ref_area", value_set=[HOSTILE], description=described
            )
        )
    made = pages([answers], "Titre")
    page = made["fiche_1a.html"]
    assert "&lt;script&gt;" in page
    assert "$icon ${name}" in page
    assert "{{ 7*7 }}" in page
    assert "\u202e" not in page
    assert "\N{REPLACEMENT CHARACTER}" in page
    for text in made.values():
        assert "<script" not in text
        assert "<img" not in text


def test_a_page_fetches_nothing() -> None:
    made = pages([suite(ExpectNoReportingBreak)], "Titre")
    for page in (*made.values(), gone(30)):
        assert "default-src 'none'" in page
        assert not re.search(r"""(?:src|href)=["']?(?:https?:|//)|@import|url\(""", page)


def test_the_index_tells_the_suites_apart() -> None:
    suites = [
        suite(ExpectNoReportingBreak, name=name) for name in ("fiche_1a", "fct_x", "source_y")
    ]
    index = pages(suites, "Les contrôles de la nuit")["index.html"]
    for file in ("fiche_1a.html", "fct_x.html", "source_y.html"):
        assert f'href="{file}"' in index
    assert index.count("Échec") == 3


def test_a_suite_about_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="« autre » n'est d'aucun groupe"):
        pages([suite(ExpectNoReportingBreak, name="autre")], "Titre")


def test_what_could_not_be_asked_is_told_with_its_reason() -> None:
    asked = SuiteResult(
        name="source_x",
        title="Source",
        data_sha256="ab12",
        validation=suite().validation,
        not_asked={"Le total est la somme.": "Colonne absente : <b>total</b>."},
    )
    assert line_of(asked).status is LineStatus.UNKNOWN
    assert "&lt;b&gt;total" in pages([asked], "Titre")["source_x.html"]


def test_the_answers_of_the_rules_have_a_page_a_fiche(tmp_path: Path) -> None:
    write_suite_result(tmp_path, suite(ExpectNoReportingBreak, name="regles"))
    fiches = {"1A4_pcrh_te": "1.A", "1B1_etablissements_apprentissage": "1.B"}
    made = pages_of(tmp_path, "Titre", fiches)
    assert set(made) == {"index.html", "fiche_1a.html", "fiche_1b.html"}
    assert "430 en 2023, 4 en 2024" in made["fiche_1a.html"].replace("\xa0", " ")
    assert "430 en 2023" not in made["fiche_1b.html"]
