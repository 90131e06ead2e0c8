"""An explanation on the console, in French.

Here: layout; every text is cleaned and shown as text, never as markup. Not here: the sentences
(``phrasing``).
"""

from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from expectations.french import moment_long, number
from expectations.untrusted import cleaned
from orchestration.explain import phrasing
from orchestration.explain.explanation import Explanation, RawTable

FIRST_ROWS = 20
INDENT = (0, 0, 0, 2)


def print_explanation(console: Console, explanation: Explanation, *, every_row: bool) -> None:
    """Tell all that is known of a cell.

    Args:
        console: Where to.
        explanation: The explanation.
        every_row: Print every row of the extracts, not the first ones only.
    """
    console.print(_text(f"{explanation.cell.indicator} · {explanation.indicator_label}", "bold"))
    console.print(_text(phrasing.place(explanation)))
    _print_value(console, explanation)
    _heading(console, "Millésimes")
    _lines(
        console,
        [phrasing.vintage(vintage, explanation.unit) for vintage in explanation.vintages]
        or ["Aucun."],
    )
    _heading(console, "Publications")
    published = [
        phrasing.publication(release, explanation.unit) for release in explanation.publications
    ]
    _lines(console, published or ["Cette cellule n'a jamais été publiée."])
    _heading(console, "Lignes des extraits")
    _lines(console, [phrasing.rows_sentence(explanation)])
    for table in explanation.tables:
        _print_table(console, table, every_row=every_row)
    _print_extracts(console, explanation)
    _print_checks(console, explanation)
    _heading(console, "Décisions")
    _lines(console, explanation.decisions or [phrasing.NO_DECISION])
    _heading(console, "Chemin")
    _lines(console, [" → ".join(explanation.path) or explanation.model])
    _heading(console, f"Modèle : {explanation.model}")
    console.print(Text(explanation.sql))


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """Return all that is known of a cell, for a machine, every row of the extracts included."""
    tables = [
        {"source": table.source_id, "extract_id": table.extract_id, "columns": table.columns}
        | {"rows": [row._asdict() for row in table.rows]}
        for table in explanation.tables
    ]
    return vars(explanation) | {"tables": tables}


def _print_value(console: Console, explanation: Explanation) -> None:
    received = (
        f"{phrasing.figure(explanation.received, explanation.unit)} ({explanation.standing.value})"
    )
    first = [("Valeur reçue", received), ("Publié", phrasing.published(explanation))]
    held = [("Retenu par", ", ".join(explanation.held_by))] if explanation.held_by else []
    console.print()
    _pairs(console, [*first, *held, *phrasing.facts(explanation)])


def _print_table(console: Console, table: RawTable, *, every_row: bool) -> None:
    terms, shown = phrasing.terms(table), table.rows if every_row else table.rows[:FIRST_ROWS]
    _lines(console, ["", phrasing.table_title(table)])
    if len(table.rows) == 1:
        _print_row(console, table)
        return
    grid = Table(box=box.SIMPLE_HEAD)
    grid.add_column("Ligne", no_wrap=True, justify="right")
    for i in table.varying:
        grid.add_column(_text(table.columns[i]), overflow="fold")
    for term in terms:
        grid.add_column(term, no_wrap=True, justify="right")
    for row in shown:
        texts = (_text(row.texts[i] or "") for i in table.varying)
        grid.add_row(str(row.line), *texts, *phrasing.brought(row, terms))
    console.print(grid)
    left = len(table.rows) - len(shown)
    if left:
        _lines(console, [f"… et {number(left)} autres, avec --tout."])


def _print_row(console: Console, table: RawTable) -> None:
    (row,) = table.rows
    written = zip(table.columns, row.texts, strict=True)
    _pairs(
        console, [("ligne", str(row.line)), *((name, text or "(vide)") for name, text in written)]
    )


def _print_extracts(console: Console, explanation: Explanation) -> None:
    _heading(console, "Extraits")
    for extract in explanation.extracts:
        pairs = [
            ("Source", f"{extract.source_id} · {extract.label} · {extract.producer}"),
            ("Empreinte SHA-256", extract.extract_id),
            ("Reçu", f"le {moment_long(extract.obtained_at)}, de {extract.url}"),
            ("Octets", number(extract.bytes)),
        ]
        if extract.confirmed_at:
            pairs.append(("Reçu ou confirmé", f"en dernier le {moment_long(extract.confirmed_at)}"))
        if extract.damage:
            pairs.append(("Archive", extract.damage))
        if extract.trouble:
            pairs.append(("En difficulté", extract.trouble))
        _pairs(console, pairs)
    if not explanation.extracts:
        _lines(console, ["Aucun."])


def _print_checks(console: Console, explanation: Explanation) -> None:
    _heading(console, "Contrôles")
    if not explanation.checks:
        _lines(console, ["Aucun contrôle ne s'est prononcé sur cette cellule."])
    grid = Table.grid(padding=(0, 2))
    for check in explanation.checks:
        sentence = f"{check.title}. {check.explanation}"
        grid.add_row(check.code, phrasing.OUTCOMES[check.outcome], _text(sentence))
    console.print(Padding(grid, INDENT))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(_text(text, "bold"))


def _lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(Text("  ") + _text(line))


def _pairs(console: Console, pairs: Iterable[tuple[str, str]]) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(_text(name), _text(text))
    console.print(Padding(grid, INDENT))


def _text(text: str, style: str = "") -> Text:
    return Text(cleaned(text), style=style)
