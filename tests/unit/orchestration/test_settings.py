"""The month in which a period is due or not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.fingerprint import fingerprint
from orchestration.settings import Settings


def test_the_month_is_the_one_asked_or_the_current_one(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, as_of="2025-05").month == "2025-05"
    before = datetime.now(UTC).strftime("%Y-%m")
    assert before <= Settings(home=tmp_path, as_of="").month <= datetime.now(UTC).strftime("%Y-%m")


@pytest.mark.parametrize("wrong", ["2025", "2025-13", "mai 2025", "2025-05-01"])
def test_another_thing_than_a_month_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValidationError, match="as_of"):
        Settings(home=tmp_path, as_of=wrong)


def test_a_night_depends_on_the_month(tmp_path: Path) -> None:
    may, june, again = (
        fingerprint(Settings(home=tmp_path, as_of=month))
        for month in ("2025-05", "2025-06", "2025-05")
    )
    assert may == again != june
