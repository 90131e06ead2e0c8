"""How much some groups ordinarily move as a whole, and how odd one more movement is.

Here: one variance a group, what one more period adds to it, and Student's law by what was read. Not
here: which movement a group makes (``neighbours``), what single series do (``own_spreads``).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.own_spreads import ODD

IMAGINARY_MOVES = 2.0
"""How many past movements the prior is worth."""


@dataclass(frozen=True)
class CommonMovements:
    """What is known of each group before its next movement; it learns.

    Attributes:
        variance: Variance of an ordinary movement.
        number: How many movements that variance was read from, the prior's included.
    """

    variance: Floats
    number: Floats

    @classmethod
    def beginning(cls, size: int, spread: float) -> "CommonMovements":
        """Return what is known of so many groups before anything was looked at.

        Args:
            size: How many groups.
            spread: Standard deviation of an ordinary movement.
        """
        return cls(np.full(size, spread**2), np.full(size, IMAGINARY_MOVES))

    def learn(self, groups: Integers, movements: Floats) -> None:
        """Learn how much some groups move; what was odd counts as three deviations."""
        squares = np.minimum(movements**2, ODD**2 * self.variance[groups])
        self.number[groups] += 1
        self.variance[groups] += (squares - self.variance[groups]) / self.number[groups]

    def p_values(self, groups: Integers, movements: Floats, errors: Floats) -> Floats:
        """Return how likely movements as large are, by what each group did before.

        Args:
            groups: The groups.
            movements: Their movements.
            errors: Variance of the error of each.
        """
        spread = np.sqrt(self.variance[groups] + errors)
        p_values: Floats = 2 * special.stdtr(self.number[groups], -np.abs(movements) / spread)
        return p_values
