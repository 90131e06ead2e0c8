"""What assets are given to work with: the station's folders and archive.

Here: where a station is, and nothing secret: Dagster shows a resource's configuration; that a run
is alone to work there and knows what was published, and that a night leaves no more than is kept.
Not here: what the environment decides, secrets among it, which is read at the moment of use
(``settings``).
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import dagster as dg

from orchestration.instance.forgotten_runs import forget_runs
from orchestration.instance.shown_runs import night_tags, show_under_its_job, station_tags
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.job_names import DELIVERY, NIGHTLY
from orchestration.station.locks import alone, show_alive
from orchestration.station.release import Release
from orchestration.station.releases_in_force import current_release, refuse_when_lost
from orchestration.station.retention import forget_files
from sources.archive import Archive


class Station(dg.ConfigurableResource[Any]):
    """One Vigie: where its state is and which region it follows.

    Attributes:
        home: The folder of all state.
        moment: The moment at which a past release was made, while it is made again; empty for the
            present.
    """

    home: str
    moment: str = ""

    @property
    def now(self) -> datetime:
        """The moment that what is made is of."""
        return datetime.fromisoformat(self.moment) if self.moment else datetime.now(UTC)

    @property
    def settings(self) -> Settings:
        """The settings of the environment, with this station's home."""
        return Settings(home=Path(self.home))

    @property
    def folders(self) -> Folders:
        """The folders of the state."""
        return self.settings.folders

    @property
    def archive(self) -> Archive:
        """The raw extracts and the outcomes of fetches."""
        return Archive(self.folders.home)

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Give the station to a run, which is alone to work there; sensors only look at it."""
        with contextlib.ExitStack() as held:
            if run := context.run:
                show_alive(self.folders, run.run_id)
                if run.job_name != DELIVERY:
                    # What delivers mails touches nothing but the outbox, which has its own lock.
                    held.enter_context(
                        alone(
                            self.folders,
                            run.job_name,
                            run.run_id,
                            waiting=partial(_wait_for, context),
                        )
                    )
                    refuse_when_lost(self.folders.releases)
                if context.instance:
                    show_under_its_job(context.instance, run.run_id)
                if run.job_name == NIGHTLY and context.instance:
                    before = current_release(self.folders.releases)
                    held.callback(self._tell, context.instance, run.run_id, before)
                    held.callback(self._forget, context.instance)
            yield self

    def _tell(self, instance: dg.DagsterInstance, run_id: str, before: Release | None) -> None:
        """Tell a night from another in Dagster's list of runs."""
        outcomes = self.archive.latest_outcomes().values()
        troubled = sum(not outcome.is_good for outcome in outcomes)
        after = current_release(self.folders.releases)
        own = station_tags(self.settings) | night_tags(before, after, troubled)
        instance.add_run_tags(run_id, own)

    def _forget(self, instance: dg.DagsterInstance) -> None:
        """Leave what is kept for ever, and no more of the rest than the settings say."""
        now, kept = datetime.now(UTC), timedelta(days=self.settings.keep_runs_days)
        forget_files(self.settings, now)
        forget_runs(instance, now - kept)


def _wait_for(context: dg.InitResourceContext, holder: str) -> None:
    if context.log:
        context.log.info("La station est prise par %s : cette exécution attend sa fin.", holder)


def build_resources(settings: Settings) -> dict[str, Any]:
    """Return the resources of a station."""
    return {"station": Station(home=str(settings.folders.home))}
