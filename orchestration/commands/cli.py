"""The command line, whole: ``vigie --help`` lists it.

Here: the group of all commands, and ``demo | nightly | docs | explain | pages | ui``. A command
prepares the station, lets Dagster run the same job as its schedule and its pages do, and tells the
result in French. Not here: the commands of the other modules, anything that is computed.
"""

from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import backup as backup_commands
from orchestration.commands import completion as completion_command
from orchestration.commands import decide as decision_commands
from orchestration.commands import depots as deposit_commands
from orchestration.commands import doctor as doctor_command
from orchestration.commands import rebuild as rebuild_command
from orchestration.commands import sources as source_commands
from orchestration.commands import users as user_commands
from orchestration.commands import verify as verify_command
from orchestration.commands import watch as watch_command
from orchestration.commands.alone import working_alone
from orchestration.commands.dagster_services import (
    dagster_address,
    serve_station,
    served_desk_address,
)
from orchestration.commands.framed import CODES, FramedGroup
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.ports import refuse_taken_ports
from orchestration.commands.replies import AsJson, console, print_json, progress, refuse
from orchestration.commands.stations import Live, built_station, entered_station, replayed_station
from orchestration.desk.access.exposure import refused_exposure
from orchestration.explain.console import explanation_record, print_explanation
from orchestration.explain.find import UnknownCellError, find_cell
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUsers
from orchestration.station.environment import enter_environment
from orchestration.station.job_names import NIGHTLY
from orchestration.station.warehouse import read_names
from sources.storage.aside import write_folder_aside

app = CommandLine(
    "Vigie : les indicateurs d'une stratégie régionale, retenus quand le recueil a changé.",
    cls=FramedGroup,
    epilog=CODES,
)
app.add_typer(backup_commands.app)
app.add_typer(decision_commands.app)
app.add_typer(deposit_commands.app, name="depots")
app.add_typer(source_commands.app)
app.add_typer(user_commands.app, name="users")
app.add_typer(verify_command.app)
app.add_typer(rebuild_command.app)
app.add_typer(doctor_command.app)
app.add_typer(watch_command.app)
app.add_typer(completion_command.app)
PAGES = Path("docs") / "indicateurs"
Fault = Annotated[
    list[str] | None,
    typer.Option(
        "--panne",
        metavar="SOURCE=PANNE",
        help="Fait tomber une source du portail rejoué, par exemple parcoursup_2019=tronque.",
    ),
]


def _print_version(is_asked: bool) -> None:
    if is_asked:
        console.print(f"vigie {metadata.version('vigie')}")
        raise typer.Exit


@app.callback()
def vigie(
    version: Annotated[
        bool,
        typer.Option("--version", help="Dit la version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Answer what is asked of the command line itself."""


@app.command()
def demo(panne: Fault = None, as_json: AsJson = False) -> None:
    """Déroule une nuit sur de vrais extraits enregistrés, sans clé ni service extérieur."""
    with replayed_station(_parse_faults(panne or [])) as settings:
        raise typer.Exit(_run_night(settings, as_json=as_json))


@app.command()
def nightly(as_json: AsJson = False) -> None:
    """Déroule une nuit sur les portails des producteurs."""
    raise typer.Exit(_run_night(entered_station(), as_json=as_json))


@app.command()
def docs(live: Live = False) -> None:
    """Fabrique la page qui documente les tables, leurs colonnes et d'où elles viennent."""
    from orchestration.dbt.documentation import (  # noqa: PLC0415 importing dbt costs seconds
        write_documentation,
    )

    settings = built_station(live=live)
    enter_environment(settings)
    try:
        with progress.status("La documentation se fabrique…"):
            page = write_documentation(settings.folders)
    except RuntimeError as error:
        refuse(str(error))
    console.print(f"Documentation : {page}")


@app.command()
def explain(  # noqa: PLR0913, PLR0917 the words that name a cell
    indicateur: Annotated[str, typer.Argument(help="Indicateur, par exemple 1A4_pcrh_te.")],
    periode: Annotated[
        str, typer.Argument(metavar="PÉRIODE", help="Période : 2024, 2022-2023, 2025-04.")
    ],
    territoire: Annotated[str, typer.Argument(help="Territoire : REG-52, DEP-44, ZE2020-5216.")],
    ventilation: Annotated[
        str | None, typer.Option(help="Ventilation, quand plusieurs ont la même catégorie.")
    ] = None,
    categorie: Annotated[
        str | None,
        typer.Option(metavar="TEXTE", help="Catégorie ; le total, sauf mention contraire."),
    ] = None,
    tout: Annotated[
        bool, typer.Option("--tout", help="Toutes les lignes des extraits, non les premières.")
    ] = False,
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Explique une valeur : ses lignes dans les extraits, ses contrôles, ses publications."""
    from orchestration.explain.cell_evidence import (  # noqa: PLC0415 sqlglot costs half a second
        CellEvidence,
    )

    settings = built_station(live=live)
    evidence = CellEvidence(settings.folders)
    try:
        cell = find_cell(
            evidence.cells,
            evidence.names.areas,
            indicator=indicateur,
            time_period=periode,
            ref_area=territoire,
            breakdown=ventilation,
            category=categorie,
        )
    except UnknownCellError as error:
        raise typer.BadParameter(str(error)) from None
    explanation = evidence.explain(cell)
    if as_json:
        print_json(explanation_record(explanation))
    else:
        print_explanation(console, explanation, every_row=tout)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port des pages de Dagster sur 127.0.0.1.")] = 3000,
    bureau: Annotated[
        int | None, typer.Option(help="Port du bureau sur 127.0.0.1 ; le suivant, sauf mention.")
    ] = None,
    lecture_seule: Annotated[
        bool | None,
        typer.Option(
            "--lecture-seule/--sans-lecture-seule",
            help="Rien ne se lance des pages de Dagster : d'office quand le bureau demande qui "
            "l'on est, car elles ne le demandent à personne.",
            show_default=False,
        ),
    ] = None,
    live: Live = False,
) -> None:
    """Ouvre le bureau et Dagster (pages et automate) sur 127.0.0.1."""
    if live:
        settings = entered_station()
        raise typer.Exit(_serve(settings, port, bureau or port + 1, read_only=lecture_seule))
    with replayed_station() as settings:
        raise typer.Exit(_serve(settings, port, bureau or port + 1, read_only=lecture_seule))


@app.command()
def pages() -> None:
    """Engendre les pages des indicateurs (docs/indicateurs) depuis la nuit de démonstration."""
    with replayed_station() as settings:
        if ended := _run_night(settings):
            raise typer.Exit(ended)
        written = _write_pages(settings)
    console.print(f"Pages : {PAGES} ({written} fichiers)")


def _write_pages(settings: Settings) -> int:
    from orchestration.dbt.project import read_manifest  # noqa: PLC0415
    from orchestration.indicator_pages.compose_pages import (  # noqa: PLC0415 costs seconds
        compose_pages,
    )
    from orchestration.indicator_pages.render_pages import render_pages  # noqa: PLC0415

    composed = compose_pages(settings.folders, read_manifest(settings.folders))
    files = render_pages(composed, read_names(settings.folders.warehouse))
    write_folder_aside(PAGES, files)
    return len(files)


def _parse_faults(faults: list[str]) -> dict[str, str]:
    pairs = [fault.partition("=") for fault in faults]
    wrong = [source for source, _, fault in pairs if not fault]
    if wrong:
        message = f"« {wrong[0]} » : écrivez SOURCE=PANNE, par exemple parcoursup_2019=tronque."
        raise typer.BadParameter(message)
    return dict(_fault_shown(source, fault) for source, _, fault in pairs)


def _fault_shown(source: str, fault: str) -> tuple[str, str]:
    """Return a fault that the replay portal can show, or say in French which ones it can."""
    from sources.replay.deposits import shown_by_deposit  # noqa: PLC0415 only the demo needs these
    from sources.replay.faults import SHOWN_BY  # noqa: PLC0415
    from sources.replay.recorded import replayed_sources  # noqa: PLC0415

    by_id = {replayed.id: replayed for replayed in replayed_sources()}
    if source not in by_id:
        message = f"« {source} » n'est pas une source ; choisissez parmi {', '.join(by_id)}."
        raise typer.BadParameter(message)
    protocol = by_id[source].contract.protocol
    shown = shown_by_deposit(source) if protocol == "depot" else SHOWN_BY[protocol]
    if fault not in shown:
        faults = ", ".join(sorted(shown)) or "aucune"
        message = f"« {fault} » n'est pas une panne que {source} sache montrer ; pannes : {faults}."
        raise typer.BadParameter(message)
    return source, fault


def _run_night(settings: Settings, *, as_json: bool = False) -> int:
    """Run the nightly job in this process, its log in a file, and tell what came of it."""
    from orchestration.commands.night import (  # noqa: PLC0415 importing Dagster costs seconds
        run_night,
    )

    with working_alone(settings.folders, NIGHTLY, "La nuit se déroule") as show:
        night = run_night(settings, show)
    if as_json:
        print_json(night.record)
    else:
        night.print(console)
    return 0 if night.success else 1


def _serve(settings: Settings, port: int, desk_port: int, *, read_only: bool | None) -> int:
    if refusal := refused_exposure(settings):
        refuse(refusal)
    refuse_taken_ports(settings, port, desk_port)
    if read_only is None:
        are_declared = DeskUsers(settings.folders).are_declared
        read_only = are_declared or bool(settings.proxy_user_header)
    console.print(f"Bureau  : {served_desk_address(settings, desk_port)}")
    console.print(f"Dagster : {dagster_address(settings.url, port)} (Ctrl-C pour arrêter)")
    return serve_station(settings, port, desk_port, console.print, read_only=read_only)
