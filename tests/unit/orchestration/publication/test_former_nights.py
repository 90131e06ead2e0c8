"""What former releases held: as far back as a doubt lasts, and as the day before."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from expectations.verdicts.table import KEY
from orchestration.publication.former_nights import former_nights
from orchestration.settings.folders import Folders
from orchestration.station.findings import write_findings
from orchestration.station.publishing import publish
from orchestration.station.release import NAME, Release

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
