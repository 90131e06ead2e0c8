"""Each kind of period has codes of its own."""

import pytest

from expectations.periods import PeriodKind, is_of_kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("2024", "year"),
        ("2024", "campaign"),
        ("2021", "census"),
        ("2023-2024", "school_year"),
        ("2025-04", "reading"),
    ],
)
def test_a_period_is_of_its_kind(code: str, kind: PeriodKind) -> None:
    assert is_of_kind(code, kind)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("2023-2024", "year"),
        ("2025-04", "year"),
        ("2024", "school_year"),
        ("2022-2024", "school_year"),
        ("2023/2024", "school_year"),
        ("2025", "reading"),
        ("2025-13", "reading"),
        ("", "census"),
    ],
)
def test_a_period_of_another_kind_is_not(code: str, kind: PeriodKind) -> None:
    assert not is_of_kind(code, kind)
