"""The releases of the past that can be made again, oldest first, and what they are made upon.

Here: their order, and when the vintages of each were taken. Not here: making them again
(``remaking``).

A release of before months were written down cannot be made again: what month it was decides what
was due. It is taken as it was published, like the first whose former one is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.station.release import Release, made_at


@dataclass(frozen=True)
class PastRelease:
    """A release that can be made again.

    Attributes:
        release: As it was published.
        is_built: Whether tables were built for it; what only follows from a decision was not.
    """

    release: Release
    is_built: bool

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return made_at(self.release.release_id)

    def taken_at(self, moments: Sequence[datetime], after: datetime | None) -> datetime:
        """Return when the vintages of its build were taken.

        Args:
            moments: Every moment of a vintage.
            after: When the release before was made; None for the first.
        """
        return max(self.builds(moments, after), default=self.made_at)

    def builds(self, moments: Sequence[datetime], after: datetime | None) -> list[datetime]:
        """Return when vintages were taken since the release before, in their order.

        Those of the last build are its own; the others are of builds that were never published.

        Args:
            moments: Every moment of a vintage.
            after: When the release before was made; None for the first.
        """
        return sorted(
            each for each in moments if (after is None or each > after) and each <= self.made_at
        )


@dataclass(frozen=True)
class PastReleases:
    """What can be made again, and what it is made upon.

    Attributes:
        base: The release that is taken as it was published; None where all begins.
        again: Those that follow, oldest first.
    """

    base: Release | None
    again: tuple[PastRelease, ...]


def past_releases(current: Release) -> PastReleases:
    """Return the releases that led to the one in force, as far as they can be made again."""
    again: list[PastRelease] = []
    release: Release | None = current
    while release is not None and "month" in release.manifest:
        before = release.previous
        if before is None and release.manifest["previous"]:
            return PastReleases(release, tuple(reversed(again)))
        again.append(PastRelease(release, _is_built(release, before)))
        release = before
    return PastReleases(release, tuple(reversed(again)))


def _is_built(release: Release, before: Release | None) -> bool:
    made_of = ("fingerprint", "observations_sha256", "region", "month", "code_version")
    return before is None or any(
        release.manifest[name] != before.manifest.get(name) for name in made_of
    )
