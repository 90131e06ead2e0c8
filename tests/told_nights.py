"""The night of a station, as its report tells it, for tests of what is made of it."""

from expectations.cells.indicator_definition import load_definitions
from orchestration.dbt.project import read_manifest
from orchestration.publication.docket import read_docket
from orchestration.reporting.compose_report import compose_night
from orchestration.reporting.reported_night import ReportedNight
from orchestration.settings.settings import Settings


def told_night(settings: Settings) -> ReportedNight:
    """Return the night that made the release in force."""
    definitions = load_definitions(read_manifest(settings.folders))
    return compose_night(settings, definitions, read_docket(settings.folders))
