"""What former releases held: as far back as a doubt lasts, and as the day before."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from expectations.verdicts.table import KEY
from orchestration.publication.former_nights import former_nights, hidden_findings
from orchestration.settings.folders import Folders
from orchestration.station.findings import write_findings
from orchestration.station.publishing import publish
from orchestration.station.release import NAME, Release
from tests.unit.expectations.decisions.deciding import found

NOTHING_PUBLISHED = pd.DataFrame({**{key: [] for key in KEY}, "publication": []})


def test_the_last_release_of_the_day_before_is_read_though_no_doubt_lasts(tmp_path: Path) -> None:
    folders, previous = Folders(tmp_path), None
    folders.releases.mkdir()
    # In Paris: late on the 23rd, at night on the 24th, then two decisions of the 24th.
    for day, hour, state in ((23, 21, "new"), (24, 0, "changed"), (24, 7, "held"), (24, 9, "held")):
        name = datetime(2026, 11, day, hour, tzinfo=UTC).strftime(NAME)
        known = {"previous": previous, "held": [], "indicators": {"1C1_pcrh": {"state": state}}}
        publish(folders.releases, name, NOTHING_PUBLISHED, known)
        write_findings(folders, name, [])
        previous = name
    former = list(former_nights(folders, Release(folders.releases / str(previous)), set()))
    assert [(night.at.day, night.at.hour) for night in former] == [(24, 7), (24, 0), (23, 21)]
    assert [set(night.changed) for night in former] == [set(), {"1C1_pcrh"}, {"1C1_pcrh"}]


def test_what_cannot_be_told_while_its_period_is_held_is_not_settled(tmp_path: Path) -> None:
    folders, known = Folders(tmp_path), found("DEP-0", rank=1)
    folders.releases.mkdir()
    first, held, free = (f"202701{day}T010000000000Z" for day in (20, 21, 22))
    write_findings(folders, first, [known, found("DEP-1", rank=2)])
    of_its_period = replace(known.cells[0], ref_area="DEP-9").to_dict()
    for name, cells in ((held, [of_its_period]), (free, [])):
        publish(folders.releases, name, NOTHING_PUBLISHED, {"previous": None, "held": cells})
    told = {known.finding_id: first, "9" * 12: "20260101T010000000000Z"}
    assert list(hidden_findings(folders, Release(folders.releases / held), told)) == [
        known.finding_id
    ]
    assert list(hidden_findings(folders, Release(folders.releases / free), told)) == []
