"""The letter that asks a producer what happened: ready to send, from the steward's own mail.

Here: its words, the address that opens it, the file that does. Not here: sending it, which is the
steward's to do: no letter leaves in the name of a person who has not read it; keeping a copy of
what was asked (``station.kept_letters``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from urllib.parse import quote

from expectations import french
from expectations.french import day_long, typeset
from expectations.untrusted import cleaned
from orchestration.reporting.mail_headers import write_subject
from orchestration.reporting.reported_findings import CellLine, FindingLine
from orchestration.reporting.vocabulary import absence

MOST_ROWS = 500
LONGEST_ADDRESS = 2_000
"""Characters of a ``mailto:``: Windows and Outlook cut, or refuse, what is longer."""
SHORT = 200
"""Characters of a text, where the address would be too long with all of it."""
REST = "(le tableau entier est dans le fichier joint à ce constat)"
PLAIN_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


@dataclass(frozen=True)
class ProducerLetter:
    """A letter.

    Attributes:
        addressee: Whom it is for, in French.
        to: The address of whom it is for; empty when the station does not know it.
        subject: Its subject.
        opening: Its lines before the table.
        rows: The table of numbers, a line a row.
        question: What is asked.
        closing: Its lines after what is asked.
        due: The day by which an answer is expected.
    """

    addressee: str
    to: str
    subject: str
    opening: tuple[str, ...]
    rows: tuple[str, ...]
    question: str
    closing: tuple[str, ...]
    due: date

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of its text."""
        return (*self.opening, *self.rows, "", self.question, *self.closing)

    @cached_property
    def address(self) -> str:
        """The address that opens it in the steward's mail: as much as such an address takes."""
        return next(each for each in self._addresses() if len(each) <= LONGEST_ADDRESS)

    @property
    def is_cut(self) -> bool:
        """Whether that address has not all of its table."""
        return self.address != next(self._addresses())

    def _addresses(self) -> Iterator[str]:
        """Yield addresses that open it, the one that says all first, the shortest last."""
        yield self._address(self.lines)
        ending = ("", self.question, *self.closing)
        for n_rows in range(min(len(self.rows), LONGEST_ADDRESS // 10) - 1, -1, -1):
            yield self._address((*self.opening, *self.rows[:n_rows], REST, *ending))
        yield self._address((cleaned(self.question, SHORT), *self.closing))
        yield self._address(())
        yield "mailto:"

    def _address(self, lines: tuple[str, ...]) -> str:
        subject = cleaned(self.subject, SHORT).translate(PLAIN_SPACES)
        body = "\r\n".join(lines).translate(PLAIN_SPACES)
        return f"mailto:{quote(self.to, safe='@,')}?subject={quote(subject)}&body={quote(body)}"

    def as_message(self) -> EmailMessage:
        """Return it as a draft, which a mail program opens ready to be sent."""
        message = EmailMessage(policy=SMTP)
        write_subject(message, self.subject)
        if self.to:
            message["To"] = self.to
        message["Content-Language"] = "fr"
        # Outlook and others open what says so as a message to write.
        message["X-Unsent"] = "1"
        message.set_content("\n".join(self.lines))
        return message


WAITS = (
    "est en attente de publication",
    "Jusque-là, la dernière valeur publiée, s'il y en a une, reste en place.",
    " avant de publier",
)
GOES_OUT = ("est publié", "Rien n'en est retenu.", "")
HELD_BY_ANOTHER = ("est retenu en partie, pour une autre raison", "", "")
"""What a letter says of its indicator, until when, and in its subject: held, or only to know."""


def _words_of(finding: FindingLine) -> tuple[str, str, str]:
    if finding.is_held:
        return WAITS
    return HELD_BY_ANOTHER if finding.is_held_by_another else GOES_OUT


def producer_letter(
    finding: FindingLine, due: date, to: str = "", asked: date | None = None
) -> ProducerLetter:
    """Return the letter that asks about a finding.

    Args:
        finding: The finding.
        due: The day by which an answer is expected.
        to: The address of the producer, when it is known.
        asked: When he was asked before without an answer, if he was.
    """
    label, title = cleaned(finding.indicator_label), cleaned(finding.title)
    reminder = f"Nous vous avons écrit le {day_long(asked)}, sans réponse. " if asked else ""
    becomes, until, before = _words_of(finding)
    opening = (
        "Bonjour,",
        "",
        f"{reminder}L'indicateur {french.quoted(label)} {becomes}. Voici ce que nous lisons dans "
        "votre dernier envoi :",
        "",
    )
    closing = (
        "",
        f"Pouvez-vous nous répondre d'ici le {day_long(due)} ? {until}".rstrip(),
        "",
        "Cordialement,",
        "",
        f"(constat {finding.finding_id})",
    )
    return ProducerLetter(
        addressee=cleaned(finding.addressee),
        to=to,
        subject=typeset(f"{title} : une question{before}"),
        opening=tuple(map(typeset, opening)),
        rows=tuple(typeset(f"  {row}") for row in _rows(finding)),
        question=typeset(cleaned(finding.question)),
        closing=tuple(map(typeset, closing)),
        due=due,
    )


def _rows(finding: FindingLine) -> list[str]:
    rows = [_row(cell, finding) for cell in finding.cells[:MOST_ROWS]]
    rest = len(finding.cells) - MOST_ROWS
    return (
        [*rows, f"et {french.count(rest, 'autre valeur', 'autres valeurs')}"] if rest > 0 else rows
    )


def _row(cell: CellLine, finding: FindingLine) -> str:
    values = [_value(cell.after, cell.unit_after, cell.status_after)]
    if finding.is_compared:
        values.insert(0, _value(cell.before, cell.unit_before, cell.status_before))
    numbers = " ; ".join(
        f"{heading} : {value}" for heading, value in zip(finding.headings, values, strict=False)
    )
    return f"{cleaned(cell.label)} — {numbers}"


def _value(value: float | None, unit: str, status: str) -> str:
    return absence(status) if value is None else french.quantity(value, unit)
