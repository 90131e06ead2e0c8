"""What the desk reads of the station: the release in force, and what those before it held.

Here: reading it once a release, and what is said when it cannot be read. Not here: composing the
page (``morning``), what the report tells of a night (``reporting.compose_report``).

While a night runs the warehouse is another process's, or holds what is not published yet: the last
morning that was read is shown meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from expectations.cells.indicator_definition import IndicatorDefinition
from orchestration.desk.morning import Doubt, FormerNight, Morning, compose_morning, doubt
from orchestration.desk.past_doubts import held_by
from orchestration.publication.deciding import Docket, UndecidableError, read_docket
from orchestration.reporting.compose_report import compose_night
from orchestration.settings import Settings
from orchestration.station.register import Register
from orchestration.station.release import Release, current_release
from orchestration.station.warehouse import WarehouseBusyError

MOST_FORMER = 400
"""Former releases that are looked at for the age of a finding: a year of nights, and more."""


class NothingToShowError(RuntimeError):
    """There is no morning to show; the message, in French, says why and what to do."""


@dataclass(frozen=True)
class Desk:
    """What the desk shows, all of one release.

    Attributes:
        release_id: The release.
        docket: Its findings, and what was decided.
        morning: What a steward finds.
    """

    release_id: str
    docket: Docket
    morning: Morning


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

    def desk(self) -> Desk:
        """Return what the desk shows now.

        Raises:
            NothingToShowError: There is no release yet, or a night runs and none was read before.
        """
        release = current_release(self.settings.folders.releases)
        if release is None:
            message = "Aucune publication n'a encore été faite : la première nuit n'est pas passée."
            raise NothingToShowError(message)
        key = (release.release_id, self._register.last_id())
        if self._read is None or self._read[0] != key:
            try:
                self._read = (key, self._now(release))
            except (UndecidableError, WarehouseBusyError, ValueError) as error:
                if self._read is None:
                    raise NothingToShowError(str(error)) from None
        return self._read[1]

    def _now(self, release: Release) -> Desk:
        docket = read_docket(self.settings.folders)
        night = compose_night(self.settings, self.definitions)
        former = list(self._former(release, {doubt(finding) for finding in docket.findings}))
        return Desk(release.release_id, docket, compose_morning(night, docket.causes, former))

    def _former(self, release: Release, sought: set[Doubt]) -> Iterator[FormerNight]:
        """Give what former releases held, for as long as one of the findings was there."""
        before = release.previous
        for _ in range(MOST_FORMER):
            if before is None:
                return
            night = held_by(self.settings.folders, before.release_id)
            yield night
            sought = sought & {doubt(finding) for finding in night.held}
            if not sought:
                return
            before = before.previous
