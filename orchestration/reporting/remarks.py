"""What the rules have to say of an extract that is in use, as the report tells it.

Here: one frozen dataclass. Not here: the rules and their wording (``expectations.extracts``),
reading what was kept of them (``compose_sources``), layout.
"""

from dataclasses import dataclass

from expectations.verdicts.table import Severity


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
