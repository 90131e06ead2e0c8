"""The commands about deposits: ``vigie depots modele | liste``.

Here: asking for it, and telling the result in French. Not here: what is done (``deposits``).
"""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from expectations.french import count, date_long, time_short, typeset
from expectations.untrusted import cleaned
from orchestration.commands.stations import Live, console, station
from orchestration.settings import Folders
from orchestration.station.environment import enter_environment
from sources.archive import Archive, FetchStatus

app = typer.Typer(help="Les dépôts des partenaires : modèles à remplir, dépôts reçus.")


@app.command()
def modele(
    indicateur: Annotated[str, typer.Argument(help="Indicateur, ou son début : 1A4_pcrh_te, 1A4.")],
    dossier: Annotated[
        Path | None, typer.Option(help="Où écrire ; le dossier « modeles » de la station, sinon.")
    ] = None,
    live: Live = False,
) -> None:
    """Écrit le classeur à remplir pour déposer un indicateur."""
    from orchestration.dbt.project import read_manifest  # noqa: PLC0415 importing dbt costs seconds
    from orchestration.deposits.feeding import NotDepositedError  # noqa: PLC0415 it reads data
    from orchestration.deposits.make import write_templates  # noqa: PLC0415

    settings = station(live=live)
    enter_environment(settings)
    manifest = read_manifest(settings.folders)
    try:
        written = write_templates(
            settings, manifest, indicateur, dossier or settings.folders.templates
        )
    except NotDepositedError as error:
        console.print(typeset(str(error)))
        raise typer.Exit(1) from None
    for template in written:
        rows = count(template.rows, "ligne déjà là", "lignes déjà là")
        console.print(typeset(f"Modèle : {template.path} ({template.source.label} ; {rows})"))
    console.print(f"À déposer, une fois rempli et sous le même nom, dans {settings.folders.inbox}.")


@app.command()
def liste(live: Live = False) -> None:
    """Liste les dépôts attendus, de qui, et ce qui en a été reçu la dernière fois."""
    from orchestration.deposits.feeding import DEPOSIT  # noqa: PLC0415 it reads data
    from orchestration.station.inbox_strays import look_at_inbox  # noqa: PLC0415 the clients too
    from sources.registry import sources  # noqa: PLC0415 the clients cost half a second

    folders = station(live=live).folders
    outcomes = Archive(folders.home).latest_outcomes()
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("Fichier attendu", "De qui", "Ce qu'il contient", "Dernier état", "Accusé"):
        table.add_column(title, overflow="fold")
    for source in sources().values():
        if source.contract.protocol != DEPOSIT:
            continue
        outcome = outcomes.get(source.id)
        when = (
            f"{date_long(outcome.started_at)}, {time_short(outcome.started_at)}" if outcome else ""
        )
        state = f"{STATES[outcome.status]}\n{when}" if outcome else "aucune nuit encore"
        table.add_row(
            f"{source.contract.dataset}.xlsx",
            source.producer.name,
            Text(cleaned(source.label)),
            state,
            _receipt(folders, source.id),
        )
    console.print(table)
    for sentence in look_at_inbox(folders).sentences:
        console.print(typeset(f"Dans la boîte, et pas lu : {sentence}"))


STATES = {
    FetchStatus.NEW: "accepté",
    FetchStatus.UNCHANGED: "inchangé",
    FetchStatus.REFUSED: "refusé",
    FetchStatus.FAILED: "illisible",
    FetchStatus.MISSING: "pas encore reçu",
}
"""What came of a deposit, as its partner would say it; a source is told otherwise."""


def _receipt(folders: Folders, source_id: str) -> str:
    """Return where the last receipt of a deposit is."""
    receipts = sorted((folders.receipts / source_id).glob("*.html"))
    return str(receipts[-1]) if receipts else ""
