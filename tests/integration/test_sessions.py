"""A session that nobody has heard of, from the portal's catalogue to a partition of its own.

Here: the steps that fetch, run by Dagster without the models. Not here: a whole night with one
(``e2e.test_news``).
"""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from orchestration.assets.extracts import extract_key, extracts
from orchestration.assets.sessions import build_session_checks, build_sessions
from orchestration.checks.extracts import Bench
from orchestration.resources import Station
from sources.archive import Archive, FetchStatus
from sources.landing import landed_path
from sources.registry import families
from sources.replay.app import create_app
from sources.replay.server import serve

FAMILY = families()["parcoursup"]
SESSIONS, CATALOGUE = extract_key(FAMILY.id), extract_key(FAMILY.catalogue)
NEW = {FAMILY.catalogue: "session_nouvelle"}


class Pages:
    """What a steward launches from the pages of a station, whose portals are replayed."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home, self.instance = home, dg.DagsterInstance.ephemeral()
        self._patch = patch
        definitions = dg.Definitions(
            assets=[extracts, build_sessions(FAMILY)],
            asset_checks=[build_session_checks(FAMILY)],
            resources={"station": Station(home=str(home))},
        )
        self._job = definitions.resolve_implicit_global_asset_job_def()

    def launch(
        self, key: dg.AssetKey, faults: Mapping[str, str], partition: str | None = None
    ) -> list[str]:
        """Launch an asset, and return what was asked of the portals."""
        app = create_app(faults)
        with serve(app) as address:
            self._patch.setenv("VIGIE_REPLAY", address)
            self._job.execute_in_process(
                instance=self.instance,
                asset_selection=[key],
                partition_key=partition,
            )
        journal: list[str] = app.state.journal
        return journal


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    # What the rules say of an extract is not looked at here, and costs seconds.
    monkeypatch.setattr(Bench, "_judge", lambda *_: [])
    return Pages(tmp_path, monkeypatch)


def test_a_new_session_is_a_partition_that_can_be_fetched_again(pages: Pages) -> None:
    pages.launch(CATALOGUE, NEW)
    known = {"2018", "2019", "2027"}
    assert known < set(pages.instance.get_dynamic_partitions(FAMILY.id))
    assert pages.instance.get_materialized_partitions(SESSIONS) == known
    landed = pq.read_table(landed_path(pages.home, "parcoursup_2027"), columns=["session"])
    assert set(landed.column("session").to_pylist()) == {"2027"}

    journal = pages.launch(SESSIONS, {}, partition="2018")
    exported = [asked.rpartition("datasets/")[2] for asked in journal if "exports" in asked]
    assert exported == ["fr-esr-parcoursup-2018/exports/csv"]
    outcome = Archive(pages.home).outcomes("parcoursup_2018")[-1]
    assert (outcome.status, outcome.bytes > 0) == (FetchStatus.UNCHANGED, True)
    last = pages.instance.fetch_materializations(SESSIONS, limit=1).records[0]
    assert last.partition_key == "2018"

    pages.instance.add_dynamic_partitions(FAMILY.id, ["2031"])
    with pytest.raises(dg.Failure, match="ne donne pas « 2031 »") as failure:
        pages.launch(SESSIONS, {}, partition="2031")
    assert "2018, 2019, 2027, courante" in str(failure.value.description)
