"""The command that makes a station again from what it received: ``vigie rebuild``.

Here: what is typed, and telling what came of it in French or in JSON. Not here: making it again
(``rebuilding``).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from expectations.french import count, typeset
from expectations.untrusted import cleaned
from orchestration.commands.alone import STATION_BUSY, say_who_is_waited_for, working_alone
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, refuse
from orchestration.commands.stations import Live, no_night_in, station
from orchestration.settings.settings import Settings
from orchestration.station.job_names import REBUILDING
from orchestration.station.releases_in_force import current_release
from orchestration.station.vintages_copy import VintagesDamagedError
from sources.storage.register_store import is_there

if TYPE_CHECKING:
    from orchestration.rebuilding.past_releases import PastReleases
    from orchestration.rebuilding.proof import Proven

app = CommandLine()


@app.command()
def rebuild(
    *,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Refait tout à côté, compare à l'octet près, et ne change rien."
        ),
    ] = False,
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Refait l'entrepôt depuis l'archive et le registre ; --verify prouve que tout se refait."""
    from orchestration.rebuilding.remaking import (  # noqa: PLC0415 Dagster costs seconds
        NotRemadeError,
        RebuildBusyError,
    )

    settings = station(live=live)
    if not is_there(settings.folders.home):
        refuse(no_night_in(settings.folders.home, live=live))
    try:
        if not verify:
            _rebuild(settings, as_json=as_json)
        elif not _prove(settings, as_json=as_json):
            raise typer.Exit(1)
    except RebuildBusyError as error:
        refuse(str(error), STATION_BUSY)
    except (NotRemadeError, VintagesDamagedError) as error:
        refuse(typeset(str(error)))


def _prove(settings: Settings, *, as_json: bool) -> bool:
    """Make everything again beside, and tell what differs."""
    from orchestration.rebuilding.proof import prove  # noqa: PLC0415 Dagster costs seconds

    if current_release(settings.folders.releases) is None:
        refuse("Aucune publication n'a été faite : il n'y a rien à comparer.")
    if as_json:
        proven = list(prove(settings.folders, lambda _: None, say_who_is_waited_for))
        print_json(_as_record(proven))
    else:
        proven = list(_printed(prove(settings.folders, _print_begun, say_who_is_waited_for)))
        console.print(_verdict(proven))
    return all(each.is_proven for each in proven)


def _print_begun(past: "PastReleases") -> None:
    releases = count(len(past.again), "publication est refaite", "publications sont refaites")
    console.print(typeset(f"{releases} de ce qui a été reçu et signé, l'une après l'autre."))
    if past.base is not None:
        name = past.base.release_id
        console.print(f"Ce qui précède est pris tel quel, jusqu'à la publication {name}.")


def _printed(proven: "Iterator[Proven]") -> "Iterator[Proven]":
    for each in proven:
        differs = count(len(each.divergences), "différence", "différences")
        console.print(
            typeset(f"{each.name} : {differs if each.divergences else 'à l’octet près'}.")
        )
        for where, what, why in each.divergences:
            because = f" Pourquoi : {why}." if why else ""
            console.print(Text(f"  {cleaned(typeset(f'{where} {what}{because}'))}"))
        yield each


def _verdict(proven: "Sequence[Proven]") -> str:
    """Say in one sentence whether the station is what was received and signed."""
    unexplained = sum(not each.is_proven for each in proven)
    if unexplained:
        return "La station n'est pas ce que donnent l'archive et le registre : voyez ci-dessus."
    if any(each.divergences for each in proven):
        return "La station se refait, à ce qui est expliqué près."
    return "La station se refait à l'octet près."


def _as_record(proven: "Sequence[Proven]") -> dict[str, Any]:
    return {
        "proven": all(each.is_proven for each in proven),
        "identical": not any(each.divergences for each in proven),
        "made_again": [
            {
                "name": each.name,
                "differences": [divergence._asdict() for divergence in each.divergences],
            }
            for each in proven
        ],
    }


def _rebuild(settings: Settings, *, as_json: bool) -> None:
    """Make the warehouse again, and put it in the place of the one that is there."""
    from orchestration.rebuilding.new_warehouse import (  # noqa: PLC0415 Dagster costs seconds
        make_warehouse,
    )

    folders = settings.folders
    with working_alone(folders, REBUILDING, "L'entrepôt se refait"):
        is_as_published = make_warehouse(settings)
    if as_json:
        print_json({"warehouse": str(folders.warehouse), "as_published": is_as_published})
        return
    console.print(f"Entrepôt refait : {folders.warehouse}")
    if not is_as_published:
        console.print(
            "Ses observations ne sont pas celles de la publication en vigueur : lancez la nuit."
        )
