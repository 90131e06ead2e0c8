"""Tables of the console: where their lines break."""

from io import StringIO

from rich.console import Console

from expectations.french import number, quoted, typeset
from orchestration.commands.replies import reply_table


def test_no_line_of_a_table_breaks_at_a_no_break_space() -> None:
    table = reply_table("Constat", "Ce qui a été trouvé")
    figures = f"34 % en 2018, {number(13_700)} en 2019"
    found = typeset(f"Diplômes de la région : {quoted('MASA')}, {figures} ; aucun en 2020 !")
    table.add_row("4644bcf43c4a", found)
    for width in range(30, 80):
        shown = StringIO()
        Console(file=shown, width=width).print(table)
        words = found.split(" ")
        assert all(word in shown.getvalue() for word in words), (width, shown.getvalue())
