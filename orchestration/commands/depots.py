"""The commands about deposits: ``vigie depots modele | liste``.

Here: asking for it, and telling the result in French. Not here: what is done (``deposits``).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from expectations.french import count, moment_short, typeset
from expectations.untrusted import cleaned
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, refuse, reply_table
from orchestration.commands.stations import Live, station
from orchestration.reporting.addresses import kept_address
from orchestration.settings.folders import Folders
from orchestration.station.environment import enter_environment
from sources.archive import Archive, FetchOutcome, FetchStatus

if TYPE_CHECKING:
    from sources.registry import Source

app = CommandLine("Les dépôts des partenaires : modèles à remplir, dépôts reçus.")


@app.command()
def modele(
    indicateur: Annotated[str, typer.Argument(help="Indicateur, ou son début : 1A4_pcrh_te, 1A4.")],
    dossier: Annotated[
        Path | None, typer.Option(help="Où écrire ; le dossier « modeles » de la station, sinon.")
    ] = None,
    live: Live = False,
    as_json: AsJson = False,
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
        refuse(typeset(str(error)))
    if as_json:
        templates = [
            {"source": template.source.id, "path": template.path, "rows": template.rows}
            for template in written
        ]
        print_json({"templates": templates, "inbox": settings.folders.inbox})
        return
    for template in written:
        rows = count(template.rows, "ligne déjà là", "lignes déjà là")
        console.print(typeset(f"Modèle : {template.path} ({template.source.label} ; {rows})"))
        if settings.url and template.path.is_relative_to(settings.folders.templates):
            console.print(f"  {kept_address(settings.url, settings.folders.home, template.path)}")
    console.print(f"À déposer, une fois rempli et sous le même nom, dans {settings.folders.inbox}.")


@app.command()
def liste(live: Live = False, as_json: AsJson = False) -> None:
    """Liste les dépôts attendus, de qui, et ce qui en a été reçu la dernière fois."""
    from orchestration.deposits.feeding import DEPOSIT  # noqa: PLC0415 it reads data
    from orchestration.station.inbox_strays import look_at_inbox  # noqa: PLC0415 the clients too
    from sources.registry import sources  # noqa: PLC0415 the clients cost half a second

    folders = station(live=live).folders
    outcomes = Archive(folders.home).latest_outcomes()
    expected = [
        (source, outcomes.get(source.id), _receipt(folders, source.id))
        for source in sources().values()
        if source.contract.protocol == DEPOSIT
    ]
    not_read = look_at_inbox(folders).sentences
    if as_json:
        print_json({"deposits": [_record(*each) for each in expected], "not_read": not_read})
        return
    table = reply_table("Fichier attendu", "De qui, et quoi", "Dernier état")
    # The demonstration's nights do not ask for what nobody recorded or dropped in its inbox.
    none_yet = STATES[FetchStatus.MISSING] if outcomes else "aucune nuit encore"
    for source, outcome, receipt in expected:
        what = Text(typeset(cleaned(f"{source.producer.name} : {source.label}")))
        state = _state(outcome, receipt) if outcome else none_yet
        table.add_row(f"{source.contract.dataset}.xlsx", what, state)
    console.print(table)
    if any(receipt for _, _, receipt in expected):
        console.print(f"Accusés de réception : {folders.receipts}")
    for sentence in not_read:
        console.print(typeset(f"Dans la boîte, et pas lu : {sentence}"))


STATES = {
    FetchStatus.NEW: "accepté",
    FetchStatus.UNCHANGED: "inchangé",
    FetchStatus.REFUSED: "refusé",
    FetchStatus.FAILED: "illisible",
    FetchStatus.MISSING: "pas encore reçu",
}
"""What came of a deposit, as its partner would say it; a source is told otherwise."""


def _state(outcome: FetchOutcome, receipt: str) -> str:
    when = moment_short(outcome.started_at)
    return f"{STATES[outcome.status]}\n{when}" + ("\naccusé fait" if receipt else "")


def _record(source: "Source", outcome: FetchOutcome | None, receipt: str) -> dict[str, Any]:
    return {
        "source": source.id,
        "file": f"{source.contract.dataset}.xlsx",
        "producer": source.producer.name,
        "label": source.label,
        "status": outcome.status if outcome else None,
        "at": outcome.started_at if outcome else None,
        "receipt": receipt or None,
    }


def _receipt(folders: Folders, source_id: str) -> str:
    """Return where the last receipt of a deposit is."""
    receipts = sorted((folders.receipts / source_id).glob("*.html"))
    return str(receipts[-1]) if receipts else ""
