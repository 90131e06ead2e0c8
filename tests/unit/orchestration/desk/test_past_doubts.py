"""The doubts of all releases that are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.desk.past_doubts import past_doubts
from orchestration.settings.folders import Folders
from orchestration.station.release import Release
from tests.unit.expectations.decisions.deciding import found
from tests.unit.orchestration.publication.test_doubt_cares import nights

LASTING, GONE = found("DEP-0", rank=1), found("DEP-1", rank=2)
HIDING = replace(found("DEP-0", "DEP-1", rank=3), headline=None)


@pytest.fixture
def last(tmp_path: Path) -> Release:
    """The last of three releases: the second held what it does not any more."""
    return nights(Folders(tmp_path), (2, [LASTING]), (1, [LASTING, GONE]), (0, [LASTING]))


def ids_and_ends(release: Release) -> list[tuple[set[str], bool]]:
    """Return the findings of each doubt, and whether it is still open."""
    folders = Folders(release.folder.parent.parent)
    return [(set(past.finding_ids), past.is_open) for past in past_doubts(folders)]


def test_a_doubt_is_open_while_the_release_in_force_holds_it(last: Release) -> None:
    assert ids_and_ends(last) == [({LASTING.finding_id}, True), ({GONE.finding_id}, False)]


def test_a_doubt_goes_on_while_another_finding_holds_its_cell(tmp_path: Path) -> None:
    release = nights(Folders(tmp_path), (2, [GONE]), (1, [HIDING]), (0, [HIDING]))
    assert ids_and_ends(release) == [({GONE.finding_id}, True), ({HIDING.finding_id}, True)]


def test_a_rule_that_fails_no_more_is_over_though_another_doubts_the_same_cell(
    tmp_path: Path,
) -> None:
    """A total was not the sum; corrected, it is a revision, which a decision lets out."""
    summed, revised = (
        replace(found("DEP-0", rank=rank), rules=(rule,)) for rank, rule in ((1, "VAD"), (2, "VRT"))
    )
    folders = Folders(tmp_path)
    nights(folders, (2, [summed]), (1, [revised]), (0, []))
    (whole,) = past_doubts(folders)
    by_rule = {min(past.rules): past for past in past_doubts(folders, by_rule=True)}
    assert by_rule["VAD"].ended == by_rule["VRT"].first_held
    assert by_rule["VRT"].ended == whole.ended
    assert by_rule["VAD"].finding_ids == {summed.finding_id}


@pytest.mark.parametrize("damaged", ["manifest.json", "observations.parquet"])
def test_a_release_that_is_damaged_counts_for_nothing_and_stops_no_page(
    last: Release, damaged: str
) -> None:
    assert last.previous
    (last.previous.folder / damaged).write_bytes(b"PAR1")
    assert ids_and_ends(last) == [({LASTING.finding_id}, True)]
