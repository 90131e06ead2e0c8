"""What a person reads is the time of Paris, wherever the machine is and whatever it keeps."""

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest

from orchestration.settings.settings import Settings
from tests.conftest import PROJECT

FOR_A_PERSON = re.compile(r":[^\"'{}]*%H[ :h]| \(UTC\)|%d/%m/%Y")
"""A moment as it is written to be read; what a machine reads is ISO 8601."""
AFTER_MIDNIGHT = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)


def test_each_moment_that_is_written_to_be_read_is_brought_to_paris() -> None:
    folders = (PROJECT / "orchestration", PROJECT / "expectations", PROJECT / "sources")
    wrong = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if FOR_A_PERSON.search(line) and "astimezone(PARIS)" not in line
    ]
    assert wrong == []


def test_the_month_in_which_periods_are_due_is_that_of_paris(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class JustAfterMidnight(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(AFTER_MIDNIGHT.timestamp(), tz)

    monkeypatch.setattr("orchestration.settings.settings.datetime", JustAfterMidnight)
    assert Settings(home=tmp_path).month == "2026-08"
