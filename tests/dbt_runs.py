"""dbt run on a station, in the process of the tests: another would pay its imports again."""

import os
from pathlib import Path
from unittest.mock import patch

from dbt.cli.main import dbtRunner

from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.run import close_warehouse
from tests.conftest import DBT_PROJECT


def run_dbt(
    home: Path,
    *arguments: str,
    project: Path = DBT_PROJECT,
    **environment: str,
) -> None:
    """Run dbt on a station; its results go to the station's own ``target``."""
    options = ["--project-dir", str(project), "--profiles-dir", str(project)]
    folders = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    usual = {"VIGIE_REGION": "", "VIGIE_AS_OF": DEMO_AS_OF, "DO_NOT_TRACK": "1"}
    with patch.dict(os.environ, usual | {"VIGIE_HOME": str(home)} | environment):
        ended = dbtRunner().invoke(["--quiet", *arguments, *options, *folders])
    close_warehouse()
    assert ended.exception is None
