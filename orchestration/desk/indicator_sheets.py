"""What the desk shows of one indicator: what it is, its chart, what came of it, its findings.

Here: reading it once a release, for Dagster's pages lead here. Not here: the chart and the values
(``indicator_pages``), the findings of the night (``morning``), what an indicator's cells are made
of (``explain``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from orchestration.dbt.project import read_manifest
from orchestration.desk.station_reader import Desk, NothingToShowError
from orchestration.indicator_pages import chart
from orchestration.indicator_pages.compose_pages import compose_pages
from orchestration.indicator_pages.page import IndicatorPage
from orchestration.reporting.reported_findings import FindingLine
from orchestration.reporting.reported_night import IndicatorLine
from orchestration.settings.settings import Settings
from orchestration.station.warehouse import WarehouseBusyError


@dataclass(frozen=True)
class IndicatorSheet:
    """One indicator in the release in force.

    Attributes:
        page: What it is, and its values.
        line: What came of it.
        findings: Its findings, those that hold something first.
    """

    page: IndicatorPage
    line: IndicatorLine
    findings: tuple[FindingLine, ...]

    @cached_property
    def chart(self) -> str:
        """Its chart, as SVG."""
        return chart.draw(self.page)

    @cached_property
    def short_chart(self) -> str:
        """The same without its parts: Dagster's pages fold what is longer."""
        return chart.draw(self.page, is_short=True)

    @property
    def described(self) -> str:
        """What the chart shows, in French."""
        return chart.describe(self.page)


class IndicatorSheets:
    """Reads indicators, and keeps what it read until what is published is another.

    Args:
        settings: The station's.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._of: Desk | None = None
        self._sheets: Mapping[str, IndicatorSheet] = {}

    def get(self, desk: Desk, indicator: str) -> IndicatorSheet | None:
        """Return an indicator as the release in force has it; None when there is none of that name.

        Raises:
            NothingToShowError: A night runs, and none was read before.
        """
        if self._of is None or self._of.docket is not desk.docket:
            try:
                self._of, self._sheets = desk, _read(self._settings, desk)
            except WarehouseBusyError as error:
                if self._of is None:
                    raise NothingToShowError(str(error)) from None
        return self._sheets.get(indicator)


def _read(settings: Settings, desk: Desk) -> dict[str, IndicatorSheet]:
    night, folders = desk.morning.night, settings.folders
    lines = {line.indicator: line for line in night.indicators}
    ordered = sorted(night.findings, key=lambda finding: not finding.is_held)
    return {
        page.id: IndicatorSheet(
            page,
            lines[page.id],
            tuple(finding for finding in ordered if finding.indicator == page.id),
        )
        for page in compose_pages(folders, read_manifest(folders))
        if page.id in lines
    }
