"""The doubts of all releases that are kept."""

from pathlib import Path

import pandas as pd
import pytest

from expectations.findings.roll_up import Finding
from expectations.verdicts.table import KEY
from orchestration.desk.past_doubts import past_doubts
from orchestration.settings import Folders
from orchestration.station.findings import write_findings
from orchestration.station.release import publish
from tests.unit.expectations.decisions.deciding import found

FIRST, SECOND, THIRD = (f"2026112{day}T020000000000Z" for day in range(3))
LASTING, GONE = found("DEP-0", rank=1), found("DEP-1", rank=2)
NOTHING_PUBLISHED = pd.DataFrame({**{key: [] for key in KEY}, "publication": []})


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Three releases: the second held what the third does not any more."""
    folders, previous = Folders(tmp_path), None
    folders.releases.mkdir()
    held: dict[str, list[Finding]] = {FIRST: [LASTING], SECOND: [LASTING, GONE], THIRD: [LASTING]}
    for name, findings in held.items():
        cells = [cell.to_dict() for finding in findings for cell in finding.cells]
        publish(folders.releases, name, NOTHING_PUBLISHED, {"previous": previous, "held": cells})
        write_findings(folders, name, findings)
        previous = name
    return folders


def areas_and_ends(folders: Folders) -> list[tuple[str, bool]]:
    """Return the area of each doubt, and whether it is still open."""
    areas = {LASTING.finding_id: "DEP-0", GONE.finding_id: "DEP-1"}
    return [(areas[min(past.finding_ids)], past.is_open) for past in past_doubts(folders)]


def test_a_doubt_is_open_while_the_release_in_force_holds_it(folders: Folders) -> None:
    assert areas_and_ends(folders) == [("DEP-0", True), ("DEP-1", False)]


@pytest.mark.parametrize("damaged", ["manifest.json", "observations.parquet"])
def test_a_release_that_is_damaged_counts_for_nothing_and_stops_no_page(
    folders: Folders, damaged: str
) -> None:
    (folders.releases / SECOND / damaged).write_bytes(b"PAR1")
    assert areas_and_ends(folders) == [("DEP-0", True)]
