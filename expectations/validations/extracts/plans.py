"""How each control is put to Great Expectations: the view it looks at, and what is expected of it.

Here: a view and an expectation for each control: core expectations as they are, those of
``core_classes`` for what none of them says. Not here: what the results mean (``judge``).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd
from great_expectations import expectations as gxe

from expectations import french
from expectations.cells.periods import kind_of_line, may_be_deposited
from expectations.extracts.distinct import COLUMN, KEY, VALUE, Records
from expectations.extracts.rule_verdict import ROWS
from expectations.extracts.views import Ranks, View, ViewPart, stacked
from expectations.suites.sources import record_controls as controls
from expectations.suites.sources.code_lists import code_list, code_pairs
from expectations.validations.extracts.core_classes import (
    CONFORMS,
    GAP,
    SAME,
    ExpectCodesToDiffer,
    ExpectGapToBeTolerated,
    ExpectRateToBeItsQuotient,
    ExpectRecordsToBeProvided,
    ExpectTotalRecordToBeSumOfDetails,
    ExpectTotalToBeSumOfParts,
)

OTHER, GREATEST = "_autre", "_plus_grand"
DECIMALS = 6
"""Beyond them, a gap is that of binary numbers, not of the producer's."""

Facts = list[dict[Hashable, Any]]


@dataclass(frozen=True)
class Plan:
    """What to give Great Expectations for one rule, and how to read its failure.

    Attributes:
        view: What is looked at.
        expectation: What is expected of it.
        facts: What the file or a group has, when a failure is not about records; told from the
            rows that fail, in their order; of the whole table, when the expectation is about it.
        is_of_whole: Whether a failure is one of every record that the rule is about.
    """

    view: View
    expectation: gxe.Expectation
    facts: Callable[[pd.DataFrame], Facts] | None = None
    is_of_whole: bool = False


@dataclass(frozen=True)
class Scope:
    """The records that a rule is about.

    Attributes:
        records: All the records of the extract.
        places: Those that the rule is about, by their rank.
        region: INSEE code of the region that is followed.
    """

    records: Records
    places: Ranks
    region: str

    def values(self, columns: Sequence[str], *, numeric: bool = False) -> View:
        """Return the distinct values of some columns."""
        return self.records.values(columns, self.places, numeric=numeric)

    def combinations(self, columns: Sequence[str], numbers: Sequence[str] = ()) -> View:
        """Return the distinct combinations of some columns."""
        return self.records.combinations(columns, self.places, numbers=numbers)


@singledispatch
def plan(control: object, scope: Scope) -> Plan:
    """Return how to put a control to Great Expectations.

    Raises:
        TypeError: Nobody said how.
    """
    message = f"no plan for {type(control).__name__} on {len(scope.places)} records"
    raise TypeError(message)


@plan.register
def _(control: controls.ColumnsPresent, scope: Scope) -> Plan:
    there = scope.records.columns
    table = pd.DataFrame(columns=pd.Index(there))
    missing: Facts = [{"colonne absente": name} for name in control.columns if name not in there]
    expected = gxe.ExpectTableColumnsToMatchSet(column_set=list(control.columns), exact_match=False)
    return Plan(View(table, scope.places), expected, lambda _: missing)


@plan.register
def _(control: controls.Pattern, scope: Scope) -> Plan:
    pattern = controls.whole(control.expression)
    expected = gxe.ExpectColumnValuesToMatchRegex(column=VALUE, regex=pattern)
    return Plan(scope.values(control.columns), expected)


@plan.register
def _(control: controls.Periods, scope: Scope) -> Plan:
    expected = gxe.ExpectColumnValuesToBeInSet(column=CONFORMS, value_set=[1])
    if not control.by:
        view = scope.values(control.columns)
        return Plan(_conforming(view, view.table[VALUE].map(may_be_deposited, "ignore")), expected)
    views = [_periods_beside(scope, control.by[0], column) for column in control.columns]
    return Plan(stacked(views), expected)


def _periods_beside(scope: Scope, by: str, column: str) -> View:
    """Return the lines of a deposit beside their periods; those that are none are not looked at."""
    view = scope.combinations((by, column))
    written = view.table.dropna()
    are_like_others = [
        kind is None or not may_be_deposited(period) or may_be_deposited(period, [kind])
        for kind, period in zip(map(kind_of_line, written[by]), written[column], strict=True)
    ]
    return _conforming(view, pd.Series(are_like_others, written.index).reindex(view.table.index))


@plan.register
def _(control: controls.Length, scope: Scope) -> Plan:
    expected = gxe.ExpectColumnValueLengthsToBeBetween(
        column=VALUE, min_value=control.at_least, max_value=control.at_most
    )
    return Plan(scope.values(control.columns), expected)


@plan.register
def _(control: controls.Codes, scope: Scope) -> Plan:
    codes = code_list(control.code_list, scope.region) if control.code_list else control.values
    expected = gxe.ExpectColumnValuesToBeInSet(column=VALUE, value_set=list(codes))
    return Plan(scope.values(control.columns), expected)


@plan.register
def _(control: controls.Bounds, scope: Scope) -> Plan:
    expected = gxe.ExpectColumnValuesToBeBetween(
        column=VALUE, min_value=control.at_least, max_value=control.at_most
    )
    return Plan(scope.values(control.columns, numeric=True), expected)


@plan.register
def _(control: controls.Filled, scope: Scope) -> Plan:
    return Plan(scope.values(control.columns), gxe.ExpectColumnValuesToNotBeNull(column=VALUE))


@plan.register
def _(control: controls.Empty, scope: Scope) -> Plan:
    return Plan(scope.values(control.columns), gxe.ExpectColumnValuesToBeNull(column=VALUE))


@plan.register
def _(control: controls.Key, scope: Scope) -> Plan:
    view = scope.records.keys(control.columns, scope.places)
    return Plan(view, gxe.ExpectColumnValuesToBeUnique(column=KEY))


@plan.register
def _(control: controls.Pairs, scope: Scope) -> Plan:
    first, second = control.columns
    expected = gxe.ExpectColumnPairValuesToBeInSet(
        column_A=first,
        column_B=second,
        value_pairs_set=code_pairs(control.code_list),
        ignore_row_if="either_value_is_missing",
    )
    return Plan(scope.combinations(control.columns), expected)


@plan.register
def _(control: controls.OneEach, scope: Scope) -> Plan:
    if not control.by:
        once = gxe.ExpectColumnUniqueValueCountToBeBetween(column=VALUE, max_value=1)
        view = scope.values([control.column])
        values: Facts = [{control.column: value} for value in view.table[VALUE].dropna()]
        return Plan(view, once, lambda _: values)
    view = _counted(scope, control.reads)
    return Plan(replace(view, table=view.table.dropna()), _unique(control.by), _as_facts)


@plan.register
def _(control: controls.ColumnComparison, scope: Scope) -> Plan:
    beside = _codes_beside if control.operator in ("=", "!=") else _numbers_beside
    views = [beside(scope, column, control.other) for column in control.columns]
    return Plan(stacked(views), _compared(control.operator))


def _numbers_beside(scope: Scope, column: str, other: str) -> View:
    view = scope.combinations((column, other), (column, other))
    names = {column: VALUE, other: OTHER}
    return replace(view, table=view.table.rename(columns=names).assign(**{COLUMN: column}))


def _codes_beside(scope: Scope, column: str, other: str) -> View:
    """Return two columns as they are compared for equality: as numbers when both are."""
    view = _numbers_beside(scope, column, other)
    numbers = view.table[[VALUE, OTHER]].astype("object")
    texts = scope.combinations((column, other)).table.set_axis([VALUE, OTHER], axis=1)
    are_numbers = numbers.notna().all(axis=1)
    codes = numbers.where(are_numbers, texts.astype("object"), axis=0)
    same = (codes[VALUE] == codes[OTHER]).astype("float64").where(codes.notna().all(axis=1))
    return replace(view, table=codes.assign(**{SAME: same}).assign(**{COLUMN: column}))


def _compared(operator: str) -> gxe.Expectation:
    if operator == "!=":
        return ExpectCodesToDiffer()
    if operator == "=":
        return gxe.ExpectColumnPairValuesToBeEqual(
            column_A=VALUE, column_B=OTHER, ignore_row_if="either_value_is_missing"
        )
    greater, lesser = (OTHER, VALUE) if operator.startswith("<") else (VALUE, OTHER)
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=greater,
        column_B=lesser,
        or_equal=operator.endswith("="),
        ignore_row_if="either_value_is_missing",
    )


@plan.register
def _(control: controls.ColumnSum, scope: Scope) -> Plan:
    view = scope.combinations(control.reads, control.reads)
    gap = view.table[control.total] - view.table[list(control.parts)].sum(axis=1, skipna=False)
    return Plan(
        _with_gap(view, gap, control, view.table[control.total]),
        _within(ExpectTotalToBeSumOfParts, control),
    )


@plan.register
def _(control: controls.Percentages, scope: Scope) -> Plan:
    series = [_small_series(scope, column, control.by) for column in control.columns]
    expected = gxe.ExpectColumnValuesToBeBetween(column=GREATEST, min_value=1, strict_min=True)
    return Plan(
        View(pd.concat(series, ignore_index=True), scope.places),
        expected,
        lambda failing: _as_facts(failing.drop(columns=GREATEST)),
    )


def _small_series(scope: Scope, column: str, by: Sequence[str]) -> pd.DataFrame:
    """Return the series of several numbers from 0 on, one of which is between 0 and 1."""
    counted = _counted(scope, (*by, column), [column]).table.dropna(subset=column)
    numbers = counted[column]
    groups = [counted[name] for name in by] or [numbers.isna()]
    found = (
        counted.assign(between=(numbers > 0) & (numbers < 1))
        .groupby(groups, dropna=False)
        .agg(
            least=(column, "min"),
            greatest=(column, "max"),
            between=("between", "any"),
            rows=(ROWS, "sum"),
        )
        .query("between and least >= 0 and rows > 1")
    )
    spans = [
        f"de {french.number(least, DECIMALS)} à {french.number(greatest, DECIMALS)}"
        for least, greatest in zip(found["least"], found["greatest"], strict=True)
    ]
    named = found.index.to_frame(index=False)[list(by)]
    named["colonne"], named["valeurs"] = column, spans
    named[GREATEST] = found["greatest"].to_numpy(dtype=np.float64)
    return named


@plan.register
def _(control: controls.Quotient, scope: Scope) -> Plan:
    view = scope.combinations(control.reads, control.reads)
    base = view.table[control.denominator].replace(0, np.nan)
    gap = view.table[control.rate] - control.scale * view.table[control.numerator] / base
    return Plan(
        _with_gap(view, gap, control, view.table[control.rate]),
        _within(ExpectRateToBeItsQuotient, control),
    )


@plan.register
def _(control: controls.Aggregate, scope: Scope) -> Plan:
    """Compare the record of the total with the sum of its details, group by group."""
    whole = scope.combinations(control.reads, [control.value])
    table = whole.table.iloc[whole.parts[0].rows()].reset_index(drop=True)
    groups = scope.combinations(control.by).parts[0].rows()
    member = table[control.member]
    is_detail = member.isin(control.details) if control.details else member != control.total
    details = table[control.value].where(is_detail).groupby(groups).sum(min_count=1)
    of_total = np.flatnonzero(member == control.total)
    totals = table.loc[of_total].reset_index(drop=True)
    gap = totals[control.value] - details.reindex(groups[of_total]).to_numpy()
    view = View(
        totals,
        scope.places[of_total],
        (ViewPart(0, len(of_total), lambda: np.arange(len(of_total))),),
    )
    return Plan(
        _with_gap(view, gap, control, totals[control.value]),
        _within(ExpectTotalRecordToBeSumOfDetails, control),
    )


@plan.register
def _(control: controls.RowCount, scope: Scope) -> Plan:
    if control.by:
        groups = _counted(scope, control.by)
        expected: gxe.Expectation = gxe.ExpectColumnValuesToBeBetween(
            column=ROWS, min_value=control.at_least, max_value=control.at_most
        )
        return Plan(groups, expected, _as_facts)
    count: Facts = [{ROWS: len(scope.places)}]
    expected = gxe.ExpectTableRowCountToBeBetween(
        min_value=control.at_least, max_value=control.at_most
    )
    table = pd.DataFrame({ROWS: scope.places})
    return Plan(View(table, scope.places), expected, lambda _: count, is_of_whole=True)


@plan.register
def _(control: controls.Expected, scope: Scope) -> Plan:
    """Hold the combinations that are there, then those of each code that is listed."""
    codes = code_list(control.code_list, scope.region) if control.code_list else []
    listed = list(dict.fromkeys([*control.values, *codes]))
    there = _counted(scope, control.reads)
    is_listed = there.table[control.column].isin(listed)
    wanted = _every_code(scope.combinations(control.by), control.column, listed)
    beside = wanted.table.merge(there.table, how="left")
    wanted = replace(wanted, table=beside.fillna({ROWS: 0}))
    views = [
        _conforming(there, is_listed | (control.presence == "au_moins")),
        _conforming(wanted, beside[ROWS].notna() | (control.presence == "seulement")),
    ]
    return Plan(
        stacked(views),
        ExpectRecordsToBeProvided(),
        lambda failing: _as_facts(failing[[*control.reads, ROWS]]),
    )


def _every_code(groups: View, column: str, codes: Sequence[str]) -> View:
    """Return each group beside each code, all the groups of a code one below the other."""
    size = groups.parts[0].size
    places = np.tile(np.arange(size), len(codes))
    beside = pd.Series(np.repeat(codes, size), dtype="str")
    table = groups.table.reindex(places).reset_index(drop=True).assign(**{column: beside})
    parts = (replace(groups.parts[0], first=rank * size) for rank in range(len(codes)))
    return replace(groups, table=table, parts=tuple(parts))


def _conforming(view: View, conforms: "pd.Series[bool]") -> View:
    return replace(view, table=view.table.assign(**{CONFORMS: conforms.astype("float64")}))


def _counted(scope: Scope, columns: Sequence[str], numbers: Sequence[str] = ()) -> View:
    """Return the combinations of some columns, and the number of records of each."""
    view = scope.combinations(columns, numbers)
    counts = np.bincount(view.parts[0].rows(), minlength=len(view.table))
    return replace(view, table=view.table.assign(**{ROWS: counts}))


def _as_facts(failing: pd.DataFrame) -> Facts:
    return failing.to_dict("records")


def _with_gap(
    view: View, gap: "pd.Series[float]", admitted: controls.Tolerant, number: "pd.Series[float]"
) -> View:
    """Return a view with its gaps, less the share of the number that is admitted."""
    beyond = (gap.abs() - admitted.relative_tolerance * number.abs()).clip(lower=0)
    return replace(view, table=view.table.assign(**{GAP: (np.sign(gap) * beyond).round(DECIMALS)}))


def _within(expected: type[ExpectGapToBeTolerated], admitted: controls.Tolerant) -> gxe.Expectation:
    return expected(min_value=-admitted.tolerance, max_value=admitted.tolerance)


def _unique(columns: Sequence[str]) -> gxe.Expectation:
    if len(columns) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=columns[0])
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns), ignore_row_if="never")
