"""Reference workbooks and tables as they are shipped with the code."""

import pyarrow as pa

from sources.client import Extract
from sources.contract import PRODUCERS
from sources.registry import source

PAYS_DE_LA_LOIRE = ("44", "49", "53", "72", "85")


def read(source_id: str) -> pa.Table:
    known = source(source_id)
    path = PRODUCERS / known.contract.dataset
    return known.client.read(known, Extract("x", (path,), 0, {}))


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
