"""Reference workbooks as they are: titles on two merged rows, strict Open XML."""

from dataclasses import replace

import pyarrow as pa
import pytest

from sources.client import Extract
from sources.contract import PRODUCERS
from sources.errors import ExtractRefused
from sources.registry import source
from sources.tables.spanning_titles import table_under
from sources.tables.tabular import Sheet

PAYS_DE_LA_LOIRE = ("44", "49", "53", "72", "85")
SHEET = Sheet(
    name="DEP",
    header_row=4,
    titles=("", "Actifs", ""),
    rows=((5, (None, "Ensemble", "Femmes")), (6, ("01", "3", "2"))),
    merged=((4, 4, 2, 3),),
)


def read(source_id: str) -> pa.Table:
    known = source(source_id)
    path = PRODUCERS / known.contract.dataset
    return known.client.read(known, Extract("x", (path,), 0, {}))


def test_merged_titles_are_joined_over_the_columns_that_they_cover() -> None:
    read = table_under(SHEET, 2)
    assert read.column_names == ["Colonne 1", "Actifs : Ensemble", "Actifs : Femmes"]
    assert read.to_pylist() == [
        {"Colonne 1": "01", "Actifs : Ensemble": "3", "Actifs : Femmes": "2"}
    ]


def test_a_row_of_titles_that_is_missing_is_told() -> None:
    with pytest.raises(ExtractRefused, match="lignes 4 à 5"):
        table_under(replace(SHEET, rows=SHEET.rows[1:]), 2)


def test_the_departments_add_up_to_the_region() -> None:
    rows = read("insee_activite_departements").to_pylist()
    assert len(rows) == 96
    region = [int(r["actifs"]) for r in rows if r["code_departement"] in PAYS_DE_LA_LOIRE]
    assert sum(region) == 1_793_107


def test_a_strict_workbook_is_read_with_the_zeros_of_its_codes() -> None:
    rows = read("insee_chomage_zones").to_pylist()
    assert len(rows) == 302
    assert (rows[0]["ze2020"], rows[0]["taux_2003"], rows[0]["taux_2020"]) == ("0051", "7.3", "7.7")


def test_the_departments_are_those_of_known_regions() -> None:
    regions = set(read("insee_regions").column("reg").to_pylist())
    departments = read("insee_departements")
    assert departments.num_rows == 101
    assert set(departments.column("reg").to_pylist()) == regions
