"""A period is late when it is due, without any value, after the last one that has some."""

import pandas as pd
import pytest

from expectations.cells.timeliness import late_periods


@pytest.mark.parametrize(
    ("statuses", "late"),
    [
        ({"2022": "A", "2023": "A", "2024": "Y"}, ()),
        ({"2022": "A", "2023": "L", "2024": "Y"}, ("2023",)),
        ({"2022": "A", "2023": "L", "2024": "O"}, ("2023", "2024")),
        ({"2022": "L", "2023": "A"}, ()),
        ({"2022": "L", "2023": "L"}, ("2022", "2023")),
        ({"2022": "A", "2023": "M", "2024": "Q"}, ()),
    ],
)
def test_what_is_due_and_has_not_come_is_late(
    statuses: dict[str, str], late: tuple[str, ...]
) -> None:
    rows = [("i", period, status) for period, status in statuses.items()]
    table = pd.DataFrame(rows, columns=["indicator", "time_period", "obs_status"])
    assert late_periods(table) == {"i": late}


def test_a_period_of_which_one_cell_came_is_not_late() -> None:
    rows = [("i", "2023", "A"), ("i", "2024", "L"), ("i", "2024", "A"), ("j", "2024", "L")]
    table = pd.DataFrame(rows, columns=["indicator", "time_period", "obs_status"])
    assert late_periods(table) == {"i": (), "j": ("2024",)}
