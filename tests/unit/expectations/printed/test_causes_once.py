"""What follows from a fact is told in its line; what does not keeps its own."""

from expectations.printed.causes_once import each_cause_once
from expectations.printed.comparisons import PrintedComparison, Statement
from tests.unit.expectations.printed.reports import report


def one(rule: str, *lines: int, subject: str = "", holds: bool = False) -> PrintedComparison:
    first, second = (Statement(f"{rule}{lines}", None, ("ici",)) for _ in range(2))
    return PrintedComparison(
        rule, "a", subject, "2023", first, second, holds=holds, explanation=f"{rule}.", lines=lines
    )


def rules(*found: PrintedComparison) -> list[tuple[str, str]]:
    return [(one.rule, one.explanation) for one in each_cause_once(report(), list(found))]


def test_a_sum_and_a_sentence_are_told_with_the_two_values_that_they_follow_from() -> None:
    found = (one("VMP", 1, 2), one("VAD", 2, 3), one("VCO", 2, 4))
    assert rules(*found) == [("VMP", "VMP. VAD. VCO : ici.")]
    assert rules(*reversed(found)) == [("VMP", "VMP. VCO : ici. VAD.")]


def test_a_sentence_is_told_with_the_total_that_its_part_does_not_make() -> None:
    assert rules(one("VAD", 2, 3), one("VCO", 3, 4, subject="Sarthe")) == [
        ("VAD", "VAD. VCO : ici.")
    ]


def test_what_is_of_other_figures_or_of_another_cell_is_a_fact_by_itself() -> None:
    apart = (one("VMP", 1, 2), one("VAD", 3, 4), one("VCO", 5))
    assert rules(*apart) == [("VMP", "VMP."), ("VAD", "VAD."), ("VCO", "VCO.")]
    other_cell = (one("VMP", 1, 2, subject="Nantes"), one("VCO", 1, subject="Zones"))
    assert len(rules(*other_cell)) == 2


def test_what_was_read_in_sentences_has_no_line_in_common_and_what_holds_stays() -> None:
    assert len(rules(one("VMP", 0), one("VCO", 0))) == 2
    assert len(rules(one("VMP", 1, 2), one("VCO", 1, holds=True))) == 2
