"""What can be counted on a night, and what a night refuses to be."""

from dataclasses import replace
from datetime import datetime

import pytest

from orchestration.reporting.reported_findings import CellLine
from tests.unit.orchestration.reporting.nights import (
    founding_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)


def test_counts_of_the_founding_night() -> None:
    night = founding_night()
    assert [line.indicator for line in night.held] == ["1A4_pcrh_te"]
    assert (len(night.published), len(night.fresh), len(night.unchanged)) == (6, 6, 0)
    assert night.sources_in_trouble == ()


def test_sources_in_trouble_are_the_three_kinds() -> None:
    troubled = troubled_night().sources_in_trouble
    assert [source.status for source in troubled] == ["refused", "failed", "missing"]


def test_what_was_refused_is_told_before_what_was_never_sent() -> None:
    night = troubled_night()
    upside_down = replace(night, sources=tuple(reversed(night.sources)))
    told = [line.status for line in upside_down.sources_in_trouble]
    assert told == ["refused", "failed", "missing"]


def test_errors_come_before_warnings_and_information_apart() -> None:
    warning = pcrh_finding()
    error = replace(warning, finding_id="0" * 12, severity="Error")
    known = replace(warning, finding_id="1" * 12, severity="Information")
    night = replace(quiet_night(), findings=(warning, known, error))
    assert night.to_handle == (error, warning)
    assert night.to_know == (known,)


def test_a_value_is_never_nan() -> None:
    with pytest.raises(ValueError, match=r"cell 'Sarthe': nan is not a value"):
        CellLine("Sarthe", 1, float("nan"))


@pytest.mark.parametrize("finding_id", ["", "../../etc", "3F9C1A7BE204", '"><script>'])
def test_a_finding_id_is_twelve_hexadecimal_digits(finding_id: str) -> None:
    with pytest.raises(ValueError, match="12 hexadecimal digits"):
        replace(pcrh_finding(), finding_id=finding_id)


def test_a_night_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        replace(founding_night(), at=datetime(2026, 11, 22))  # noqa: DTZ001  the point of the test
