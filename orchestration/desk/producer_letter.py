"""The letter that asks a producer what happened: ready to send, from the steward's own mail.

Here: its words and its address. Not here: sending it, which is the steward's to do: no letter
leaves in the name of a person who has not read it.
"""

from dataclasses import dataclass
from urllib.parse import quote

from expectations import french
from expectations.french import typeset
from expectations.untrusted import cleaned
from orchestration.reporting.reported_night import CellLine, FindingLine
from orchestration.reporting.vocabulary import absence

MOST_CELLS = 12
"""Rows of the table: more make an address that mail programs cut."""


@dataclass(frozen=True)
class ProducerLetter:
    """A letter.

    Attributes:
        addressee: Whom it is for, in French.
        subject: Its subject.
        lines: The lines of its text.
    """

    addressee: str
    subject: str
    lines: tuple[str, ...]

    @property
    def address(self) -> str:
        """The address that opens it in the steward's mail; he gives the addressee's own."""
        body = quote("\r\n".join(self.lines))
        return f"mailto:?subject={quote(self.subject)}&body={body}"


def producer_letter(finding: FindingLine) -> ProducerLetter:
    """Return the letter that asks about a finding."""
    label, title = cleaned(finding.indicator_label), cleaned(finding.title)
    lines = [
        "Bonjour,",
        "",
        f"L'indicateur {french.quoted(label)} est en attente de publication. Voici ce que nous "
        "lisons dans votre dernier envoi :",
        "",
        *(f"  {row}" for row in _rows(finding)),
        "",
        cleaned(finding.question),
        "",
        "D'ici votre réponse, la dernière valeur publiée reste en place.",
        "",
        "Cordialement,",
        "",
        f"(constat {finding.finding_id})",
    ]
    return ProducerLetter(
        addressee=cleaned(finding.addressee),
        subject=typeset(f"{title} : une question avant de publier"),
        lines=tuple(map(typeset, lines)),
    )


def _rows(finding: FindingLine) -> list[str]:
    rows = [_row(cell, finding) for cell in finding.cells[:MOST_CELLS]]
    rest = len(finding.cells) - MOST_CELLS
    return (
        [*rows, f"et {french.count(rest, 'autre valeur', 'autres valeurs')}"] if rest > 0 else rows
    )


def _row(cell: CellLine, finding: FindingLine) -> str:
    values = [_value(cell.after, cell.unit_after, cell.status_after)]
    if finding.is_compared:
        values.insert(0, _value(cell.before, cell.unit_before, cell.status_before))
    said = " ; ".join(
        f"{heading} : {value}" for heading, value in zip(finding.headings, values, strict=False)
    )
    return f"{cleaned(cell.label)} — {said}"


def _value(value: float | None, unit: str, status: str) -> str:
    return absence(status) if value is None else french.quantity(value, unit)
