"""A new session, a new census and a new reading, all in one night, without a line of code.

Here: from what portals publish to what is told of an indicator; the night also catches up on a
decision whose run was killed. Not here: what is refused (``test_bad_input``), nor the partitions of
sessions alone (``integration.test_sessions``).
"""

import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.settings.folders import Folders
from tests.conftest import read_vigie
from tests.e2e.test_decisions import CURRENT, decide_and_be_killed, signed, total_of_2024

pytestmark = pytest.mark.slow

NEWS = {
    "catalogue_parcoursup": "session_nouvelle",
    "insee_emploi_communes": "recensement_nouveau",
    "france_travail_acces_emploi": "lecture_nouvelle",
}
PERIODS = {
    "2A3_part_filles_voeux": ["2018", "2019", "2027"],
    "1C2_taux_emploi_15_64": ["2007", "2012", "2017", "2023"],
    "2B4_acces_emploi_publics_prioritaires": ["2025-04", "2025-07"],
}
"""The periods of the region, of the indicators that read each of the news."""


@pytest.fixture(scope="module")
def news(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The station of the demonstration, after a night on which all this was published.

    Before it a decision was signed, whose run was killed when it began to publish.
    """
    home = Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("news") / "h", symlinks=True))
    before = (home / CURRENT).resolve()
    decide_and_be_killed(home)
    assert (signed(home), (home / CURRENT).resolve()) == (1, before)
    faults = (f"--panne={source}={fault}" for source, fault in NEWS.items())
    assert "Source en difficulté" not in read_vigie(home, "demo", *faults)
    return home


def test_a_decision_whose_run_was_killed_goes_out_with_the_next_night(news: Path) -> None:
    assert total_of_2024(news)["obs_status"] == "B"
    assert signed(news) == 1


def test_each_of_the_news_has_its_period_in_the_indicators_that_read_it(news: Path) -> None:
    with duckdb.connect(str(Folders(news).warehouse), read_only=True) as warehouse:
        rows = warehouse.execute(
            "select indicator, list(distinct time_period order by time_period) "
            "from marts.fct_observation "
            "where ref_area = 'REG-52' and obs_status = 'A' group by indicator"
        ).fetchall()
        staged = warehouse.execute(
            "select source_id, count(*) from staging.stg_parcoursup__sessions group by all"
        ).fetchall()
    given = dict(rows)
    assert {name: given[name] for name in PERIODS} == PERIODS
    assert dict(staged) == {
        "parcoursup_2018": 10_697,
        "parcoursup_2019": 11_577,
        "parcoursup_2027": 11_577,
    }


def test_the_new_session_is_a_partition_with_its_rows(news: Path) -> None:
    key = dg.AssetKey(["extract", "parcoursup"])
    with dg.DagsterInstance.from_config(str(Folders(news).dagster)) as instance:
        assert instance.get_materialized_partitions(key) == {"2018", "2019", "2027"}
        (last, *_) = instance.fetch_materializations(
            dg.AssetRecordsFilter(key, asset_partitions=["2027"]), limit=1
        ).records
        checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(
            [dg.AssetCheckKey(key, "contrat")]
        )
    assert last.asset_materialization is not None
    assert last.asset_materialization.metadata["dagster/row_count"].value == 11_577
    assert [record.status.value for record in checks.values()] == ["SUCCEEDED"]


def test_what_is_told_of_a_share_leads_to_the_new_session(news: Path) -> None:
    told = read_vigie(news, "explain", "2A3_part_filles_voeux", "2027", "REG-52")
    assert "session 2027" in told
    report = (Folders(news).reports / "current" / "index.html").read_text("utf-8")
    assert "Parcoursup, session 2027" in report
