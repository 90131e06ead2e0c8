"""The pre-condition of a rule on cells: which of them it is about. Declared, never executed.

Here: conditions, and the codes that they may name; a code that is in no code list is refused when
the suite is read, so that a condition cannot be silently empty. Not here: the conditions on the
records of an extract (``suites.sources``).
"""

from collections.abc import Callable, Iterable
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field

from expectations.cells import seeds
from expectations.cells.statuses import STATUSES
from expectations.suites.words import Words


def code_of_seed(seed: str, column: str) -> AfterValidator:
    """Return the check that a code is in a seed."""
    return AfterValidator(lambda code: _in_list(code, seeds.codes(seed, column)))


def _in_list(code: str, codes: Iterable[str]) -> str:
    if code not in codes:
        message = f"« {code} » n'est pas dans la liste des codes"
        raise ValueError(message)
    return code


AreaType = Annotated[str, code_of_seed("area_types", "area_type")]
Area = Annotated[str, Field(pattern=r"\A[A-Z0-9]+-[A-Za-z0-9]+\z")]
BreakdownCode = Annotated[str, code_of_seed("breakdowns", "breakdown")]
Category = Annotated[str, code_of_seed("categories", "category")]
StatusCode = Annotated[str, AfterValidator(lambda code: _in_list(code, STATUSES))]
PeriodCode = Annotated[
    str, BeforeValidator(str), Field(pattern=r"\A[0-9]{4}(-[0-9]{2}|-[0-9]{4})?\z")
]
"""A year may be written without quotes."""


class Condition(Words):
    """Which cells: those that meet everything that is told.

    Attributes:
        area_types: The types of their area.
        areas: Their areas.
        since: Their first period.
        until: Their last period.
        breakdowns: Their breakdowns.
        categories: Their categories.
        statuses: Their statuses.
    """

    area_types: tuple[AreaType, ...] = Field((), alias="types_de_territoire")
    areas: tuple[Area, ...] = Field((), alias="territoires")
    since: PeriodCode | None = Field(None, alias="depuis")
    until: PeriodCode | None = Field(None, alias="jusqu_a")
    breakdowns: tuple[BreakdownCode, ...] = Field((), alias="ventilations")
    categories: tuple[Category, ...] = ()
    statuses: tuple[StatusCode, ...] = Field((), alias="statuts")

    def met_by(self, cells: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which cells meet the condition; each code is looked at once."""
        met = np.ones(len(cells), dtype=bool)
        for column, accepts in self._criteria():
            coded = cells[column].cat
            met &= np.array([*map(accepts, coded.categories), False], dtype=bool)[coded.codes]
        return met

    def _criteria(self) -> Iterable[tuple[str, Callable[[str], bool]]]:
        if self.area_types:
            yield "ref_area", lambda area: area.partition("-")[0] in self.area_types
        if self.since is not None or self.until is not None:
            yield "time_period", self._is_in_time
        for column, accepted in (
            ("ref_area", self.areas),
            ("breakdown", self.breakdowns),
            ("category", self.categories),
            ("obs_status", self.statuses),
        ):
            if accepted:
                yield column, accepted.__contains__

    def _is_in_time(self, period: str) -> bool:
        return (self.since or "") <= period and (self.until is None or period <= self.until)
