"""The command that tells what came of the sources: ``vigie sources``.

Here: the last outcome of each source, in French, in the terminal. Not here: collecting them
(``sources.collect``), nor their register (``sources.archive``).
"""

from collections.abc import Mapping

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from expectations.french import quantity, typeset
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
    archive = Archive(built_station(live=live).folders.home)
    outcomes = archive.latest_outcomes()
    console.print(outcome_table(outcomes))
    for sentence in damages(archive, outcomes):
        console.print(Text(typeset(cleaned(sentence))))


def damages(archive: Archive, outcomes: Mapping[str, FetchOutcome]) -> list[str]:
    """Say which extracts in use are not what was received any more, and what to do."""
    found = {
        source_id: archive.damage(outcome.extract_in_use)
        for source_id, outcome in sorted(outcomes.items())
        if outcome.extract_in_use
    }
    return [f"{source_id} : {damage}" for source_id, damage in found.items() if damage]


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
