"""Each kind of period has codes of its own."""

import pytest

from expectations.cells.periods import PeriodKind, is_of_kind, months_of, season_of


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("2024", "year"),
        ("2024", "campaign"),
        ("2021", "census"),
        ("2023-2024", "school_year"),
        ("2025-04", "reading"),
        ("2025-Q1", "quarter"),
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
        ("2025-Q5", "quarter"),
        ("2025-1", "quarter"),
    ],
)
def test_a_period_of_another_kind_is_not(code: str, kind: PeriodKind) -> None:
    assert not is_of_kind(code, kind)


@pytest.mark.parametrize(
    ("kind", "codes", "season"),
    [
        ("quarter", ["2024-Q3", "2024-Q4", "2025-Q1"], 4),
        ("quarter", ["2024-Q3", "2025-Q1"], 1),
        ("reading", ["2024-12", "2025-01"], 12),
        ("reading", ["2024-10", "2025-01"], 1),
        ("year", ["2023", "2024"], 1),
    ],
)
def test_only_what_follows_without_a_hole_has_a_season(
    kind: PeriodKind, codes: list[str], season: int
) -> None:
    assert season_of(kind, codes) == season


def test_a_quarter_has_three_months() -> None:
    assert months_of("2025-Q2") == (12 * 2025 + 3, 12 * 2025 + 5)
