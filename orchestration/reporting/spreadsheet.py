"""A table as a file that opens by a double click in a spreadsheet set to French.

Here: how it is written. Not here: its rows (``values_in_cause``, ``desk.publication_table``), the
CSV of a release, which is for programs (``station.publishing``).

Such a spreadsheet takes semicolons and decimal commas, and knows UTF-8 by its mark alone. Read
otherwise, ``34.210526`` is a text, ``5.3`` the fifth of March.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from expectations.untrusted import as_csv

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def as_spreadsheet(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """Return a table whose texts are shown and not computed, and whose numbers are numbers."""
    text = io.StringIO()
    text.write(MARK)
    table = csv.writer(text, delimiter=";", lineterminator="\n")
    table.writerow(columns)
    table.writerows(list(map(_written, row)) for row in rows)
    return text.getvalue()


def _written(content: str | float | None) -> str:
    if content is None:
        return ""
    return as_csv(content) if isinstance(content, str) else f"{content:.15g}".replace(".", ",")
