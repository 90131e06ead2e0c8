"""What is judged in one night, put in shape once for all the rules.

Here: the observations, their pairs of periods, and what is known beside them. Not here: what a rule
asks (``rules``), nor what follows from a verdict (``findings``, ``gate``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.definitions import IndicatorDefinition
from expectations.hierarchy import links_of_parts
from expectations.observations import COLUMNS, NUMBERS, normalise
from expectations.policy import Policy
from expectations.series import SeriesGrid, beside_previous, series_grid

TEXTS = [column for column in COLUMNS if column not in NUMBERS]


@dataclass(frozen=True)
class Subject:
    """Everything that the rules look at.

    Attributes:
        observations: Tonight's observations, normalised, their texts as categories.
        definitions: The indicators, by id.
        policy: Severities and thresholds.
        published: What was last published, normalised; None before the first release.
    """

    observations: pd.DataFrame
    definitions: Mapping[str, IndicatorDefinition]
    policy: Policy
    published: pd.DataFrame | None = None
    _known: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        observations: pd.DataFrame,
        definitions: Mapping[str, IndicatorDefinition],
        policy: Policy,
        published: pd.DataFrame | None = None,
    ) -> "Subject":
        """Return what is judged, from observations in any order.

        Raises:
            ValueError: The observations are malformed, or one has no definition.
        """
        cells = normalise(observations).astype(dict.fromkeys(TEXTS, "category"))
        undefined = sorted(set(cells["indicator"].cat.categories) - set(definitions))
        if undefined:
            message = f"Indicateurs sans définition : {', '.join(undefined)}."
            raise ValueError(message)
        last = None if published is None else normalise(published)
        return cls(cells, definitions, policy, last)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every cell beside the same cell one period before."""
        return beside_previous(self.observations)

    @cached_property
    def grid(self) -> SeriesGrid:
        """Where each observation is among its series and its periods."""
        return series_grid(self.observations)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Which pairs are parts of which: ``hierarchy.links_of_parts`` of ``pairs``."""
        return links_of_parts(self.pairs, self.definitions)

    def remember(self, name: str, work: "Callable[[Subject], pd.DataFrame]") -> pd.DataFrame:
        """Return what several rules need of this subject, worked out once."""
        if name not in self._known:
            self._known[name] = work(self)
        return self._known[name]

    def of_definition(
        self, indicators: "pd.Series[Any]", told: Callable[[IndicatorDefinition], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says.

        Args:
            indicators: The indicator of each row, as categories.
            told: What to read in a definition.
        """
        values = [told(self.definitions[name]) for name in indicators.cat.categories]
        return np.array(values)[indicators.cat.codes] if values else np.array([])

    def of_category(
        self, cells: pd.DataFrame, told: Callable[[IndicatorDefinition, str], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says of its category.

        Args:
            cells: At least ``indicator`` and ``category``, as categories.
            told: What to read in a definition about a category.
        """
        return self.of_code(cells, "category", told)

    def of_code(
        self, cells: pd.DataFrame, column: str, told: Callable[[IndicatorDefinition, str], Any]
    ) -> NDArray[Any]:
        """Return, for each row, what the definition of its indicator says of one of its codes.

        Args:
            cells: At least ``indicator`` and the column, as categories.
            column: Where the code is.
            told: What to read in a definition about a code; asked once a pair of both.
        """
        indicators, codes = cells["indicator"].cat, cells[column].cat
        width = max(1, len(codes.categories))
        numbers = indicators.codes.to_numpy().astype(np.int64) * width + codes.codes
        known, place = np.unique(numbers, return_inverse=True)
        values = [
            told(
                self.definitions[indicators.categories[number // width]],
                str(codes.categories[number % width]),
            )
            for number in known
        ]
        return np.array(values)[place] if values else np.array([])

    def severities(self, rule: str, cells: pd.DataFrame) -> NDArray[Any]:
        """Return the severity of a failure of a rule, for each row."""
        return self.of_definition(
            cells["indicator"], lambda item: str(self.policy.severity_of(rule, item.id))
        )
