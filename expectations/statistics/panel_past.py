"""What a panel keeps of the periods gone by: levels, habits, how much ordinarily moves.

Here: one state a series and a table, and what one more period adds to it (local levels, bounded
squares; see ``innovations``). Not here: what the others of a period say (``neighbours``), what is
expected of the next number (``innovations``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.dispersion import LOG_MEDIAN_VARIANCE, modal_variance
from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads

ODD = 3.0
NOT_BEGUN = -2
IMAGINARY_MOVES = 2.0
"""How many past movements the prior is worth."""
MEMORY = 0.9
"""What a past movement keeps of its weight in the habit of its member, one period later."""
WORTH_OF_SQUARE = 1.9
"""A bounded square tells a variance as well as so many squares behind a median."""
MEMBERS_UNLIKE = 0.6
"""Variance of the logarithm of the variances of the members of one panel: a Student law of three to
four degrees of freedom, as the job seekers of 162 EPCI move."""
LEAST_NOISE = 1e-12


@dataclass(frozen=True)
class Step:
    """What one period was expected to bring to some series, and what it brought.

    Attributes:
        level: Level that each number is compared with.
        noise_of_level: Variance of that level.
        growth: Movement expected from there.
        own: Variance of an ordinary movement.
        noise: Variance of the noise of the movement.
        after: Level that was reached.
    """

    level: Floats
    noise_of_level: Floats
    growth: Floats
    own: Floats
    noise: Floats
    after: Floats

    @property
    def innovation(self) -> Floats:
        """How far from the expected."""
        return self.after - self.level - self.growth

    @property
    def bound(self) -> Floats:
        """How far an ordinary number goes."""
        bound: Floats = ODD * np.sqrt(self.own + self.noise)
        return bound

    @property
    def is_odd(self) -> NDArray[np.bool_]:
        """Whether it went farther."""
        is_odd: NDArray[np.bool_] = np.abs(self.innovation) > self.bound
        return is_odd


@dataclass(frozen=True)
class PanelPast:
    """What is known of each series, and of each table, before the next period; it learns.

    Attributes:
        rank: Rank of the period that each series was last followed to.
        level: Level of the series there.
        noise: Variance of that level.
        former_level: Level that it had before an odd number; NaN where the last one was not odd.
        former_noise: Variance of that one.
        ratio: Sum of the squares of its innovations over what was ordinary in its panel.
        count: How many of them.
        worth: What they are worth, those that counting noise hides being worth less.
        habit: Sum of its innovations, the oldest forgotten.
        weight: How many of them that sum is worth.
        of_table: Variance of an ordinary movement in each table.
        of_areas: Variance of what an area does in common in each table.
        of_common: Variance of the common movement of each table.
        movements: How many common movements that variance was read from, the prior's included.
    """

    rank: Integers
    level: Floats
    noise: Floats
    former_level: Floats
    former_noise: Floats
    ratio: Floats
    count: Floats
    worth: Floats
    habit: Floats
    weight: Floats
    of_table: Floats
    of_areas: Floats
    of_common: Floats
    movements: Floats

    @classmethod
    def beginning(cls, places: Places, prior: PriorSpreads) -> "PanelPast":
        """Return what is known before anything was looked at."""
        series, tables = (
            int(codes.max(initial=-1)) + 1 for codes in (places.series, places.tables)
        )
        levels = ("level", "noise", "former_level", "former_noise")
        return cls(
            rank=np.full(series, NOT_BEGUN),
            **{name: np.full(series, np.nan) for name in levels},
            **{name: np.zeros(series) for name in ("ratio", "count", "worth", "habit", "weight")},
            of_table=np.full(tables, float(prior.own) ** 2),
            of_areas=np.full(tables, prior.of_areas**2),
            of_common=np.full(tables, prior.common**2),
            movements=np.full(tables, IMAGINARY_MOVES),
        )

    def begin(self, series: Integers, levels: Floats, noises: Floats) -> None:
        """Begin the levels of some series again; how much they move stays known."""
        self.level[series], self.noise[series] = levels, noises
        self.former_level[series] = self.former_noise[series] = np.nan

    def habits(self, series: Integers) -> Floats:
        """Return by how much each series usually moves more than those beside it."""
        habits: Floats = self.habit[series] / (self.weight[series] + IMAGINARY_MOVES)
        return habits

    def own_variances(self, series: Integers, of_panel: Floats, noise: Floats) -> Floats:
        """Return the variance of an ordinary movement of each series, shrunk to its panel's."""
        count = self.count[series]
        ratio = self.ratio[series] / np.maximum(count, 1.0)
        return modal_variance(ratio * (of_panel + noise), noise, WORTH_OF_SQUARE * count, of_panel)

    def doubts(self, series: Integers, of_panel: Floats) -> Floats:
        """Return the variance of the logarithm of what ``own_variances`` gives.

        Args:
            series: The series.
            of_panel: The same, of its panel's.
        """
        pull = WORTH_OF_SQUARE * self.worth[series] / LOG_MEDIAN_VARIANCE
        doubts: Floats = 1 / (1 / (MEMBERS_UNLIKE + of_panel) + pull)
        return doubts

    def nearer(self, series: Integers, reached: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Return the level that each series is compared with, and its variance: the nearer of two.

        Args:
            series: The series.
            reached: Level that each reached, less the movement expected.
            variance: Variance of that of an ordinary number, from the last level.
        """
        level, noise = self.level[series], self.noise[series]
        former, former_noise = self.former_level[series], self.former_noise[series]
        of_former = np.maximum(variance - noise + former_noise, LEAST_NOISE)
        gap = np.abs(reached - level) / np.sqrt(variance)
        is_former = np.abs(reached - former) / np.sqrt(of_former) < gap
        return np.where(is_former, former, level), np.where(is_former, former_noise, noise)

    def learn_spreads(self, series: Integers, step: Step, of_panel: Floats) -> None:
        """Learn how much each series moves, of which its panel ordinarily moves by a variance."""
        bounded = np.clip(step.innovation, -step.bound, step.bound)
        self.ratio[series] += bounded**2 / (of_panel + step.noise)
        self.count[series] += 1
        self.worth[series] += (step.own / (step.own + step.noise)) ** 2
        self.habit[series] = MEMORY * self.habit[series] + self.habits(series) + bounded
        self.weight[series] = MEMORY * self.weight[series] + 1

    def learn_movements(self, tables: Integers, movements: Floats) -> None:
        """Learn how much some tables move as a whole; what was odd counts as three deviations."""
        squares = np.minimum(movements**2, ODD**2 * self.of_common[tables])
        self.movements[tables] += 1
        self.of_common[tables] += (squares - self.of_common[tables]) / self.movements[tables]

    def learn_levels(self, series: Integers, step: Step) -> None:
        """Learn the level of each series; after an odd number, keep both it and the former one."""
        predicted = step.own + step.noise_of_level
        counting = np.maximum(step.noise - step.noise_of_level, LEAST_NOISE)
        gain = predicted / (predicted + counting)
        updated = step.after - (1 - gain) * step.innovation
        self.level[series] = np.where(step.is_odd, step.after, updated)
        self.noise[series] = np.where(step.is_odd, counting, gain * counting)
        self.former_level[series] = np.where(step.is_odd, step.after - step.innovation, np.nan)
        self.former_noise[series] = np.where(step.is_odd, predicted, np.nan)
