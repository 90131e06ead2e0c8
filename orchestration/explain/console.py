"""An explanation on the console, in French.

Layout only: every text is cleaned and shown as text, never as markup. The sentences are in
``wording``.
"""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from expectations.french import number
from expectations.untrusted import cleaned
from orchestration.explain import phrasing as wording
from orchestration.explain.explanation import Explanation, RawTable

FIRST_ROWS = 20
INDENT = (0, 0, 0, 2)


def print_explanation(console: Console, told: Explanation, *, every_row: bool) -> None:
    """Tell all that is known of a cell.

    Args:
        console: Where to.
        told: The explanation.
        every_row: Print every row of the extracts, not the first ones only.
    """
    console.print(_text(f"{told.cell.indicator} · {told.indicator_label}", "bold"))
    console.print(_text(wording.place(told)))
    _print_value(console, told)
    _heading(console, "Millésimes")
    _lines(console, [wording.vintage(it, told.unit) for it in told.vintages] or ["Aucun."])
    _heading(console, "Publications")
    published = [wording.publication(it, told.unit) for it in told.publications]
    _lines(console, published or ["Cette cellule n'a jamais été publiée."])
    _heading(console, "Lignes des extraits")
    _lines(console, [wording.rows_sentence(told)])
    for table in told.tables:
        _print_table(console, table, every_row=every_row)
    _print_extracts(console, told)
    _print_checks(console, told)
    _heading(console, "Décisions")
    _lines(console, told.decisions or [wording.NO_DECISION])
    _heading(console, "Chemin")
    _lines(console, [" → ".join(told.path) or told.model])
    _heading(console, f"Modèle : {told.model}")
    console.print(Text(told.sql))


def _print_value(console: Console, told: Explanation) -> None:
    received = f"{wording.figure(told.received, told.unit)} ({told.standing.value})"
    first = [("Valeur reçue", received), ("Publié", wording.published(told))]
    held = [("Retenu par", ", ".join(told.held_by))] if told.held_by else []
    console.print()
    _pairs(console, [*first, *held, *wording.facts(told)])


def _print_table(console: Console, table: RawTable, *, every_row: bool) -> None:
    terms, shown = wording.terms(table), table.rows if every_row else table.rows[:FIRST_ROWS]
    _lines(console, ["", wording.table_title(table)])
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
        grid.add_row(str(row.line), *texts, *wording.brought(row, terms))
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


def _print_extracts(console: Console, told: Explanation) -> None:
    _heading(console, "Extraits")
    for extract in told.extracts:
        pairs = [
            ("Source", f"{extract.source_id} · {extract.label} · {extract.producer}"),
            ("Empreinte SHA-256", extract.extract_id),
            ("Reçu", f"le {wording.moment(extract.obtained_at)}, de {extract.url}"),
            ("Octets", number(extract.bytes)),
        ]
        if extract.confirmed_at:
            pairs.append(
                ("Reçu ou confirmé", f"en dernier le {wording.moment(extract.confirmed_at)}")
            )
        if extract.trouble:
            pairs.append(("En difficulté", extract.trouble))
        _pairs(console, pairs)
    if not told.extracts:
        _lines(console, ["Aucun."])


def _print_checks(console: Console, told: Explanation) -> None:
    _heading(console, "Contrôles")
    if not told.checks:
        _lines(console, ["Aucun contrôle ne s'est prononcé sur cette cellule."])
    grid = Table.grid(padding=(0, 2))
    for check in told.checks:
        said = f"{check.title}. {check.explanation}"
        grid.add_row(check.code, wording.OUTCOMES[check.outcome], _text(said))
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
