r"""Did a category, all areas together, leave the others of its table, and in which areas?

Here: the test of a column (one category in all the areas of a table), in sums that no area can
move by itself, and which of its areas agree. Not here: the test of a single cell (``counts``), the
parts of one whole (``compositions``), which tables there are (``rules``).

**Bounded sums.** A sum over areas is moved by any one of them: by a department in thousands. So
each area is compared with the median of its column (the logarithm of its ratio after / before, less
the common movement of the table): beyond two deviations of ordinary growth and counting it is
brought back to two (winsorised: Dixon, *Annals of Mathematical Statistics* 31, 1960, 385-391), and
beyond three it is left out. In each column stand two imaginary areas that moved as the table
(``leave_one_out``): of two areas, one cannot speak for both. What moves the whole column moves its
median and is left as it is, small areas included, of which only the sum says something; what fewer
than half of the areas do is bounded. How ordinary growth scatters is read in the table, between
half of what is asked and all of it.

The bounded sums of the columns of a table are then judged as counts beside one another
(``panels.panel_of_counts``), with what rounding adds to each (``printed_steps``).

**Whose change it is.** An area agrees when its own ratio, in the bounded law of ``agreement``, is
nearer to what its column did than to what the others of the table did; then once more, its column
being those that agreed. A category that lost 40 % in 60 areas of 102 and is as ever in the others
is changed in the 60.

Two periods are enough. Not to be used with few categories: the others must be able to tell what is
ordinary. What fewer than half of the areas did is theirs alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from expectations.statistics.agreement import agreeing, gains
from expectations.statistics.departures import CALMEST
from expectations.statistics.dispersion import CHI_SQUARE_MEDIAN
from expectations.statistics.grouped import Floats, Integers, Ranked, sums
from expectations.statistics.leave_one_out import medians_of_others
from expectations.statistics.panels import panel_of_counts
from expectations.statistics.printed_steps import ratio_variance, rounding_variance
from expectations.statistics.scales import BREAK_SPREAD

WITHIN, BEYOND = 2.0, 3.0
PASSES = 2


@dataclass(frozen=True)
class Balance:
    """How the column of each cell moved beside the others of its table, one row a cell.

    Attributes:
        p_value: How likely such a departure of the bounded sum of its column is.
        others: Logarithm of the growth that the other columns show.
        sum_before: Bounded sum of its column in the first period.
        sum_after: The same in the second.
        columns: How many columns its table has.
        agrees: Whether the cell goes along with its column.
        says_so: Whether it does taken alone.
    """

    p_value: Floats
    others: Floats
    sum_before: Floats
    sum_after: Floats
    columns: Integers
    agrees: NDArray[np.bool_]
    says_so: NDArray[np.bool_]


@dataclass(frozen=True)
class _Column:
    """The cells, as logarithms of ratios beside the growth of their table.

    Attributes:
        departure: What each differs by from the median of its table.
        centre: The median of its column.
        variance: That of an ordinary departure of each.
    """

    departure: Floats
    centre: Floats
    variance: Floats

    @classmethod
    def of(
        cls,
        counts: tuple[Floats, Floats],
        of_rounding: Floats,
        places: tuple[Integers, Integers],
        spread: float,
    ) -> "_Column":
        columns, tables = places
        movement, noise = _movement(*counts), 4.0 / (counts[0] + counts[1] + 1.0)
        noise = noise + ratio_variance(*counts, of_rounding)
        weights = spread**2 / (spread**2 + noise)
        departure = movement - medians_of_others(movement, weights, tables, 0.0)[1][tables]
        centre = medians_of_others(departure, weights, columns, 0.0)[1][columns]
        usual = spread**2 + noise
        squares = Ranked.of((departure - centre) ** 2 / usual, tables).medians()
        calm = np.clip(squares / CHI_SQUARE_MEDIAN, CALMEST, 1.0)
        return cls(departure, centre, calm * spread**2 + noise)

    def bounded(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Return by how much each is brought back to its column, and which of them count."""
        away, deviation = self.departure - self.centre, np.sqrt(self.variance)
        within = np.clip(away, -WITHIN * deviation, WITHIN * deviation)
        return within - away, np.abs(away) <= BEYOND * deviation


def _movement(before: Floats, after: Floats) -> Floats:
    """Return the logarithms of the ratios of counts."""
    movement: Floats = np.log((after + 0.5) / (before + 0.5))
    return movement


def _noise_of_moved(before: Floats, after: Floats) -> Floats:
    """Return what counting adds to the variance of a ratio that is not near 1.

    Of a column that fell to nothing, each zero says little of how far it fell, and none is far from
    the others.
    """
    added: Floats = 1.0 / (before + 0.5) + 1.0 / (after + 0.5) - 4.0 / (before + after + 1.0)
    return added


def balance(
    counts: tuple[ArrayLike, ArrayLike],
    columns: Integers,
    tables: Integers,
    spread: float,
    steps: ArrayLike = 1.0,
) -> Balance:
    """Return how each column moved beside the others of its table.

    Args:
        counts: Those of the first period, one a cell, and those of the second.
        columns: Code of the column of each cell, from 0, none left out.
        tables: Code of the table of each cell, from 0; a column is in one table.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
        steps: What counts are rounded to, one a cell or one for all; up or down may be drawn.
    """
    y0, y1 = (np.asarray(each, dtype=np.float64) for each in counts)
    of_rounding = np.broadcast_to(rounding_variance(steps), y0.shape)
    size = int(columns.max(initial=-1)) + 1
    cells = _Column.of((y0, y1), of_rounding, (columns, tables), spread)
    back, is_heard = cells.bounded()
    bounded = np.where(back == 0, y1, np.maximum((y1 + 0.5) * np.exp(back) - 0.5, 0.0))
    before_all, after_all, of_rounding = (
        sums(np.where(is_heard, values, 0.0), columns, size)
        for values in (y0, bounded, of_rounding)
    )
    table_of_column = np.zeros(size, dtype=np.int64)
    table_of_column[columns] = tables
    panel, p_values = panel_of_counts(before_all, after_all, table_of_column, spread, of_rounding)
    agrees, variance = is_heard, cells.variance + _noise_of_moved(y0, y1)
    for _ in range(PASSES):
        those = [sums(np.where(agrees, values, 0.0), columns, size) for values in (y0, y1)]
        shift = np.log((those[1] + 0.5) / (those[0] + 0.5)) - panel.growth
        departure = _movement(y0, y1) - panel.growth[columns]
        said = gains(departure, shift[columns], variance, BREAK_SPREAD**2)
        agrees = agreeing(said, columns)
    return Balance(
        p_value=p_values[columns],
        others=panel.growth[columns],
        sum_before=before_all[columns],
        sum_after=after_all[columns],
        columns=panel.members[tables],
        agrees=agrees,
        says_so=said > 0,
    )
