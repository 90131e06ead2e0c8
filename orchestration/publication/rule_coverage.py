"""Which rules spoke of which indicators this night, for the check on the checks and the report.

Here: what it is worked out from. Not here: what « spoke » means (``expectations.rules.silence``).
"""

from collections.abc import Mapping

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.silence import RuleCoverage, completeness
from orchestration.publication.judged import sound_observations
from orchestration.settings.folders import Folders
from orchestration.station.build import read_build
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import read_observations


def read_coverages(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> list[RuleCoverage]:
    """Return whether each rule spoke of each indicator it applies to, on the last verdicts.

    An indicator that could not be built was not judged: its rules were not forgotten.

    Raises:
        FileNotFoundError: No verdict was ever computed here.
    """
    build, observations = read_build(folders), read_observations(folders.warehouse)
    judged = sound_observations(observations, build.unsound) if build else observations
    verdicts, _ = read_verdicts(folders)
    return completeness(verdicts, definitions, set(judged["indicator"]))
