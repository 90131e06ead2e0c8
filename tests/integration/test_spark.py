"""The dbt project on Spark: another target, the same models, the same numbers.

The landed files of the demo's night are built again by a real Spark session, and each table that is
published or read from is compared with DuckDB's, row by row and column by column.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.commands.stations import DEMO_AS_OF
from tests.conftest import DBT_PROJECT, LONGEST_COMMAND

pytestmark = pytest.mark.slow


DBT = Path(sys.executable).parent / "dbt"
OF_SHORT_LIFE = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""How Java compiles what runs once on small tables: with all its care it takes three times that."""
ENVIRONMENT = {
    "VIGIE_REGION": "",
    "VIGIE_AS_OF": DEMO_AS_OF,
    "DO_NOT_TRACK": "1",
    "SPARK_LOCAL_IP": "127.0.0.1",
    "JAVA_TOOL_OPTIONS": OF_SHORT_LIFE,
}
COMPARED = (
    "fct_observation",
    "fct_observation_row",
    "fct_printed_figure",
    "fct_printed_text",
    "fct_job_seekers",
    "evolution",
    "dim_area",
    "dim_indicator",
    "dim_period",
    "dim_reporter",
    "fiche_1a",
    "fiche_1b",
    "fiche_1c",
    "fiche_2a",
    "fiche_2b",
    "fiche_3a",
    "fiche_3b",
    "fiche_4a",
    "fiche_4b",
    "fiche_5",
)


@pytest.fixture(scope="module")
def on_spark(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the marts that Spark made of the demo's landed files."""
    home = tmp_path_factory.mktemp("spark")
    shutil.copytree(demo_home / "landed", home / "landed")
    # A snapshot wants a table format that keeps versions, which plain Spark has not.
    chosen = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    leave_out = ["--exclude", "observation_vintages+"]
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    folders = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    built = subprocess.run(
        [str(DBT), "build", "--target", "spark", *chosen, *leave_out, *places, *folders],
        cwd=home,
        env={**os.environ, **ENVIRONMENT, "VIGIE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    assert built.returncode == 0, built.stdout[-4000:]
    return home / "spark" / "marts.db"


@pytest.mark.parametrize("table", COMPARED)
def test_spark_and_duckdb_agree_on_every_cell(demo_home: Path, on_spark: Path, table: str) -> None:
    with duckdb.connect(str(demo_home / "warehouse.duckdb"), read_only=True) as warehouse:
        ours = warehouse.table(f"marts.{table}")
        theirs = warehouse.read_parquet(str(on_spark / table / "*.parquet"))
        assert theirs.columns == ours.columns
        assert len(ours) > 0
        assert ours.except_(theirs).fetchall() == []
        assert theirs.except_(ours).fetchall() == []
        assert len(theirs) == len(ours)
