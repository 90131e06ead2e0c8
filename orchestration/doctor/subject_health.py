"""What is looked at, and what a look at one subject says.

Here: frozen dataclasses. Not here: looking, layout.
"""

from dataclasses import dataclass
from datetime import datetime

from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings


@dataclass(frozen=True)
class ExaminedStation:
    """A station, at a moment.

    Attributes:
        settings: Its settings.
        is_live: Whether it is that of the producers, not the demonstration.
        now: The present moment.
    """

    settings: Settings
    is_live: bool
    now: datetime

    @property
    def folders(self) -> Folders:
        """Its folders."""
        return self.settings.folders


@dataclass(frozen=True)
class SubjectHealth:
    """How one subject is.

    Attributes:
        is_well: Whether nothing is to be done.
        said: What was seen, in French.
        to_do: What to do, in French; an advice where all is well.
    """

    is_well: bool
    said: str
    to_do: str = ""


def well(sentence: str, to_do: str = "") -> SubjectHealth:
    """Return a subject that is well."""
    return SubjectHealth(is_well=True, said=sentence, to_do=to_do)


def ill(sentence: str, to_do: str) -> SubjectHealth:
    """Return a subject that somebody must look after."""
    return SubjectHealth(is_well=False, said=sentence, to_do=to_do)
