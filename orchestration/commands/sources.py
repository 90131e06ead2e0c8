"""The command that tells what came of the sources: ``vigie sources``.

Here: the last outcome of each source, in French, in the terminal. Not here: collecting them
(``sources.collect``), nor their register (``sources.archive``).
"""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from expectations.french import moment_short, quantity, typeset
from expectations.untrusted import cleaned
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, reply_table
from orchestration.commands.stations import Live, begun_station
from sources.archive import Archive, FetchOutcome, FetchStatus

app = CommandLine()

STATUSES = {
    FetchStatus.NEW: "nouveau",
    FetchStatus.UNCHANGED: "inchangé",
    FetchStatus.REFUSED: "refusé",
    FetchStatus.FAILED: "non reçu",
    FetchStatus.MISSING: "pas encore là",
}
CLASSES = {"permanent": "Erreur durable", "retryable": "Erreur passagère"}


@app.command("sources")
def list_sources(live: Live = False, as_json: AsJson = False) -> None:
    """Montre ce que la dernière collecte de chaque source a donné."""
    archive = Archive(begun_station(live=live).folders.home)
    outcomes = archive.latest_outcomes()
    found = damages(archive, outcomes)
    if as_json:
        shown = [vars(outcomes[name]) | {"damage": found.get(name)} for name in sorted(outcomes)]
        print_json({"sources": shown})
        return
    console.print(outcome_table(outcomes))
    for source_id, damage in found.items():
        console.print(Text(typeset(cleaned(f"{source_id} : {damage}"))))


def damages(archive: Archive, outcomes: Mapping[str, FetchOutcome]) -> dict[str, str]:
    """Say by source which extracts in use are not what was received any more, and what to do."""
    found = {
        source_id: archive.damage(outcome.extract_in_use)
        for source_id, outcome in sorted(outcomes.items())
        if outcome.extract_in_use
    }
    return {source_id: damage for source_id, damage in found.items() if damage}


def outcome_table(outcomes: dict[str, FetchOutcome]) -> Table:
    """Return the outcomes of the sources, by source, as a table for the terminal."""
    table = reply_table("Source", "Quand", "Ce qui est venu")
    for source_id, outcome in sorted(outcomes.items()):
        when = moment_short(outcome.started_at)
        lines = (_state(outcome), *outcome.repairs, *outcome.changes, _error(outcome))
        notes = "\n".join(cleaned(line) for line in lines if line)
        table.add_row(source_id, when, Text(notes))
    return table


def _state(outcome: FetchOutcome) -> str:
    vintage = f", millésime {outcome.vintage}" if outcome.vintage else ""
    size, seconds = quantity(outcome.bytes, "octets"), quantity(round(outcome.seconds, 1), "s")
    return f"{STATUSES[outcome.status]}{vintage}, {size} en {seconds}"


def _error(outcome: FetchOutcome) -> str:
    if outcome.error_class is None:
        return ""
    if outcome.status is FetchStatus.MISSING:
        return outcome.message or ""
    return f"{CLASSES[outcome.error_class]} : {outcome.message or ''}"
