"""Every vintage of every observation is kept, from night to night, whatever happens to a night.

Here: what ``fct_observation_history`` holds after a change, a withdrawal, a failed test, a kill.
Not here: what is published of it, nor a whole night after another (``e2e.test_bad_input``).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import DBT_PROJECT
from tests.dbt_runs import run_dbt

DBT = Path(sys.executable).parent / "dbt"
VINTAGES = """
    select vintage, cast(obs_value as double), valid_from, valid_to
    from marts.fct_observation_history
    where indicator = ? and time_period = ? and ref_area = 'REG-52' and category = '_T'
    order by vintage
"""
KEY = "indicator, ref_area, time_period, breakdown, category"
AS_OF = f"""
    select {KEY}, obs_value, obs_status
    from marts.fct_observation_history
    where valid_from <= ? and (valid_to is null or valid_to > ?)
    order by all
"""
TODAY = f"select {KEY}, obs_value, obs_status from marts.fct_observation order by all"
HISTORY = "marts.fct_observation_history"
LATEST = f"select max(valid_from) from {HISTORY}"
SEVERAL = f"select count(*) from {HISTORY} where vintage > 1"
BY_CELL = f"select count(*) from {HISTORY} group by {KEY}"
OVERLAPPING = f"""
    select count(*)
    from (
        select valid_to, lead(valid_from) over (partition by {KEY} order by valid_from) as next_from
        from marts.fct_observation_history
    )
    where next_from is not null and (valid_to is null or valid_to > next_from)
"""


def query(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql, values).fetchall()


def vintages(home: Path, indicator: str, period: str) -> list[tuple[Any, ...]]:
    return query(home, VINTAGES, indicator, period)


def change(home: Path, statement: str) -> None:
    """Change the warehouse as another night's data would."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(statement)


def snapshot(home: Path, **environment: str) -> None:
    """Take the vintages of the observations as they are, without building these again."""
    selected = ["--select", "observation_vintages", "fct_observation_history"]
    run_dbt(home, "build", *selected, "--exclude-resource-type", "unit_test", **environment)
    assert statuses(home) <= {"success", "pass"}


def statuses(home: Path) -> set[str]:
    """What came of each node that dbt ran last."""
    results = json.loads((home / "target" / "run_results.json").read_text("utf-8"))["results"]
    assert results
    return {result["status"] for result in results}


def dbt_on(home: Path, *arguments: str) -> subprocess.Popen[str]:
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    folders = ["--target-path", str(home / "dbt" / "parse"), "--log-path", str(home / "logs")]
    return subprocess.Popen(
        [str(DBT), *arguments, *places, *folders],
        env={**os.environ, "VIGIE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_first_night_leaves_one_vintage_of_each_cell(demo_home: Path) -> None:
    assert set(query(demo_home, BY_CELL)) == {(1,)}
    ((now,),) = query(demo_home, LATEST)
    assert query(demo_home, AS_OF, now, now) == query(demo_home, TODAY)


@pytest.fixture(scope="module")
def changed(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station where a producer corrected a number, withdrew one, and sent the rest again."""
    station = tmp_path_factory.mktemp("changed") / "home"
    shutil.copytree(demo_home, station, symlinks=True)
    change(
        station,
        """
        update marts.fct_observation set extract_id = 'sent again';
        update marts.fct_observation set obs_value = 9
        where indicator = '5_reunions_groupe_srefop' and time_period = '2024';
        delete from marts.fct_observation
        where indicator = '5_reunions_groupe_srefop' and time_period = '2023';
        """,
    )
    snapshot(station)
    return station


@pytest.mark.slow
def test_a_corrected_number_has_two_vintages(changed: Path) -> None:
    first, second = vintages(changed, "5_reunions_groupe_srefop", "2024")
    assert (first[:2], second[:2]) == ((1, 8), (2, 9))
    assert first[3] == second[2]
    assert second[3] is None


@pytest.mark.slow
def test_a_withdrawn_number_is_closed_and_kept(changed: Path) -> None:
    ((vintage, value, _, valid_to),) = vintages(changed, "5_reunions_groupe_srefop", "2023")
    assert (vintage, value) == (1, 8)
    assert valid_to is not None


@pytest.mark.slow
def test_what_is_sent_again_unchanged_has_no_new_vintage(changed: Path) -> None:
    assert query(changed, SEVERAL) == [(1,)]


@pytest.mark.slow
def test_a_past_state_can_be_read_again(changed: Path, demo_home: Path) -> None:
    ((before,),), ((after,),) = query(demo_home, LATEST), query(changed, LATEST)
    assert before < after
    assert query(changed, AS_OF, before, before) == query(demo_home, TODAY)
    assert query(changed, AS_OF, after, after) == query(changed, TODAY)


@pytest.mark.slow
def test_a_cell_that_comes_back_goes_on_from_its_last_vintage(
    changed: Path, tmp_path: Path
) -> None:
    station = tmp_path / "home"
    shutil.copytree(changed, station, symlinks=True)
    change(
        station,
        """
        insert into marts.fct_observation
        select * replace ('2023' as time_period) from marts.fct_observation
        where indicator = '5_reunions_groupe_srefop' and time_period = '2024';
        """,
    )
    snapshot(station)
    gone, back = vintages(station, "5_reunions_groupe_srefop", "2023")
    assert (gone[:2], back[:2]) == ((1, 8), (2, 9))
    assert gone[3] < back[2]


@pytest.mark.slow
def test_an_unsound_indicator_leaves_no_vintage(station: Path) -> None:
    change(
        station,
        """
        update marts.fct_observation set obs_value = 99
        where indicator in ('3A1_cos_signes', '5_reunions_groupe_srefop') and time_period = '2024';
        delete from marts.fct_observation
        where indicator = '3A1_cos_signes' and time_period = '2023';
        """,
    )
    snapshot(station, VIGIE_UNSOUND="3A1_cos_signes,4A1_situations_ct2e")
    assert [row[:2] for row in vintages(station, "3A1_cos_signes", "2024")] == [(1, 3)]
    assert vintages(station, "3A1_cos_signes", "2023")[0][3] is None
    assert [row[:2] for row in vintages(station, "5_reunions_groupe_srefop", "2024")] == [
        (1, 8),
        (2, 99),
    ]


@pytest.mark.slow
def test_a_build_of_empty_tables_closes_nothing(station: Path) -> None:
    run_dbt(station, "build", "--empty", "--select", "observation_vintages")
    assert statuses(station) <= {"success", "pass"}
    closed = "select count(*) from snapshots.observation_vintages where valid_to is not null"
    assert query(station, closed) == [(0,)]


@pytest.mark.slow
def test_a_build_killed_while_it_takes_vintages_leaves_the_history_sound(station: Path) -> None:
    change(station, "update marts.fct_observation set comment = 'corrigé'")
    dbt = dbt_on(station, "--log-format", "text", "build", "--select", "observation_vintages")
    assert dbt.stdout is not None
    for line in dbt.stdout:
        if "START snapshot" in line:
            break
    time.sleep(0.05)
    dbt.send_signal(signal.SIGKILL)
    dbt.wait()
    snapshot(station)
    assert query(station, OVERLAPPING) == [(0,)]
    ((now,),) = query(station, LATEST)
    assert query(station, AS_OF, now, now) == query(station, TODAY)
    assert set(query(station, BY_CELL)) == {(2,)}
