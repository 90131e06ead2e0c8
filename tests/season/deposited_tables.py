"""What partners deposit in a season: a recorded table, with some of its lines changed.

Here: texts in, texts out. Not here: when it is deposited (``events``).
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

DEPARTMENTS = {
    "44": "Loire-Atlantique",
    "49": "Maine-et-Loire",
    "53": "Mayenne",
    "72": "Sarthe",
    "85": "Vendée",
}
REGION = "Pays de la Loire"
PCRH_KEY = ("Année", "Code département", "Thème")
DECLARED_KEY = ("Indicateur", "Territoire", "Période", "Ventilation", "Catégorie")
VALUES = ("Nombre de PCRH", "Valeur")
AREA_NAME = "Département"


@dataclass(frozen=True)
class Line:
    """A line that is not as it was recorded.

    Attributes:
        key: What tells it from the others, in the order of the table's key.
        value: What it says; None when it is left out.
    """

    key: tuple[str, ...]
    value: str | None


def revised(recorded: str, lines: tuple[Line, ...]) -> str:
    """Return a table with some lines changed, added or left out; the others stay as they are."""
    reader = csv.DictReader(io.StringIO(recorded.removeprefix("\ufeff")), delimiter=";")
    titles = list(reader.fieldnames or ())
    key = PCRH_KEY if PCRH_KEY[0] in titles else DECLARED_KEY
    (value,) = [title for title in VALUES if title in titles]
    rows = {tuple(row[title] for title in key): row for row in reader}
    for line in lines:
        if line.value is None:
            rows.pop(line.key, None)
        else:
            model = rows.get(line.key) or _sibling(rows, line.key)
            rows[line.key] = _named({**model, **dict(zip(key, line.key, strict=True))}) | {
                value: line.value
            }
    return _written(titles, list(rows.values()))


def _sibling(
    rows: Mapping[tuple[str, ...], dict[str, str]], key: tuple[str, ...]
) -> dict[str, str]:
    """Return the line that has the most in common with a new one."""
    return rows[max(rows, key=lambda other: sum(a == b for a, b in zip(other, key, strict=True)))]


def _named(row: dict[str, str]) -> dict[str, str]:
    if AREA_NAME not in row:
        return row
    return {**row, AREA_NAME: DEPARTMENTS.get(row["Code département"], REGION)}


def _written(titles: list[str], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, titles, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
