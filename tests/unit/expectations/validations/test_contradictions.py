"""The printed report asserted by Great Expectations, for real."""

from expectations.printed.examine import examine
from expectations.validations.contradictions import assert_agreement, failing
from expectations.validations.data_docs.content import ContentTable, Text, lines
from tests.unit.expectations.printed.reports import figure, report


def test_what_fails_is_named_and_a_kind_that_compared_nothing_has_no_result() -> None:
    printed = (
        figure("fiche", "2023", "3"),
        figure("annexe", "2023", "43"),
        figure("limites", "2023", "43"),
    )
    examination = examine(report(*printed))
    suite = assert_agreement(examination.comparisons)
    found = failing(suite, examination.comparisons)
    compared = {comparison.rule for comparison in examination.comparisons}
    silent = {rule: [] for rule in compared}
    assert found == {**silent, "VMP": list(examination.contradictions)}
    assert len(found["VMP"]) == 1
    assert suite.name == "fct_printed_figure"


def test_the_digest_of_the_suite_is_that_of_what_was_compared() -> None:
    first, second = (
        assert_agreement(
            examine(
                report(figure("fiche", "2023", "3"), figure("annexe", "2023", text))
            ).comparisons
        )
        for text in ("3", "4")
    )
    assert first.data_sha256 != second.data_sha256


def test_a_page_counts_the_comparisons_and_lists_those_that_fail() -> None:
    printed = figure("fiche", "2023", "3"), figure("annexe", "2023", "43")
    line, *_ = lines(assert_agreement(examine(report(*printed)).comparisons))
    assert line.observed == (Text("Rapprochements\xa0: 1."),)
    assert Text("Contradictions (1) :") in [
        Text(part.text.replace("\xa0", " ")) for part in line.expected if isinstance(part, Text)
    ]
    (table,) = (part for part in line.expected if isinstance(part, ContentTable))
    assert (table.header[0], table.header[-1]) == ("Référence", "Constat")
    assert len(table.rows) == 1
