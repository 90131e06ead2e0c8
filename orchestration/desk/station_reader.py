"""What the desk reads of the station: the release in force, and what those before it held.

Here: reading it once a release, and what is said when it cannot be read. Not here: composing the
page (``morning``), what the report tells of a night (``reporting.compose_report``).

While a night runs the warehouse is another process's, or holds what is not published yet: the last
morning that was read is shown meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.decisions.follow_up import Doubt, FollowUp, doubt
from orchestration.desk.morning import Morning, compose_morning, with_care
from orchestration.publication.docket import Docket, read_docket
from orchestration.publication.former_nights import former_nights
from orchestration.reporting.compose_report import compose_night
from orchestration.settings.settings import Settings
from orchestration.station.follow_ups import FollowUps
from orchestration.station.register import Register
from orchestration.station.release import Release
from orchestration.station.releases_in_force import (
    ReleaseLostError,
    current_release,
    refuse_when_lost,
)
from orchestration.station.warehouse import WarehouseBusyError

NOTHING_YET = (
    "Il n'y a encore ni publication ni rapport : la première nuit qui ira à son terme les fera. "
    "Une nuit commence à 2 h, heure de Paris. Pour ne pas l'attendre, qui entretient la station "
    "lance « vigie nightly » (« vigie demo », pour la démonstration)."
)


class NothingToShowError(RuntimeError):
    """There is no morning to show; the message, in French, says why and what to do."""


def shown_release(releases: Path) -> Release:
    """Return the release in force.

    Raises:
        NothingToShowError: There is none yet, or nothing leads to it any more.
    """
    release = current_release(releases)
    if release is not None:
        return release
    try:
        refuse_when_lost(releases)
    except ReleaseLostError as error:
        raise NothingToShowError(str(error)) from None
    raise NothingToShowError(NOTHING_YET)


@dataclass(frozen=True)
class Desk:
    """What the desk shows, all of one release.

    Attributes:
        docket: The release, its findings, and what was decided.
        morning: What a steward finds.
        steps: What was ever done about each doubt.
        at: When it was read (aware).
        delayed: French: why the release in force now cannot be shown; empty when this is it.
    """

    docket: Docket
    morning: Morning
    steps: Mapping[Doubt, Sequence[FollowUp]] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    delayed: str = ""


class StationReader:
    """Reads a station for the desk, and keeps what it read for as long as it holds.

    Args:
        settings: The station's.
        definitions: The indicators, by id.
    """

    def __init__(self, settings: Settings, definitions: dict[str, IndicatorDefinition]) -> None:
        self.settings = settings
        self.definitions = definitions
        self._read: tuple[tuple[str, int], Desk] | None = None

    @cached_property
    def _register(self) -> Register:
        return Register(self.settings.folders.home)

    @cached_property
    def follow_ups(self) -> FollowUps:
        """What was done about the doubts of the station."""
        return FollowUps(self.settings.folders.home)

    def desk(self) -> Desk:
        """Return what the desk shows now.

        Raises:
            NothingToShowError: There is no release, or a night runs and none was read before.
        """
        release = shown_release(self.settings.folders.releases)
        key = (release.release_id, self._register.last_id())
        if self._read is None or self._read[0] != key:
            try:
                self._read = (key, self._now())
            except (ValueError, WarehouseBusyError) as error:
                if self._read is None:
                    raise NothingToShowError(str(error)) from None
                return self._with_care(replace(self._read[1], delayed=str(error)))
        return self._with_care(self._read[1])

    def _with_care(self, desk: Desk) -> Desk:
        """Return a desk beside what was done about its doubts, as it is now."""
        steps, now = self.follow_ups.by_doubt(), datetime.now(UTC)
        morning = with_care(desk.morning, steps, now, self.settings.untaken_days)
        return replace(desk, morning=morning, steps=steps, at=now)

    def _now(self) -> Desk:
        docket = read_docket(self.settings.folders)
        night = compose_night(self.settings, self.definitions, docket)
        sought = {doubt(finding) for finding in docket.findings}
        former = list(former_nights(self.settings.folders, docket.release, sought))
        morning = compose_morning(night, docket.causes, former)
        return Desk(docket, morning)
