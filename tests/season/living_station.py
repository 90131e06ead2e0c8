"""A station that lives through a season: its portals, its inbox, its clock, its nights.

Here: making events happen, and running the nights and the decisions through Dagster, in this
process. Not here: which events (``events``), what must hold afterwards (``invariants``).

The code is the product's own but for the moment that it is: the nights are those of a calendar that
goes on by itself. The dbt project is a copy, whose definitions can change.
"""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestration.assets.decisions import run_config
from orchestration.commands.night import JobRequest, run_job, run_night
from orchestration.settings.folders import PROJECT
from orchestration.settings.settings import Settings
from orchestration.station import code_version
from orchestration.station.environment import enter_environment
from orchestration.station.job_names import DECISION
from sources.replay.app import create_app
from sources.replay.deposits import FOLDER, NOT_A_SPREADSHEET, deposit_recordings
from sources.replay.server import serve
from tests.season.deposited_tables import revised
from tests.season.events import (
    Decided,
    Deposit,
    Event,
    PortalBack,
    PortalFault,
    Rebuilt,
    Redefined,
    Unreadable,
)
from tests.season.left_behind import LeftBehind, read_left_behind

DATED = (
    "sources.archive",
    "sources.collect",
    "orchestration.reporting.data_docs",
    "orchestration.resources",
    "orchestration.station.register",
)
"""The modules that say which moment it is."""

NOW = "VIGIE_MOMENT"
STEWARD_COMES_LATER = timedelta(hours=2)
ENVIRONMENT = {
    "VIGIE_REGION": "",
    "VIGIE_SMTP_HOST": "",
    "FRANCE_TRAVAIL_CLIENT_ID": "identifiant-rejoue",
    "FRANCE_TRAVAIL_CLIENT_SECRET": "secret-rejoue",
    NOW: "",
    "VIGIE_AS_OF": "",
    "DAGSTER_HOME": "",
    "DAGSTER_EVENT_BATCH_SIZE": "0",
    "DBT_PROFILES_DIR": "",
    "DBT_TARGET_PATH": "",
    "DO_NOT_TRACK": "1",
}
"""What is set for a season, or by it, and is as before afterwards."""

VERSION = """
            - from: "{since}"
              kind: definition
              version: "{since}-bis"
              reason: La définition a changé, pour la saison."""


@dataclass(frozen=True)
class Calendar:
    """When a season begins.

    Attributes:
        beginning: The moment of its first night.
        as_of: The month in which a period is due or not; that of the night when empty.
    """

    beginning: datetime = datetime(2025, 12, 5, 1, 0, tzinfo=UTC)
    as_of: str = ""


class Portals:
    """The replayed portals, whose faults change from one night to the next."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self._app: ASGIApp = create_app()

    def answer_with(self, faults: dict[str, str]) -> None:
        """Have the portals show these faults, and no other."""
        self.faults = faults
        self._app = create_app(faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the portals of tonight do."""
        await self._app(scope, receive, send)


class LivingStation:
    """One station, and what its nights depend on."""

    def __init__(
        self, home: Path, project: Path, portals: Portals, calendar: Calendar, *, is_new: bool
    ) -> None:
        self.home, self._project, self._portals, self._is_new = home, project, portals, is_new
        self.moment, self._as_of = calendar.beginning, calendar.as_of

    @property
    def settings(self) -> Settings:
        """The station's settings tonight."""
        return Settings(home=self.home, as_of=self._as_of or self.moment.strftime("%Y-%m"))

    def happen(self, event: Event) -> None:
        """Have something happen that is no decision."""
        inbox = self.home / "inbox"
        match event:
            case Deposit(source=source, lines=lines):
                recorded = (FOLDER / f"{source}.csv").read_text("utf-8")
                _drop(inbox / f"{source}.csv", revised(recorded, lines).encode())
            case Unreadable(source=source):
                _drop(inbox / f"{source}.csv", NOT_A_SPREADSHEET)
            case PortalFault(source=source, fault=fault):
                self._portals.answer_with({**self._portals.faults, source: fault})
            case PortalBack(source=source):
                faults = self._portals.faults.items()
                self._portals.answer_with({k: fault for k, fault in faults if k != source})
            case Redefined(indicator=indicator, since=since):
                _redefine(self._project, indicator, since)
            case Rebuilt():
                (self.home / "quality" / "build.json").unlink(missing_ok=True)

    def night(self) -> bool:
        """Run the night that the calendar has come to, and tell whether it went to its end."""
        if self._is_new:
            # The vintages of a station that has lived already are of our own days.
            os.environ[NOW] = self.moment.strftime("%Y-%m-%d %H:%M:%S")
        return run_night(self.settings).success

    def decide(self, event: Decided) -> bool | None:
        """Sign a decision on a finding that holds something; None when none may be decided so."""
        findings = self._decidable(event)
        if not findings:
            return None
        values = {
            "constat": findings[event.rank % len(findings)],
            "decision": event.choice,
            "auteur": "Claire Le Goff",
            "motif": "Vérifié auprès du producteur, par téléphone",
        }
        self.moment += STEWARD_COMES_LATER
        log = self.home / "dagster" / "decision.log"
        return run_job(self.settings, JobRequest(DECISION, log, run_config(values)))

    def left_behind(self) -> LeftBehind:
        """Read what the station has now."""
        return read_left_behind(self.home, self._project, self.settings.as_of)

    def sleep(self) -> None:
        """Let a day pass."""
        self.moment = (self.moment + timedelta(days=1)).replace(hour=1, minute=0, second=0)

    def _decidable(self, event: Decided) -> list[str]:
        """Return the findings that hold something and may be decided so, by the report's file."""
        release = self.home / "releases" / "current"
        held = json.loads((release / "manifest.json").read_text("utf-8"))["held"]
        holding = {cell["finding_id"] for cell in held}
        content = (self.home / "reports" / "current" / "findings.json").read_text("utf-8")
        return [
            finding["finding_id"]
            for finding in json.loads(content)
            if finding["finding_id"] in holding
            and event.indicator in {"", finding["indicator"]}
            and _may_be(event.choice, finding)
        ]


@contextlib.contextmanager
def living_station(
    folder: Path,
    calendar: Calendar,
    *,
    home: Path | None = None,
    absent: frozenset[str] = frozenset(),
) -> Iterator[LivingStation]:
    """Yield a station in a folder; the environment and the clock are as before afterwards.

    Args:
        folder: Where everything is made.
        calendar: When the season begins.
        home: A home where a night has run already; a new one when there is none.
        absent: The deposits that are not there yet.
    """
    portals = Portals()
    project, is_new = _copied_project(folder), home is None
    home = home or folder / "home"
    with serve(portals) as address, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            **ENVIRONMENT,
            "VIGIE_HOME": str(home),
            "VIGIE_REPLAY": address,
        }.items():
            patch.setenv(name, value)
        station = LivingStation(home, project, portals, calendar, is_new=is_new)
        _follow(patch, station, project)
        enter_environment(station.settings)
        deposit_recordings(home / "inbox")
        for source in absent:
            (home / "inbox" / f"{source}.csv").unlink()
        yield station


def _copied_project(folder: Path) -> Path:
    """Copy the project, so that its definitions change and nobody else's do."""
    leave_out = shutil.ignore_patterns("target", "logs", "__pycache__")
    for name in (*code_version.CODE, "dbt_project"):
        shutil.copytree(PROJECT / name, folder / "project" / name, ignore=leave_out)
    return folder / "project" / "dbt_project"


def _follow(patch: pytest.MonkeyPatch, station: LivingStation, project: Path) -> None:
    """Have the code read the station's clock and its copy of the dbt project."""
    for name in DATED:
        patch.setattr(sys.modules[name], "datetime", _clock_of(station))
    for name, module in list(sys.modules.items()):
        if name.startswith("orchestration.") and hasattr(module, "DBT_PROJECT"):
            patch.setattr(module, "DBT_PROJECT", project)
    patch.setattr(code_version, "PROJECT", project.parent)


def _clock_of(station: LivingStation) -> type[datetime]:
    class Clock(datetime):
        """The moment of the season; each look at it is a little later than the one before."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            station.moment += timedelta(milliseconds=10)
            return station.moment.astimezone(tz)

    return Clock


def _drop(place: Path, content: bytes) -> None:
    aside = place.with_name(f".{place.name}.partial")
    aside.write_bytes(content)
    aside.replace(place)


def _redefine(project: Path, indicator: str, since: str) -> None:
    """Add a version to the definition of an indicator, as its steward would."""
    (path,) = (project / "models" / "indicators").rglob(f"{indicator}.yml")
    text = path.read_text("utf-8")
    (first,) = [line for line in text.splitlines() if "{kind: definition, version:" in line]
    path.write_text(text.replace(first, first + VERSION.format(since=since)), "utf-8")


def _may_be(choice: str, finding: dict[str, Any]) -> bool:
    is_error = finding["severity"] == "Error"
    if choice == "rupture":
        return not is_error and finding["period_before"] is not None
    return choice != "valeur" or not is_error
