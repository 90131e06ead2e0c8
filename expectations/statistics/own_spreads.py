"""How much each member of a panel moves by itself, beside what is ordinary there; it learns.

Here: what past movements say of the spread of a member, and what remains unknown of it. Not here:
what is ordinary in a panel (``panels``), what members are: series (``panel_past``), areas
(``area_moves``).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from expectations.statistics.dispersion import LOG_MEDIAN_VARIANCE, modal_variance
from expectations.statistics.grouped import Floats, Integers

ODD = 3.0
WORTH_OF_SQUARE = 1.9
"""A bounded square tells a variance as well as so many squares behind a median."""
MEMBERS_UNLIKE = 0.6
"""Variance of the logarithm of the variances of the members of one panel: a Student law of three to
four degrees of freedom, as the job seekers of 162 EPCI move."""


@dataclass(frozen=True)
class OwnSpreads:
    """What is known of each member.

    Attributes:
        ratio: Sum of the squares of its innovations over what was ordinary in its panel.
        count: How many of them.
        worth: What they are worth, those that counting noise hides being worth less.
    """

    ratio: Floats
    count: Floats
    worth: Floats

    @classmethod
    def unknown(cls, size: int) -> Self:
        """Return what is known of so many members before any of them moved."""
        return cls(np.zeros(size), np.zeros(size), np.zeros(size))

    def variances(self, members: Integers, of_panel: Floats, noise: Floats) -> Floats:
        """Return the variance of an ordinary movement of each member, shrunk to its panel's."""
        count = self.count[members]
        ratio = self.ratio[members] / np.maximum(count, 1.0)
        return modal_variance(ratio * (of_panel + noise), noise, WORTH_OF_SQUARE * count, of_panel)

    def doubts(self, members: Integers, of_panel: Floats | float) -> Floats:
        """Return the variance of the logarithm of what ``variances`` gives.

        Args:
            members: The members.
            of_panel: The same, of its panel's.
        """
        pull = WORTH_OF_SQUARE * self.worth[members] / LOG_MEDIAN_VARIANCE
        doubts: Floats = 1 / (1 / (MEMBERS_UNLIKE + of_panel) + pull)
        return doubts

    def learn(
        self, members: Integers, innovations: Floats, own: Floats, of_panel: Floats, noise: Floats
    ) -> None:
        """Learn from how far from the expected each member moved; ``ODD`` deviations at most.

        Args:
            members: The members.
            innovations: How far each moved.
            own: Variance of an ordinary movement of each.
            of_panel: That of its panel.
            noise: That of the noise of its movement.
        """
        squares = np.minimum(innovations**2, ODD**2 * (own + noise))
        self.ratio[members] += squares / (of_panel + noise)
        self.count[members] += 1
        self.worth[members] += (own / (own + noise)) ** 2
