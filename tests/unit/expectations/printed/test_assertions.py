"""The printed report asserted by Great Expectations, for real."""

from expectations.printed.assertions import assert_agreement
from expectations.printed.examine import examine
from tests.unit.expectations.printed.reports import figure, report


def test_what_fails_is_named_and_a_kind_that_compared_nothing_has_no_result() -> None:
    printed = [figure(place, "2023", text) for place, text in
               (("fiche", "3"), ("annexe", "43"), ("limites", "43"))]  # fmt: skip
    examination = examine(report(*printed))
    results = assert_agreement(examination.comparisons)
    assert results == {"VMP": list(examination.contradictions), "DFC": [], "LAG": []}
    assert len(results["VMP"]) == 1
    assert assert_agreement(()) == {}
