"""A folded table of the console is read whole, and a wrong title in it is told."""

from tests.readers.console_tables import of_findings_console, read_table
from tests.readers.made_up import made_up_truth

PRINTED = """
  Constat        Gravité         Indicateur    Ce qui a été trouvé               Décisions
 ──────────────────────────────────────────────────────────────────────────────────────────
  38037085d670   Avertissement   1A4_pcrh_te   Nombre de PCRH avec un volet      rupture,
                                               vert : Pays de la Loire, 43 en    valeur
                                               2023, 41 en 2024

1 constat. Pour décider :
"""


def test_folded_lines_belong_together() -> None:
    (row,) = read_table(PRINTED, "Constat")
    assert row[3:] == [
        "Nombre de PCRH avec un volet vert : Pays de la Loire, 43 en 2023, 41 en 2024",
        "rupture, valeur",
    ]


def test_a_wrong_title_is_told() -> None:
    truth = made_up_truth()
    assert list(of_findings_console(PRINTED, truth)) == []
    (line,) = of_findings_console(PRINTED.replace("43 en", " 4 en"), truth)
    assert line.number == "4"
    (line,) = of_findings_console(PRINTED.replace("38037085d670", "000000000000"), truth)
    assert line.number == "000000000000"
