"""The command that says how a station is doing: ``vigie doctor``.

Here: asking about every subject, and telling it in French or in JSON. Not here: what is looked at
(``orchestration.doctor``).
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import typer
from rich.text import Text

from expectations.french import count, typeset
from expectations.untrusted import cleaned
from orchestration.commands.framed import sentence
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json
from orchestration.commands.stations import Live, station
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill
from orchestration.station.troubles import trouble_of

app = CommandLine()


@app.command()
def doctor(as_json: AsJson = False, live: Live = False) -> None:
    """Dit comment va la station, sujet par sujet, et que faire : 0 si tout va bien, 1 sinon."""
    examined = ExaminedStation(station(live=live), live, datetime.now(UTC))
    looks = []
    for name, health in _looks(examined):
        looks.append((name, health))
        if not as_json:
            _print(name, health)
    ill_subjects = sum(not health.is_well for _, health in looks)
    if as_json:
        print_json(_as_record(looks))
    else:
        sought = count(ill_subjects, "sujet demande", "sujets demandent")
        console.print(typeset(f"{sought} qu'on s'en occupe." if ill_subjects else "Tout va bien."))
    raise typer.Exit(1 if ill_subjects else 0)


def _looks(examined: ExaminedStation) -> Iterator[tuple[str, SubjectHealth]]:
    from orchestration.doctor.subjects import subjects  # noqa: PLC0415 Dagster costs seconds

    for name, look in subjects(examined).items():
        try:
            health = look(examined)
        except Exception as error:  # what stops one look is what that subject has
            health = _stopped(error, examined)
        yield name, health


def _stopped(error: Exception, examined: ExaminedStation) -> SubjectHealth:
    """Return what stopped a look, as the trouble of the station that it is."""
    if trouble := trouble_of(error, examined.folders):
        return ill(sentence(trouble), "")
    reason = f"N'a pas pu être regardé ({type(error).__name__} : {error})."
    return ill(reason, "Envoyez cette ligne à qui entretient la station.")


def _print(name: str, health: SubjectHealth) -> None:
    verdict = "bien" if health.is_well else "À VOIR"
    line = " ".join(filter(None, (f"{name} : {verdict}.", health.said, health.to_do)))
    console.print(Text(cleaned(typeset(line), 1_000)))


def _as_record(looks: list[tuple[str, SubjectHealth]]) -> dict[str, object]:
    return {
        "well": all(health.is_well for _, health in looks),
        "subjects": [{"name": name, **asdict(health)} for name, health in looks],
    }
