"""A cell: what it says of its own codes, and reading it in a row that says more."""

from expectations.cells.observations import KEY
from expectations.verdicts.table import Cell


def test_a_cell_is_read_from_a_row_and_says_its_codes_in_the_order_of_the_columns() -> None:
    codes = ("1A4_pcrh_te", "DEP-44", "2024", "naf17", "AZ")
    row = {"rule": "BRK", **dict(reversed([*zip(KEY, codes, strict=True)]))}
    cell = Cell.of(row)
    assert cell == Cell(*codes)
    assert cell.key == codes == tuple(cell.to_dict().values())
    assert (cell.area_type, cell.is_of_region) == ("DEP", False)
    assert Cell("1A4_pcrh_te", "REG-52", "2024", "_T", "_T").is_of_region
