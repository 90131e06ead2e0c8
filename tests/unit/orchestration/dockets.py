"""Dockets made to measure, of no release: for tests of what can be decided, and of what is told."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from expectations.decisions.decision import Decision
from expectations.findings.roll_up import Finding
from orchestration.publication.docket import Docket
from orchestration.station.release import Release


def docket_of(
    findings: Sequence[Finding] = (),
    observations: pd.DataFrame | None = None,
    decisions: Sequence[Decision] = (),
    taken_out: tuple[int, ...] = (),
) -> Docket:
    """Return a docket of some findings, observations and decisions."""
    observed = pd.DataFrame() if observations is None else observations
    return Docket(Release(Path()), tuple(findings), observed, tuple(decisions), taken_out)
