"""The commands of data stewards: ``vigie findings | decide | decisions``.

Here: checking what was typed before anything starts, launching the job that records and publishes a
decision, telling the result in French. Not here: what may be decided (``publication.deciding``),
running the job (``signing``).
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from expectations.decisions.decision import MEANINGS, Choice
from expectations.decisions.follow_up import doubt
from expectations.decisions.standings import LAPSED_BECAUSE, Ruling, Standing
from expectations.french import count, date_long, time_short, typeset
from expectations.untrusted import cleaned
from orchestration.commands.alone import working_alone
from orchestration.commands.stations import (
    Live,
    built_station,
    console,
    entered_station,
    replayed_station,
)
from orchestration.publication.deciding import (
    Docket,
    UndecidableError,
    draft_decision,
    draft_decision_on_cause,
    read_docket,
)
from orchestration.publication.doubt_cares import read_cares
from orchestration.reporting.care_words import care_in_words
from orchestration.reporting.vocabulary import SEVERITIES
from orchestration.settings import Folders, Settings
from orchestration.station.job_names import DECISION
from orchestration.station.release import release_in_force

app = typer.Typer()


@app.command()
def findings(live: Live = False) -> None:
    """Liste les constats qui retiennent des valeurs, et ce qui peut en être décidé."""
    folders = built_station(live=live).folders
    docket = _docket(folders)
    _print_troubles(docket)
    if not docket.open:
        console.print("Aucun constat n'attend de décision.")
        return
    kin = {
        other.finding_id: f"\n(sans doute la même cause que {leader.finding_id})"
        for leader, *others in docket.causes
        for other in others
    }
    console.print(_findings_table(folders, docket, kin))
    console.print(typeset(f"{count(len(docket.open), 'constat', 'constats')}. Pour décider :"))
    console.print('vigie decide CONSTAT --decision DÉCISION --auteur "Prénom Nom" --motif "…"')
    if kin:
        console.print(
            "Avec --toute-la-cause, les constats d'une même cause se décident d'un seul geste, "
            "chacun sur ses propres chiffres."
        )
    for choice, meaning in MEANINGS.items():
        console.print(typeset(f"  {choice} : {meaning}"))


@app.command()
def decide(  # noqa: PLR0913 what a steward types, an option each
    constat: Annotated[
        str, typer.Argument(help="Référence du constat, ou son début s'il est le seul.")
    ],
    *,
    decision: Annotated[Choice, typer.Option(help="Ce qui est décidé.")],
    auteur: Annotated[str, typer.Option(help="Nom de la personne qui signe, publié.")],
    motif: Annotated[str, typer.Option(help="Pourquoi, en quelques mots de français, publiés.")],
    toute_la_cause: Annotated[
        bool,
        typer.Option(
            "--toute-la-cause",
            help="Décide d'un seul geste tous les constats que la même cause explique sans doute.",
        ),
    ] = False,
    live: Live = False,
) -> None:
    """Signe une décision sur un constat, et publie aussitôt ce qui en découle."""
    folders, words = built_station(live=live).folders, (constat, decision, auteur, motif)
    try:
        docket = read_docket(folders)
        draft = (
            draft_decision_on_cause(docket, *words)[0]
            if toute_la_cause
            else draft_decision(docket, *words)
        )
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
        raise typer.Exit(_sign_and_publish(settings, values))


@app.command()
def decisions(live: Live = False) -> None:
    """Liste toutes les décisions, celles qui ne valent plus comprises."""
    docket = _docket(built_station(live=live).folders)
    _print_troubles(docket)
    if not docket.rulings:
        console.print("Aucune décision n'a encore été signée.")
        return
    table = _table("N°", "Date", "Constat", "Décision", "Signée par", "Motif", "État")
    for ruling in docket.rulings:
        if ruling.decision.decision_id not in docket.taken_out:
            table.add_row(*_row(ruling))
    console.print(table)
    for ruling in docket.rulings:
        if ruling.standing is Standing.LAPSED:
            console.print(typeset(f"N° {ruling.decision.decision_id}, {LAPSED_BECAUSE}."))


def _print_troubles(docket: Docket) -> None:
    """Say what in the register is not what was signed any more."""
    for sentence in docket.troubles:
        console.print(Text(cleaned(sentence)))


def _findings_table(folders: Folders, docket: Docket, kin: Mapping[str, str]) -> Table:
    table = _table("Constat", "Gravité", "Indicateur", "Ce qui a été trouvé", "Décisions possibles")
    now = datetime.now(UTC)
    cares = read_cares(folders, release_in_force(folders.releases), docket, now)
    for finding in docket.open:
        taken = docket.in_force.get(finding.finding_id)
        possible = ", ".join(docket.choices(finding))
        care = cleaned(care_in_words(cares[doubt(finding)], now))
        table.add_row(
            finding.finding_id,
            SEVERITIES[finding.severity.value],
            finding.indicator,
            Text(f"{cleaned(finding.title)}{kin.get(finding.finding_id, '')}\n({care})"),
            f"{possible}\n(en vigueur : {taken.choice})" if taken else possible,
        )
    return table


def _row(ruling: Ruling) -> tuple[str | Text, ...]:
    decision, subject = ruling.decision, ruling.decision.subject
    return (
        str(decision.decision_id),
        f"{date_long(decision.decided_at)}, {time_short(decision.decided_at)}",
        Text(f"{subject.finding_id}\n{cleaned(subject.title)}"),
        decision.choice.value,
        Text(cleaned(decision.author)),
        Text(cleaned(decision.motive)),
        ruling.standing.value,
    )


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _docket(folders: Folders) -> Docket:
    """Return what can be decided in a station, or end with what keeps it from being read."""
    try:
        return read_docket(folders)
    except UndecidableError as error:
        console.print(str(error))
        raise typer.Exit(1) from None


@contextlib.contextmanager
def _station(*, live: bool) -> Iterator[Settings]:
    """Prepare the environment of a station, as a night does."""
    if not live:
        with replayed_station() as settings:
            yield settings
        return
    yield entered_station()


def _sign_and_publish(settings: Settings, values: Mapping[str, str | bool]) -> int:
    """Run the job ``decision`` in this process, and print what came of it."""
    from orchestration.commands.signing import (  # noqa: PLC0415 importing Dagster costs seconds
        sign_and_publish,
    )

    with working_alone(settings.folders, DECISION, "La décision est signée et publiée…"):
        signing = sign_and_publish(settings, values)
        # While the warehouse, which it reads, is nobody else's: a night may be waiting for it.
        signing.print(console)
    return 0 if signing.success else 1
