"""The copies of the letters that producers were sent."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

from expectations.decisions.follow_up import Doubt
from expectations.verdicts.table import Cell
from orchestration.settings.folders import Folders
from orchestration.station.kept_letters import keep_letter, kept_letters

FIRST: Doubt = (
    "1A4_pcrh_te", "2024", Cell("1A4_pcrh_te", "REG-52", "2024", "total", "TOTAL")
)  # fmt: skip
OTHER: Doubt = ("1A4_pcrh_te", "2024", None)


def letter(text: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(text)
    return message


def test_each_doubt_has_its_letters_the_last_one_first_one_a_day(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    assert kept_letters(folders, FIRST) == []
    keep_letter(folders, [FIRST, OTHER], letter("une"), date(2026, 11, 20))
    for text in ("deux", "trois"):
        keep_letter(folders, [FIRST], letter(text), date(2026, 12, 12))
    found = kept_letters(folders, FIRST)
    assert [kept.day for kept in found] == [date(2026, 12, 12), date(2026, 11, 20)]
    assert "trois" in found[0].path.read_text()
    assert [kept.day for kept in kept_letters(folders, OTHER)] == [date(2026, 11, 20)]
