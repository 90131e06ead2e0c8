"""What a first night costs beside what none can do without.

Here: in rounds, a night of the demonstration on a new station, which parses the project; then its
floor, the frameworks imported once and a bare ``dbt build`` on the extracts that the night landed.
Not here: what changes from night to night (``nights_speed``), what dbt costs beside DuckDB
(``dbt_against_duckdb``).

Not a test: times depend on the machine.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from unittest.mock import patch

from orchestration.settings.settings import Settings
from orchestration.station.environment import enter_environment
from tests.benchmarks.nights_speed import Cost, cost_of
from tests.conftest import DBT_PROJECT, VIGIE, demo_environment

ROUNDS = 3
PARTS = ("a first night", "imports", "dbt build")
IMPORTS = """
import sys

# Where it is installed, Great Expectations imports it, and no night needs it.
sys.modules["pyspark"] = None
import dagster, dagster_dbt, great_expectations
"""
BUILD = ("build", "--exclude-resource-type", "unit_test", "--project-dir", str(DBT_PROJECT))


def main() -> None:
    """Print the median cost of each part, and the ratio of a night to its floor, round by round."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="vigie-floor-") as folder:
        costs = [_round(Path(folder) / str(rank)) for rank in range(rounds)]
    for name, part in zip(PARTS, zip(*costs, strict=True), strict=True):
        clock, processor = (median(values) for values in zip(*part, strict=True))
        print(f"{name:40}{clock:8.1f} s{processor:8.1f} s")
    clock, processor = (median(values) for values in zip(*map(_ratio, costs), strict=True))
    print(f"{'a first night / (imports + dbt build)':40}{clock:8.2f}{processor:10.2f}")


def _round(folder: Path) -> tuple[Cost, Cost, Cost]:
    """Run a night, then its floor: what each part cost."""
    night, bare = folder / "night", folder / "bare"
    imports = folder / "imports.py"
    folder.mkdir()
    imports.write_text(IMPORTS, "utf-8")
    first_night = cost_of([str(VIGIE), "demo"], demo_environment(night))
    imported = cost_of([sys.executable, str(imports)], os.environ)
    built = cost_of([str(VIGIE.with_name("dbt")), *BUILD], _bare_environment(night, bare))
    ratio = _ratio((first_night, imported, built))
    print(f"clock {ratio[0]:.2f}, processor {ratio[1]:.2f}", flush=True)
    return first_night, imported, built


def _ratio(costs: tuple[Cost, Cost, Cost]) -> tuple[float, float]:
    """Return a night over its floor, by the clock and by processor."""
    night, imported, built = costs
    return night[0] / (imported[0] + built[0]), night[1] / (imported[1] + built[1])


def _bare_environment(night: Path, bare: Path) -> Mapping[str, str]:
    """Return the environment of a station that has the extracts of a night, and nothing else."""
    with patch.dict(os.environ):
        enter_environment(Settings(home=bare))
        shutil.copytree(night / "landed", bare / "landed")
        return dict(os.environ)


if __name__ == "__main__":
    main()
