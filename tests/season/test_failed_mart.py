"""A night of which a test of ``fct_observation`` fails goes to its end, on a real build of dbt.

Here: that the gate holds what the test names, and that the rest goes out. Not here: which marts are
made again (``orchestration.assets.indicators``), what each test of dbt looks for.
"""

from pathlib import Path

import pytest

from tests.season.living_station import Calendar, living_station

RATE, FAILED = Path("tests") / "rate_not_its_fraction.sql", "1C1_pcrh"


@pytest.mark.slow
def test_what_a_test_of_the_observations_names_is_held_and_the_rest_goes_out(
    tmp_path: Path,
) -> None:
    with living_station(tmp_path, Calendar()) as living:
        test = tmp_path / "project" / "dbt_project" / RATE
        written = test.read_text("utf-8")
        test.write_text(written.replace("where\n", f"where indicator = '{FAILED}' or\n"), "utf-8")
        assert living.night()
        now = living.left_behind()
    published = set(now.rows["indicator"])
    assert FAILED not in published
    assert {"1A4_pcrh_te", "1C2_taux_emploi_15_64"} <= published
    assert now.manifest["indicators"][FAILED]["state"] == "held"
    assert RATE.stem in now.report
