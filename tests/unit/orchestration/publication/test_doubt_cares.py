"""Whose each doubt is: what was recorded about it, beside the releases that held it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.decisions.follow_up import FollowUpStep, doubt
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import KEY
from orchestration.publication.docket import Docket
from orchestration.publication.doubt_cares import forgotten, read_cares
from orchestration.settings.folders import Folders
from orchestration.station.findings import findings_path, write_findings
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.publishing import publish
from orchestration.station.release import NAME, Release
from tests.unit.expectations.decisions.deciding import decided, found, observed
from tests.unit.orchestration.dockets import docket_of

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
OBSERVED = observed({"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43})
FIRST, OTHER = found("DEP-0", rank=1), found("DEP-1", rank=2)
NOTHING_PUBLISHED = pd.DataFrame({**{key: [] for key in KEY}, "publication": []})


def docket(
    release: Release,
    findings: Sequence[Finding] = (FIRST, OTHER),
    decisions: Sequence[Decision] = (),
) -> Docket:
    return replace(docket_of(findings, OBSERVED, decisions), release=release)


def nights(folders: Folders, *held: tuple[int, Sequence[Finding]]) -> Release:
    """Make releases, each so many days ago and holding some findings; return the last."""
    folders.releases.mkdir()
    previous = None
    for days, findings in held:
        name = (NOW - days * DAY).strftime(NAME)
        cells = [cell.to_dict() for finding in findings for cell in finding.cells]
        publish(folders.releases, name, NOTHING_PUBLISHED, {"previous": previous, "held": cells})
        write_findings(folders, name, findings)
        previous = name
    return Release(folders.releases / str(previous))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def test_each_doubt_is_as_old_as_the_first_release_that_held_it_without_a_break(
    folders: Folders,
) -> None:
    release = nights(
        folders, (40, [OTHER]), (30, []), (9, [OTHER]), (5, [FIRST, OTHER]), (0, [FIRST, OTHER])
    )
    cares = read_cares(folders, docket(release), NOW)
    assert [cares[doubt(each)].days_free(NOW) for each in (FIRST, OTHER)] == [5, 9]
    assert [len(forgotten(docket(release), cares, NOW, days)) for days in (5, 6, 10)] == [2, 1, 0]


def test_what_is_decided_taken_or_put_off_is_not_forgotten(folders: Folders) -> None:
    release = nights(folders, (9, [FIRST, OTHER]), (0, [FIRST, OTHER]))
    kept = docket(release, decisions=(decided(OTHER, Choice.CORRECTION, OBSERVED),))
    assert forgotten(kept, read_cares(folders, kept, NOW, 7), NOW, 7) == (FIRST.finding_id,)
    until = (NOW + 4 * DAY).date()
    for new in (
        NewStep(FollowUpStep.TAKEN, "Anne Lebrun"),
        NewStep(FollowUpStep.PUT_OFF, "Anne Lebrun", "Réponse attendue", until),
    ):
        FollowUps(folders.home).add([doubt(FIRST)], new)
        cares = read_cares(folders, docket(release), NOW, 7)
        assert forgotten(docket(release), cares, NOW, 7) == (OTHER.finding_id,)


def test_a_doubt_that_was_settled_since_it_was_taken_is_nobodys(folders: Folders) -> None:
    FollowUps(folders.home).add([doubt(FIRST)], NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    release = nights(folders, (-20, [FIRST]), (-21, []), (-28, [FIRST]), (-30, [FIRST]))
    (care,) = read_cares(folders, docket(release, findings=(FIRST,)), NOW + 30 * DAY, 1).values()
    assert (care.holder, care.days_free(NOW + 30 * DAY)) == (None, 2)


def test_a_doubt_that_was_taken_long_before_it_could_be_forgotten_is_still_taken(
    folders: Folders,
) -> None:
    FollowUps(folders.home).add([doubt(FIRST)], NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    release = nights(folders, *((days, [FIRST]) for days in range(1, -11, -1)))
    (care,) = read_cares(folders, docket(release, findings=(FIRST,)), NOW + 10 * DAY, 2).values()
    assert care.holder


def without_previous(manifest: Path) -> None:
    content = json.loads(manifest.read_bytes())
    del content["previous"]
    manifest.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda release, _findings: (release / "observations.parquet").write_bytes(b"PAR1"),
        lambda release, _findings: (release / "manifest.json").unlink(),
        lambda release, _findings: without_previous(release / "manifest.json"),
        lambda _release, findings: findings.unlink(),
        lambda _release, findings: findings.write_text("[{}]", "utf-8"),
    ],
)
def test_a_former_release_that_cannot_be_read_ends_what_is_known_of_ages(
    folders: Folders, spoil: Callable[[Path, Path], object]
) -> None:
    release = nights(folders, (9, [FIRST]), (5, [FIRST]), (0, [FIRST]))
    oldest = (NOW - 9 * DAY).strftime(NAME)
    spoil(folders.releases / oldest, findings_path(folders, oldest))
    (care,) = read_cares(folders, docket(release, findings=(FIRST,)), NOW).values()
    assert care.days_free(NOW) == 5
