"""The letters that producers were sent: a copy of each, beside the doubt that it is about.

Here: keeping and listing them. Not here: what they say (``desk.producer_letter``), when they are
forgotten (``retention``).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from expectations.decisions.follow_up import Doubt
from orchestration.settings.folders import Folders
from sources.storage.aside import write_aside

NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_.+\.eml")


@dataclass(frozen=True)
class KeptLetter:
    """A copy of a letter: the day on which the producer was asked, and its file."""

    day: date
    path: Path


def keep_letter(folders: Folders, doubts: Iterable[Doubt], message: EmailMessage, on: date) -> None:
    """Keep a copy of a letter for each doubt that it is about: one a day, the last one sent.

    Raises:
        OSError: The folder cannot be written.
    """
    folders.letters.mkdir(parents=True, exist_ok=True)
    for doubt in doubts:
        name = f"{on.isoformat()}_{_name_of(doubt)}.eml"
        write_aside(folders.letters / name, message.as_bytes(policy=SMTP))


def kept_letters(folders: Folders, doubt: Doubt) -> list[KeptLetter]:
    """Return the letters about a doubt, the last one first."""
    paths = folders.letters.glob(f"*_{_name_of(doubt)}.eml")
    found = [(NAME.fullmatch(path.name), path) for path in paths]
    letters = [KeptLetter(date.fromisoformat(name[1]), path) for name, path in found if name]
    return sorted(letters, key=lambda letter: letter.day, reverse=True)


def _name_of(doubt: Doubt) -> str:
    """Name a doubt: its indicator, so that a person finds it, and what tells it from all others."""
    indicator, period, cell = doubt
    words = "\x1f".join((indicator, period, *(cell.key if cell else ())))
    return f"{indicator}_{hashlib.sha256(words.encode()).hexdigest()[:12]}"
