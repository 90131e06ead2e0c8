"""The command that tells what came of the sources: ``vigie sources``.

Here: the last outcome of each source, in French, in the terminal. Not here: collecting them
(``sources.collect``), nor their register (``sources.archive``).
"""

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from expectations.french import quantity
from expectations.untrusted import cleaned
from orchestration.commands.stations import Live, built_station, console
from sources.archive import Archive, FetchOutcome, FetchStatus

app = typer.Typer()

STATUSES = {
    FetchStatus.NEW: "nouveau",
    FetchStatus.UNCHANGED: "inchangé",
    FetchStatus.REFUSED: "refusé",
    FetchStatus.FAILED: "non reçu",
    FetchStatus.MISSING: "pas encore là",
}
CLASSES = {"permanent": "durable", "retryable": "passagère"}
COLUMNS = ("Source", "Quand (UTC)", "Durée", "Octets", "État", "Ce qui a changé", "Erreur")


@app.command("sources")
def list_sources(live: Live = False) -> None:
    """Montre ce que la dernière collecte de chaque source a donné."""
    console.print(outcome_table(Archive(built_station(live=live).folders.home).latest_outcomes()))


def outcome_table(outcomes: dict[str, FetchOutcome]) -> Table:
    """Return the outcomes of the sources, by source, as a table for the terminal."""
    table = Table(box=box.SIMPLE_HEAD)
    for title in COLUMNS:
        table.add_column(title, overflow="fold")
    for source_id, outcome in sorted(outcomes.items()):
        table.add_row(
            source_id,
            f"{outcome.started_at:%d/%m/%Y %H:%M}",
            f"{quantity(round(outcome.seconds, 1))} s",
            quantity(outcome.bytes),
            Text(_state(outcome)),
            Text("\n".join(map(cleaned, (*outcome.repairs, *outcome.changes)))),
            Text(_error(outcome)),
        )
    return table


def _state(outcome: FetchOutcome) -> str:
    vintage = f", millésime {cleaned(outcome.vintage)}" if outcome.vintage else ""
    return f"{STATUSES[outcome.status]}{vintage}"


def _error(outcome: FetchOutcome) -> str:
    if outcome.error_class is None:
        return ""
    return f"{CLASSES[outcome.error_class]} : {cleaned(outcome.message or '')}"
