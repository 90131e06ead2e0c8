"""Titles on two rows of a sheet, the first of them merged."""

from dataclasses import replace

import pytest

from sources.errors import ExtractRefused
from sources.tables.spanning_titles import table_under
from sources.tables.tabular import Sheet

SHEET = Sheet(
    name="DEP",
    header_row=4,
    titles=("", "Actifs", ""),
    rows=((5, (None, "Ensemble", "Femmes")), (6, ("01", "3", "2"))),
    merged=((4, 4, 2, 3),),
)


def test_merged_titles_are_joined_over_the_columns_that_they_cover() -> None:
    read = table_under(SHEET, 2)
    assert read.column_names == ["Colonne 1", "Actifs : Ensemble", "Actifs : Femmes"]
    assert read.to_pylist() == [
        {"Colonne 1": "01", "Actifs : Ensemble": "3", "Actifs : Femmes": "2"}
    ]


def test_a_row_of_titles_that_is_missing_is_told() -> None:
    with pytest.raises(ExtractRefused, match="lignes 4 à 5"):
        table_under(replace(SHEET, rows=SHEET.rows[1:]), 2)
