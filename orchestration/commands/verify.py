"""The command that checks all that a station keeps: ``vigie verify``.

Here: asking for the inspections, and telling them in French or in JSON. Not here: what is looked at
(``integrity``).
"""

from collections.abc import Iterable
from typing import Any

import typer
from rich.text import Text

from expectations.french import count, number, typeset
from expectations.untrusted import cleaned
from orchestration.commands.alone import say_who_is_waited_for
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json
from orchestration.commands.stations import Live, begun_station, tables_missing
from orchestration.integrity.integrity_check import IntegrityCheck
from orchestration.station.locks import VERIFICATION, alone

app = CommandLine()
NOT_READ = "Ce qui s'appuie sur le registre n'a pas été vérifié : il ne se lit pas."


@app.command()
def verify(as_json: AsJson = False, live: Live = False) -> None:
    """Vérifie tout ce que la station garde : archive, tables, publications, registre, liens."""
    from orchestration.integrity.whole_station import (  # noqa: PLC0415 the clients cost half a second
        inspect_station,
    )

    folders = begun_station(live=live).folders
    # What a night is changing is not what it will be a moment later.
    with alone(folders, VERIFICATION, waiting=say_who_is_waited_for):
        is_rebuilt = folders.warehouse.exists()
        inspections = inspect_station(folders, is_rebuilt=is_rebuilt)
        if as_json:
            record = inspections_record(list(inspections))
            print_json(record)
            is_whole = record["whole"]
        else:
            is_whole = print_inspections(inspections)
            if not is_rebuilt:
                console.print(typeset(tables_missing(folders.home, live=live)))
    raise typer.Exit(0 if is_whole else 1)


def print_inspections(inspections: Iterable[IntegrityCheck]) -> bool:
    """Print each inspection as it ends, then the verdict; tell whether the station is whole."""
    made = []
    for inspection in inspections:
        _print(inspection)
        made.append(inspection)
    console.print(_verdict(made))
    return all(inspection.is_whole for inspection in made)


def _print(inspection: IntegrityCheck) -> None:
    """Print what an inspection came to, and what to do about each fault."""
    faults = count(len(inspection.faults), "défaut", "défauts")
    outcome = "rien à redire" if inspection.is_whole else faults
    console.print(typeset(f"{inspection.name} ({number(inspection.checked)}) : {outcome}."))
    for fault in inspection.faults:
        sentence = " ".join(filter(None, (fault.where, fault.what, fault.to_do)))
        console.print(Text("  " + cleaned(typeset(sentence))))


def _verdict(inspections: list[IntegrityCheck]) -> str:
    """Say in one sentence whether the station is whole."""
    faults = sum(len(inspection.faults) for inspection in inspections)
    if not faults:
        return "La station est entière."
    unread = "" if inspections[0].is_whole else f" {NOT_READ}"
    faults_said = count(faults, "défaut", "défauts")
    return typeset(f"La station n'est pas entière : {faults_said} à réparer.{unread}")


def inspections_record(inspections: list[IntegrityCheck]) -> dict[str, Any]:
    """Return what was looked at, and what is wrong, for a machine."""
    return {
        "whole": all(inspection.is_whole for inspection in inspections),
        "checks": [
            {
                "name": inspection.name,
                "checked": inspection.checked,
                "faults": [fault._asdict() for fault in inspection.faults],
            }
            for inspection in inspections
        ],
    }
