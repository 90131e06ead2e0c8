"""The pages of the Data Docs: French, closed, with the rows that fail, whatever these hold."""

import re

import pandas as pd
import pytest
from great_expectations import expectations as gxe

from expectations.cells.observations import KEY
from expectations.validations.batch import validate
from expectations.validations.data_docs.content import ContentTable, Line, LineStatus, Text, lines
from expectations.validations.data_docs.pages import gone, pages
from expectations.validations.rule_classes import (
    SHOWN_ROWS,
    ExpectNoReportingBreak,
    ExpectSameReporters,
)
from expectations.validations.suite_result import SuiteResult

HOSTILE = '<script>alert("1")</script> <img src=http://out.example/x> $icon ${name} \u202e{{ 7*7 }}'
JUDGED = {"rule": "BRK", "evaluated": 3, "not_evaluated": 0, "reasons": {}}
REASONS = {"première période connue": 2, "valeur absente": 1}
UNJUDGED = {"rule": "RPC", "evaluated": 0, "not_evaluated": 3, "reasons": REASONS}


def suite(
    *expectations: gxe.Expectation, sentences: list[str | None], name: str = "fiche_1a"
) -> SuiteResult:
    rows = [["1A4_pcrh_te", f"DEP-{rank}", "2024", "_T", "_T"] for rank in range(len(sentences))]
    table = pd.DataFrame(rows, columns=KEY).assign(BRK=sentences, RPC=None)
    return SuiteResult(name, "Fiche 1.A", "ab12" * 16, validate(table, expectations, KEY))


def line_of(result: SuiteResult) -> Line:
    (line,) = lines(result)
    return line


def texts(line: Line) -> list[str]:
    return [part.text.replace("\xa0", " ") for part in line.expected if isinstance(part, Text)]


def test_a_failure_lists_its_cells_one_by_one() -> None:
    line = line_of(
        suite(ExpectNoReportingBreak(meta=JUDGED), sentences=["43 en 2023, 4 en 2024.", None])
    )
    assert line.status is LineStatus.FAILED
    asked, name, count = texts(line)
    assert (asked, name) == ("Le niveau n'a pas sauté (BRK).", "expect_no_reporting_break")
    assert count == "Cellules en échec (1) :"
    (table,) = (part for part in line.expected if isinstance(part, ContentTable))
    assert table.rows == (("1A4_pcrh_te", "DEP-0", "2024", "_T", "_T", "43 en 2023, 4 en 2024."),)


def test_a_success_says_how_many_cells_it_judged() -> None:
    line = line_of(suite(ExpectNoReportingBreak(meta=JUDGED), sentences=[None, None]))
    assert line.status is LineStatus.PASSED
    assert line.observed == (Text("Cellules évaluées\xa0: 3."),)


def test_what_had_nothing_to_look_at_is_no_success_and_says_why() -> None:
    line = line_of(suite(ExpectSameReporters(meta=UNJUDGED), sentences=[None]))
    assert line.status is LineStatus.UNKNOWN
    (observed,) = line.observed
    assert isinstance(observed, Text)
    text = observed.text.replace("\xa0", " ")
    assert text.endswith("non évaluées : 3, première période connue (2), valeur absente (1).")


def test_failures_come_first_then_what_was_not_evaluated() -> None:
    expectations = ExpectSameReporters(meta=UNJUDGED), ExpectNoReportingBreak(meta=JUDGED)
    shown = lines(suite(*expectations, sentences=["43 en 2023, 4 en 2024."]))
    assert [line.status for line in shown] == [LineStatus.FAILED, LineStatus.UNKNOWN]


def test_a_long_list_is_cut_and_counted() -> None:
    line = line_of(
        suite(ExpectNoReportingBreak(meta=JUDGED), sentences=["saut"] * (SHOWN_ROWS + 1))
    )
    (table,) = (part for part in line.expected if isinstance(part, ContentTable))
    assert len(table.rows) == SHOWN_ROWS
    assert texts(line)[-1] == "Cellules en échec (201), dont les 200 premières :"


def test_a_core_expectation_speaks_french_too() -> None:
    described = "Chaque territoire est connu (COV)."
    codes = gxe.ExpectColumnValuesToBeInSet(
        column="ref_area", value_set=["DEP-0"], description=described, meta={"rule": "COV"}
    )
    page = pages([suite(codes, sentences=[None, None])], "Titre")["fiche_1a.html"]
    assert described in page
    assert "Valeurs en échec" in page
    assert "DEP-1" in page
    assert not re.search(r"[Uu]nexpected|Observed|Status", page)


@pytest.mark.parametrize("rule", ["named", "core"])
def test_what_comes_from_outside_stays_text(rule: str) -> None:
    expectation: gxe.Expectation = ExpectNoReportingBreak(meta=JUDGED)
    if rule == "core":
        expectation = gxe.ExpectColumnValuesToBeInSet(
            column="BRK", value_set=["rien"], description=f"Valeurs de {HOSTILE}", meta=JUDGED
        )
    made = pages([suite(expectation, sentences=[HOSTILE])], "Titre")
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
    made = pages([suite(ExpectNoReportingBreak(meta=JUDGED), sentences=[None])], "Titre")
    for page in (*made.values(), gone(30)):
        assert "default-src 'none'" in page
        assert not re.search(r"""(?:src|href)=["']?(?:https?:|//)|@import|url\(""", page)


def test_the_index_tells_the_suites_apart() -> None:
    named = ExpectNoReportingBreak(meta=JUDGED)
    suites = [
        suite(named, sentences=["saut"], name=name) for name in ("fiche_1a", "fct_x", "source_y")
    ]
    index = pages(suites, "Les contrôles de la nuit")["index.html"]
    for file in ("fiche_1a.html", "fct_x.html", "source_y.html"):
        assert f'href="{file}"' in index
    assert index.count("Échec") == 3


def test_a_suite_about_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="« autre » n'est d'aucun groupe"):
        pages([suite(ExpectNoReportingBreak(meta=JUDGED), sentences=[None], name="autre")], "Titre")


def test_what_could_not_be_asked_is_told_with_its_reason() -> None:
    asked = SuiteResult(
        name="source_x",
        title="Source",
        data_sha256="ab12",
        validation=suite(sentences=[None]).validation,
        not_asked={"Le total est la somme.": "Colonne absente : <b>total</b>."},
    )
    assert line_of(asked).status is LineStatus.UNKNOWN
    assert "&lt;b&gt;total" in pages([asked], "Titre")["source_x.html"]
