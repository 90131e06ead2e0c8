"""What stewards decided, as the report tells it.

Here: frozen dataclasses and what can be counted on them. Not here: what became of a decision
(``compose_decisions``), layout.

The texts are what somebody typed: hostile until a template has escaped them.
"""

from dataclasses import dataclass
from datetime import datetime

from expectations.decisions.decision import Choice
from expectations.decisions.standings import Standing


@dataclass(frozen=True)
class DecisionLine:
    """A decision, and what became of it.

    Attributes:
        decision_id: Its rank in the register.
        finding_id: The finding it speaks of.
        indicator: The indicator of that finding.
        title: French title of that finding, as it was signed.
        choice: What was decided, in the word that is typed.
        author: Who signed it.
        motive: Why.
        at: When (aware).
        standing: Whether it still applies.
        changes: French: the figures that are others now, when it lapsed.
        is_new: It was signed since the release before.
        is_recalled: It lapsed with this release, that it let something out of, or its cells are
            held again.
    """

    decision_id: int
    finding_id: str
    indicator: str
    title: str
    choice: str
    author: str
    motive: str
    at: datetime
    standing: str
    changes: tuple[str, ...] = ()
    is_new: bool = False
    is_recalled: bool = False

    @property
    def is_altered(self) -> bool:
        """Whether the register says something else than what was signed."""
        return self.standing == Standing.ALTERED

    @property
    def withholds(self) -> bool:
        """Whether it keeps its cells held."""
        return self.is_altered or Choice(self.choice).withholds

    @property
    def awaits_nothing(self) -> bool:
        """Whether it keeps its cells held for nobody to explain or correct them."""
        return not self.is_altered and self.choice == Choice.HOLD


@dataclass(frozen=True)
class DecisionLines:
    """Every decision that a release knows, the last one first, and what is wrong with them."""

    lines: tuple[DecisionLine, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def recalled(self) -> tuple[DecisionLine, ...]:
        """The decisions that lapsed, and somebody must know of it."""
        return tuple(line for line in self.lines if line.is_recalled)

    @property
    def new(self) -> tuple[DecisionLine, ...]:
        """The decisions signed since the release before."""
        return tuple(line for line in self.lines if line.is_new)


NOTHING_DECIDED = DecisionLines()
