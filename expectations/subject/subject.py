"""What is judged in one night, put in shape once for all the rules.

Here: the observations, their pairs of periods, and what is known beside them. Not here: what a rule
asks (``rules``), what follows from a verdict (``findings``, ``decisions``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import CellIndex, Integers
from expectations.cells.hierarchy import links_of_parts
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import in_categories
from expectations.cells.statuses import BREAK
from expectations.cells.timeliness import late_periods
from expectations.statistics.grouped import renumbered
from expectations.subject.roundings import groups_of_producers, learnt_steps
from expectations.subject.series import ENDS, SeriesGrid, beside_previous, series_grid
from expectations.suites.fiches.entries import NO_SUITES, Suites
from expectations.suites.fiches.expected_cells import with_expected_cells
from expectations.suites.policy import Policy
from expectations.verdicts.table import Mask, Severity


@dataclass(frozen=True)
class Subject:
    """Everything that the rules look at.

    Attributes:
        observations: Tonight's observations, normalised, their texts as categories.
        definitions: The indicators, by id.
        policy: Severities and thresholds.
        published: What was last published, normalised, its texts as categories; None before
            the first release.
        suites: What stewards ask beyond the definitions.
        printed: The figures of a printed report, at their cells; None without one.
    """

    observations: pd.DataFrame
    definitions: Mapping[str, IndicatorDefinition]
    policy: Policy
    published: pd.DataFrame | None = None
    suites: Suites = NO_SUITES
    printed: pd.DataFrame | None = None
    _remembered: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(  # noqa: PLR0913 tonight, and all that it is judged beside
        cls,
        observations: pd.DataFrame,
        definitions: Mapping[str, IndicatorDefinition],
        policy: Policy,
        published: pd.DataFrame | None = None,
        suites: Suites = NO_SUITES,
        *,
        printed: pd.DataFrame | None = None,
    ) -> "Subject":
        """Return what is judged, from observations in any order.

        Raises:
            ValueError: The observations are malformed, or one has no definition.
        """
        cells = in_categories(with_expected_cells(observations, definitions, suites))
        undefined = sorted(set(cells["indicator"].cat.categories) - set(definitions))
        if undefined:
            message = f"Indicateurs sans définition : {', '.join(undefined)}."
            raise ValueError(message)
        last = None if published is None else in_categories(published)
        return cls(cells, definitions, policy, last, suites, printed)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every cell beside the same cell one period before."""
        return beside_previous(self.observations, self.grid)

    @cached_property
    def grid(self) -> SeriesGrid:
        """Where each observation is among its series and its periods."""
        return series_grid(self.observations)

    @cached_property
    def index(self) -> CellIndex:
        """Where each cell is."""
        return CellIndex(self.observations)

    @cached_property
    def accepted_breaks(self) -> NDArray[np.bool_]:
        """Which observations were published as a break: what came before does not compare."""
        if self.published is None or self.published.empty:
            return np.zeros(len(self.observations), dtype=bool)
        places = self.index.places_among(CellIndex(self.published))
        is_break = (self.published["obs_status"] == BREAK).to_numpy()
        return is_break[places] & (places >= 0)

    @property
    def observed_links(self) -> pd.DataFrame:
        """Which observations are parts of which: the ``links`` of which both ends have a row."""
        links = self.links[self.links["whole_row"] >= 0]
        rows = self.pairs["row_after"].to_numpy()
        ends = {name: rows[links[name]] for name in ("part_row", "whole_row")}
        both_observed = (ends["part_row"] >= 0) & (ends["whole_row"] >= 0)
        return links.assign(**ends)[both_observed].reset_index(drop=True)

    @cached_property
    def finite_values(self) -> NDArray[np.float64]:
        """The values; NaN where there is none, or one that is no number."""
        values = self.observations["obs_value"].to_numpy()
        return np.where(np.isfinite(values), values, np.nan)

    @property
    def printed_steps(self) -> NDArray[np.float64]:
        """What the producer rounds each of the ``pairs`` to, in both periods.

        Declared (``printed_step`` of the definition), else learnt from all the periods of the
        indicator. Of counts 1 unless they are proved to be multiples of more; of other values NaN
        when too few tell (``policy.printed_step`` is the usual one). A value printed to h carries
        an error of variance (h² - 1) / 12, twice that when up or down is drawn, and a difference of
        two values two of them: ``statistics.printed_steps.rounding_variance`` (0 for h = 1).
        """
        return self._steps[0]

    @property
    def printed_steps_of_parts(self) -> NDArray[np.float64]:
        """What the numerator of each of the ``pairs`` is rounded to, as ``printed_steps``.

        1 for those that have none. Denominators may be of another producer, and are larger.
        """
        return self._steps[1]

    @cached_property
    def _steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        units = sorted({unit for item in self.definitions.values() for unit in item.units})
        found = self.of_category(self.pairs, lambda item, name: units.index(item.unit_of(name)))
        producers = groups_of_producers(self.pairs, found.astype(np.int64))
        are_counts = self.of_category(self.pairs, lambda item, name: item.kind_of(name) == "count")
        declared = self.of_category(self.pairs, lambda item, name: item.printed_step_of(name))
        learnt = self._learnt_steps("value", producers, are_counts.astype(bool))
        of_parts = self._learnt_steps("numerator", producers, np.ones(len(self.pairs), dtype=bool))
        return np.where(np.isnan(declared.astype(np.float64)), learnt, declared), of_parts

    def _learnt_steps(
        self, name: str, producers: tuple[Integers, Integers], are_counts: Mask
    ) -> NDArray[np.float64]:
        before, after = (self.pairs[f"{name}_{end}"].to_numpy() for end in ENDS)
        return learnt_steps(before, after, producers, are_counts)

    def has_status(self, *statuses: str) -> NDArray[np.bool_]:
        """Tell which cells have one of some statuses."""
        coded = self.observations["obs_status"].cat
        return np.array([*(code in statuses for code in coded.categories), False])[coded.codes]

    def thresholds(self, name: str, indicators: "pd.Series[Any]") -> NDArray[np.float64]:
        """Return a threshold of the policy, for each row.

        Args:
            name: Its name in the policy.
            indicators: The indicator of each row, as categories.
        """
        found = self.of_definition(
            indicators, lambda item: float(getattr(self.policy.of(item.id), name))
        )
        return found.astype(np.float64)

    @cached_property
    def late_periods(self) -> Mapping[str, Sequence[str]]:
        """The periods of each indicator that are due, of which nothing has come."""
        return late_periods(self.observations)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Which pairs are parts of which: ``hierarchy.links_of_parts`` of ``pairs``."""
        return links_of_parts(self.pairs, self.definitions)

    def remember(self, name: str, work: "Callable[[Subject], pd.DataFrame]") -> pd.DataFrame:
        """Return what several rules need of this subject, worked out once, whoever asks first."""
        if name not in self._remembered:
            self._remembered[name] = work(self)
        return self._remembered[name]

    def by_policy(
        self, cells: pd.DataFrame, among: "Mask | pd.Series[bool] | None" = None
    ) -> Iterator[tuple[Policy, NDArray[np.int64]]]:
        """Give each policy that some cells are judged by, with where those cells are.

        Args:
            cells: At least ``indicator``, as categories.
            among: Which of the cells are asked for; all of them unless told.
        """
        policies = [self.policy.of(str(name)) for name in cells["indicator"].cat.categories]
        distinct = list({id(policy): policy for policy in policies}.values())
        numbers = np.array([distinct.index(policy) for policy in policies], dtype=np.int64)
        rows = np.arange(len(cells)) if among is None else np.flatnonzero(among)
        number = numbers[cells["indicator"].cat.codes.to_numpy()[rows]]
        for rank, policy in enumerate(distinct):
            if (number == rank).any():
                yield policy, rows[number == rank]

    def of_definition(
        self, indicators: "pd.Series[Any]", read: Callable[[IndicatorDefinition], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says.

        Args:
            indicators: The indicator of each row, as categories.
            read: What to read in a definition.
        """
        values = [read(self.definitions[name]) for name in indicators.cat.categories]
        return np.array(values)[indicators.cat.codes] if values else np.array([])

    def of_category(
        self, cells: pd.DataFrame, read: Callable[[IndicatorDefinition, str], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says of its category.

        Args:
            cells: At least ``indicator`` and ``category``, as categories.
            read: What to read in a definition about a category.
        """
        return self.of_code(cells, "category", read)

    def of_code(
        self, cells: pd.DataFrame, column: str, read: Callable[[IndicatorDefinition, str], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says of one of its codes.

        Args:
            cells: At least ``indicator`` and the column, as categories.
            column: Where the code is.
            read: What to read in a definition about a code; asked once a pair of both.
        """
        indicators, codes = cells["indicator"].cat, cells[column].cat
        width = max(1, len(codes.categories))
        numbers = indicators.codes.to_numpy().astype(np.int64) * width + codes.codes.to_numpy()
        distinct, place = renumbered(numbers)
        values = [
            read(
                self.definitions[indicators.categories[number // width]],
                str(codes.categories[number % width]),
            )
            for number in distinct.tolist()
        ]
        return np.array(values)[place] if values else np.array([])

    def severities(self, rule: str, cells: pd.DataFrame) -> "pd.Categorical[str]":
        """Return the severity of a failure of a rule, for each row."""
        words = list(Severity)
        ranks = self.of_definition(
            cells["indicator"], lambda item: words.index(self.policy.severity_of(rule, item.id))
        )
        return pd.Categorical.from_codes(
            ranks.astype(np.int8), categories=pd.Index([str(word) for word in words])
        )


def category_breakdowns(subject: Subject) -> list[str]:
    """Return the breakdowns whose parts are categories."""
    return [
        breakdown.parts
        for definition in subject.definitions.values()
        for breakdown in definition.breakdowns
        if breakdown.by == "category"
    ]
