"""The commands of data stewards: ``vigie findings | decide | decisions``.

Here: checking what was typed before anything starts, launching the job that records and publishes a
decision, telling the result in French. Not here: what may be decided (``publication.docket``),
running the job (``signing``).
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from expectations.decisions.admissible import BLANK_AUTHOR
from expectations.decisions.decision import MEANINGS, SIGNED, Choice
from expectations.decisions.standings import LAPSED_BECAUSE, Standing
from expectations.french import count, typeset
from expectations.untrusted import cleaned
from orchestration.commands.alone import working_alone
from orchestration.commands.docket_replies import (
    decisions_record,
    decisions_table,
    findings_record,
    findings_table,
    kindred,
)
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, refuse
from orchestration.commands.stations import Live, built_station, entered_station, replayed_station
from orchestration.publication.deciding import draft_decisions
from orchestration.publication.docket import Docket, UndecidableError, read_docket
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.job_names import DECISION

app = CommandLine()


@app.command()
def findings(live: Live = False, as_json: AsJson = False) -> None:
    """Liste les constats qui retiennent des valeurs, et ce qui peut en être décidé."""
    folders = built_station(live=live).folders
    docket = _docket(folders)
    if as_json:
        print_json(findings_record(folders, docket))
        return
    _print_troubles(docket)
    if not docket.open:
        console.print("Aucun constat n'attend de décision.")
        return
    console.print(findings_table(folders, docket))
    console.print(typeset(f"{count(len(docket.open), 'constat', 'constats')}. Pour décider :"))
    words = "CONSTAT --live" if live else "CONSTAT"
    console.print(f'vigie decide {words} --decision DÉCISION --auteur "{BLANK_AUTHOR}" --motif "…"')
    if kindred(docket):
        console.print(
            "Avec --toute-la-cause, les constats d'une même cause se décident d'un seul geste, "
            "chacun sur ses propres chiffres."
        )
    meanings = Table.grid(padding=(0, 2))
    for choice, meaning in MEANINGS.items():
        meanings.add_row(f"  {choice}", typeset(f"{meaning} ; {SIGNED[choice]}"))
    console.print(meanings)


@app.command()
def decide(  # noqa: PLR0913 what a steward types, an option each
    constat: Annotated[
        str, typer.Argument(help="Référence du constat, ou son début s'il est le seul.")
    ],
    *,
    decision: Annotated[Choice, typer.Option(metavar="DÉCISION", help="Ce qui est décidé.")],
    auteur: Annotated[str, typer.Option(help="Nom de la personne qui signe.")],
    motif: Annotated[str, typer.Option(help="Pourquoi, en quelques mots de français.")],
    toute_la_cause: Annotated[
        bool,
        typer.Option(
            "--toute-la-cause",
            help="Décide d'un seul geste tous les constats que la même cause explique sans doute.",
        ),
    ] = False,
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Signe une décision sur un constat, et publie aussitôt ce qui en découle."""
    folders, signed = built_station(live=live).folders, (decision, auteur, motif)
    try:
        docket = read_docket(folders)
        draft, *_ = draft_decisions(docket, constat, signed, is_of_cause=toute_la_cause)
    except UndecidableError as error:
        raise typer.BadParameter(str(error)) from None
    values: dict[str, str | bool] = {
        "constat": draft.subject.finding_id,
        "toute_la_cause": toute_la_cause,
        "decision": decision.value,
        "auteur": draft.author,
        "motif": draft.motive,
    }
    with _station(live=live) as settings:
        raise typer.Exit(_sign_and_publish(settings, values, as_json=as_json))


@app.command()
def decisions(live: Live = False, as_json: AsJson = False) -> None:
    """Liste toutes les décisions, celles qui ne valent plus comprises."""
    docket = _docket(built_station(live=live).folders)
    if as_json:
        print_json(decisions_record(docket))
        return
    _print_troubles(docket)
    if not docket.rulings:
        console.print("Aucune décision n'a encore été signée.")
        return
    console.print(decisions_table(docket))
    for ruling in docket.rulings:
        if ruling.standing is Standing.LAPSED:
            console.print(typeset(f"N° {ruling.decision.decision_id}, {LAPSED_BECAUSE}."))


def _print_troubles(docket: Docket) -> None:
    """Say what in the register is not what was signed any more."""
    for sentence in docket.troubles:
        console.print(Text(cleaned(sentence)))


def _docket(folders: Folders) -> Docket:
    """Return what can be decided in a station, or end with what keeps it from being read."""
    try:
        return read_docket(folders)
    except UndecidableError as error:
        refuse(str(error))


@contextlib.contextmanager
def _station(*, live: bool) -> Iterator[Settings]:
    """Prepare the environment of a station, as a night does."""
    if not live:
        with replayed_station() as settings:
            yield settings
        return
    yield entered_station()


def _sign_and_publish(
    settings: Settings, values: Mapping[str, str | bool], *, as_json: bool
) -> int:
    """Run the job ``decision`` in this process, and tell what came of it."""
    from orchestration.commands.signing import (  # noqa: PLC0415 importing Dagster costs seconds
        sign_and_publish,
    )

    doing = "La décision est signée et publiée"
    with working_alone(settings.folders, DECISION, doing) as show:
        signing = sign_and_publish(settings, values, on_stage=show)
        # While the warehouse, which it reads, is nobody else's: a night may be waiting for it.
        if as_json:
            print_json(signing.record)
        else:
            signing.print(console)
    return 0 if signing.success else 1
