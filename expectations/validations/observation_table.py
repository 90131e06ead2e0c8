"""What the table of observations must look like, said by core expectations as they are.

Here: columns, types, key, codes, signs, numbers of rows; each clause carries the code of its rule.
Not here: what needs a cell to be compared with others (``rules``), the code lists (dbt's seeds).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd
from great_expectations import expectations as gxe

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, KEY, NUMBERS
from expectations.suites.policy import load_policy
from expectations.validations.batch import validate
from expectations.validations.rule_classes import SEVERITIES
from expectations.validations.suite_result import SuiteResult

TABLE, PERIODS = "fct_observation", "fct_observation_periodes"
FILLED = [*KEY, "obs_status"]
FEWEST, MOST = "lignes_au_moins", "lignes_au_plus"
WITHOUT_A_NEXT = {"census", "reading"}
"""Kinds of periods that no calendar tells: each comes with the cells that its extract gives."""

CodeLists = Mapping[str, Collection[str]]


def check_table(
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    code_lists: CodeLists,
    data_sha256: str,
) -> list[SuiteResult]:
    """Return what Great Expectations says of the table of observations.

    Args:
        observations: The table, as the warehouse gives it.
        definitions: The indicators, by id.
        code_lists: Codes that each column may hold, from dbt's seeds.
        data_sha256: Digest of the observations.

    Returns:
        Two suites: the rows of the table, and the number of rows of each indicator and period.

    Raises:
        RuntimeError: Great Expectations could not judge a clause.
    """
    lists = {"indicator": definitions.keys(), **code_lists}
    clauses = [*_shape(), *_fields(), *_codes(lists), *_signs(definitions)]
    rows = validate(observations, clauses, KEY)
    counts = numbers_of_rows(observations, definitions)
    periods = validate(counts, list(_numbers_of_rows()), ["indicator"])
    return [
        SuiteResult(TABLE, "La table des observations", data_sha256, rows),
        SuiteResult(PERIODS, "Les périodes de la table des observations", data_sha256, periods),
    ]


def numbers_of_rows(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    """Return the least and the greatest number of rows of a period, by indicator.

    The grid is completed, so that both are the same wherever periods follow one another.
    """
    dated = [
        name
        for name, definition in definitions.items()
        if definition.period_kind not in WITHOUT_A_NEXT
    ]
    kept = observations[observations["indicator"].isin(dated)]
    rows = kept.groupby(["indicator", "time_period"]).size().groupby("indicator")
    return pd.DataFrame({FEWEST: rows.min(), MOST: rows.max()}).reset_index()


def _clause(rule: str, description: str) -> dict[str, Any]:
    return {
        "description": french.typeset(f"{description} ({rule})."),
        "severity": SEVERITIES[load_policy().severities[rule]],
        "meta": {"rule": rule},
    }


def _shape() -> Iterator[gxe.Expectation]:
    clause = _clause("FLF", "La table a les colonnes convenues, dans leur ordre")
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=COLUMNS, **clause)
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1, **_clause("RNR", "La table a des lignes"))
    clause = _clause("RWD", "Deux lignes n'ont pas la même clé")
    yield gxe.ExpectCompoundColumnsToBeUnique(column_list=KEY, ignore_row_if="never", **clause)


def _fields() -> Iterator[gxe.Expectation]:
    for column in COLUMNS:
        kind, named = ("float64", "nombres") if column in NUMBERS else ("str", "textes")
        clause = _clause("FDT", f"La colonne « {column} » contient des {named}")
        yield gxe.ExpectColumnValuesToBeOfType(column=column, type_=kind, **clause)
    for column in FILLED:
        clause = _clause("FDM", f"La colonne « {column} » est remplie à chaque ligne")
        yield gxe.ExpectColumnValuesToNotBeNull(column=column, **clause)


def _codes(lists: CodeLists) -> Iterator[gxe.Expectation]:
    for column, codes in lists.items():
        clause = _clause("COV", f"Chaque code de « {column} » est dans sa nomenclature")
        yield gxe.ExpectColumnValuesToBeInSet(column=column, value_set=sorted(codes), **clause)


def _signs(definitions: Mapping[str, IndicatorDefinition]) -> Iterator[gxe.Expectation]:
    """Ask for a value of zero or more where the definition allows none below; ranges are VIR's."""
    never_below = [name for name, definition in definitions.items() if definition.range[0] >= 0]
    clause = _clause("VIR", "Aucune valeur n'est négative là où la définition n'en permet pas")
    yield gxe.ExpectColumnValuesToBeBetween(
        column="obs_value",
        min_value=0,
        row_condition=f"indicator in {never_below!r}",
        condition_parser="pandas",
        **clause,
    )


def _numbers_of_rows() -> Iterator[gxe.Expectation]:
    clause = _clause("RNR", "Les périodes d'un indicateur ont toutes le même nombre de lignes")
    yield gxe.ExpectColumnPairValuesToBeEqual(column_A=FEWEST, column_B=MOST, **clause)
