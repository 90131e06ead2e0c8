"""The stations that a command works on: the demonstration's, and that of the producers' portals.

Here: finding one, preparing its environment, the option that names it. Not here: what the commands
do, how they answer (``replies``).
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from orchestration.commands.replies import progress, refuse
from orchestration.settings.folders import Folders
from orchestration.settings.refused import refusals
from orchestration.settings.settings import Settings, default_home
from orchestration.station.environment import enter_environment, name_database
from orchestration.station.mail_readers import MailTableError, mail_readers
from sources.errors import visible
from sources.storage.register_store import is_there, register_on_server

DEMO_AS_OF = "2025-05"
"""The month of the report whose figures are recorded: what it says to be to come is not due yet."""
NOT_REPLAYED = " (ni l'enregistrement ni ses pannes ne le remplacent ; retirez-le pour les revoir)."
_STATION: ContextVar[Folders | None] = ContextVar("station", default=None)
Live = Annotated[
    bool, typer.Option("--live", help="La station des producteurs, non la démonstration.")
]


def read_settings(home: Path | None = None) -> Settings:
    """Return the settings that the environment decides, or end with what is wrong in it."""
    try:
        settings = Settings(home=home) if home else Settings()
    except (ValidationError, SettingsError) as error:
        refuse("\n".join(refusals(error)))
    name_database(settings)
    _STATION.set(settings.folders)
    return settings


def entered_station() -> Settings:
    """Return the station of the producers' portals, ready to be worked on.

    Its register and Dagster's history move to the database that the environment names, if any.
    """
    settings = read_settings()
    try:
        mail_readers(settings)
    except MailTableError as error:
        refuse(str(error))
    home = settings.folders.home
    if settings.database:
        home.mkdir(parents=True, exist_ok=True)
        register_on_server(home, settings.database, home)
    enter_environment(settings)
    return settings


def worked_on() -> Folders | None:
    """Return the folders of the station that the command works on; None before it has read one."""
    return _STATION.get()


def station(*, live: bool) -> Settings:
    """Return a station, whether a night has run there or not."""
    return read_settings() if live else read_settings(home=demo_home())


def begun_station(*, live: bool) -> Settings:
    """Return a station where a night has run, or end with a message."""
    settings = station(live=live)
    folders = settings.folders
    if not is_there(folders.home) and not folders.warehouse.exists():
        refuse(no_night_in(folders.home, live=live))
    return settings


def no_night_in(home: Path, *, live: bool) -> str:
    """Say that no night has run in a station, and what to type."""
    is_demo = "« vigie demo » en lance une ; « --live » désigne la station des producteurs"
    to_do = "« vigie nightly » en lance une" if live else is_demo
    return f"Aucune nuit ne s'est déroulée dans {home} : {to_do}."


def built_station(*, live: bool) -> Settings:
    """Return a station whose tables are there, or end with a message."""
    settings = begun_station(live=live)
    if not settings.folders.warehouse.exists():
        refuse(tables_missing(settings.folders.home, live=live))
    return settings


def tables_missing(home: Path, *, live: bool) -> str:
    """Say that a station has no tables, as one that was restored, and what makes them again."""
    command = f"vigie rebuild{' --live' if live else ''}"
    return f"Les tables de {home} manquent : « {command} » les refait, et la prochaine nuit aussi."


@contextlib.contextmanager
def replayed_station(faults: Mapping[str, str] | None = None) -> Iterator[Settings]:
    """Start the replay portal, drop the recorded deposits, and yield the demo's settings.

    The demo's home is its own: recorded extracts never enter a real station.
    """
    from sources.replay.app import create_app  # noqa: PLC0415 only the demo needs the portal
    from sources.replay.deposits import deposit_recordings  # noqa: PLC0415
    from sources.replay.server import serve  # noqa: PLC0415

    home = demo_home()
    with serve(create_app(faults)) as address:
        os.environ.update(
            VIGIE_HOME=str(home),
            VIGIE_AS_OF=os.environ.get("VIGIE_AS_OF") or DEMO_AS_OF,
            VIGIE_REPLAY=address,
            FRANCE_TRAVAIL_CLIENT_ID="identifiant-rejoue",
            FRANCE_TRAVAIL_CLIENT_SECRET="secret-rejoue",  # noqa: S106 the replay portal's own
            # What is rehearsed must reach no real reader, whatever the environment holds.
            VIGIE_SMTP_HOST="",
        )
        settings = read_settings()
        enter_environment(settings)
        for name in deposit_recordings(settings.folders.inbox, faults, settings.region):
            progress.print(f"Dépôt d'une personne, gardé tel quel : {visible(name)}{NOT_REPLAYED}")
        yield settings


def demo_home() -> Path:
    """Return the folder of the demonstration's state, in which recorded extracts stay."""
    return Path(os.environ.get("VIGIE_DEMO_HOME") or default_home() / "demo")
