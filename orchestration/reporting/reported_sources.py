"""The sources of a night, as its report tells them: how each came, and what it does not keep.

Here: frozen dataclasses and what can be counted on them. Not here: what is told of a source
(``compose_sources``), the night that they are of (``reported_night``), wording.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from expectations.verdicts.table import Severity
from orchestration.settings.settings import STALE

SourceStatus = Literal["new", "unchanged", "refused", "failed", "missing"]

TROUBLES: tuple[SourceStatus, ...] = ("refused", "failed", "missing")


@dataclass(frozen=True)
class RemarkLine:
    """One rule that the records of an extract do not keep; it holds nothing by itself.

    Attributes:
        severity: Severity of the European standard.
        name: What the rule is called, in Dagster too.
        message: French: what is asked, how many records fail, the first of them.
        question: French question to ask.
        addressee: To whom.
    """

    severity: Severity
    name: str
    message: str
    question: str
    addressee: str


@dataclass(frozen=True)
class SourceLine:
    """One source, and how tonight's fetch went.

    Attributes:
        source_id: Source id, `dreets_pcrh_2024`.
        label: French label.
        producer: Who supplies it.
        licence: Under which licence, in its contract's words.
        status: How tonight's fetch went.
        message: French sentence: what was refused or what failed, and what to do.
        extract_id: SHA-256 of the extract **in use**, None when none was ever accepted.
        obtained_at: When tonight's outcome was recorded (aware), None when nothing was tried.
        in_use_since: When the extract in use was accepted (aware), None when there is none.
        confirmed_at: When the producer last gave or confirmed it (aware), None when it never did.
        remarks: The rules that the extract in use does not keep.
        changes: What changed in it since the one before, when tonight brought it: a French sentence
            each, after what it asks of the steward, the gravest first.
    """

    source_id: str
    label: str
    producer: str
    licence: str
    status: SourceStatus
    message: str
    extract_id: str | None
    obtained_at: datetime | None
    in_use_since: datetime | None
    confirmed_at: datetime | None = None
    remarks: tuple[RemarkLine, ...] = ()
    changes: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether the producer has been silent for longer than an extract stays fresh."""
        if self.confirmed_at is None or self.obtained_at is None:
            return False
        return self.obtained_at - self.confirmed_at >= STALE

    @property
    def is_in_trouble(self) -> bool:
        """Whether somebody must look at this source."""
        return self.status in TROUBLES
