"""Values that go back to what was published before the last ones: a correction that is undone.

Here: until when some received values were those that were published. Not here: what a revision is
(``rules.standard.revisions``), how it is told (``reporting.compose_report``).
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from expectations.cells.observations import KEY
from expectations.findings.compared import DECIMALS, Basis
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell
from orchestration.publication.former_nights import UNREADABLE
from orchestration.station.release import Release, made_at

MOST_READ = 60
"""Former releases that are read: what was undone later than that is a revision like any other."""
Values = dict[Cell, float]


def was_published_until(finding: Finding, release: Release) -> datetime | None:
    """Return when the last release was made that published what a finding received (aware).

    Args:
        finding: The finding.
        release: The one that it is of, where the values that were revised stand.

    Returns:
        None when nothing was revised, or the values before the last ones were others.
    """
    received, published = _revised(finding)
    # ``vigie verify`` tells of a release that is damaged: it is not worth a night that fails.
    with suppress(*UNREADABLE):
        for former in _former(release) if received else ():
            values = _values(former)
            before = {cell: values[cell] for cell in received if cell in values}
            if before != published:
                return made_at(former.release_id) if before == received else None
    return None


def _revised(finding: Finding) -> tuple[Values, Values]:
    """Return what was received and what is published of the cells that were revised."""
    received, published = Values(), Values()
    for item in finding.numbers if finding.basis is Basis.RELEASE else ():
        if item.now.value is None or item.published is None or item.published.value is None:
            continue
        now, last = (round(value, DECIMALS) for value in (item.now.value, item.published.value))
        if now != last:
            received[item.cell], published[item.cell] = now, last
    return received, published


def _former(release: Release) -> Iterator[Release]:
    former = release.previous
    for _ in range(MOST_READ):
        if former is None:
            return
        yield former
        former = former.previous


@lru_cache(maxsize=MOST_READ)
def _values(release: Release) -> Values:
    rows = release.observations().dropna(subset="obs_value")[[*KEY, "obs_value"]]
    return {
        Cell(*map(str, key)): round(value, DECIMALS)
        for *key, value in rows.itertuples(index=False, name=None)
    }
