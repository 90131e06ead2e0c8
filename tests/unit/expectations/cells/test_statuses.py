"""What a cell can be: the seed, and what follows from it."""

from expectations.cells import seeds
from expectations.cells.statuses import MISSING, NOT_YET, STATUSES, UNEXPLAINED

SDMX = set("ABDEFGHIJKLMNOPQSUVW")
"""CL_OBS_STATUS, version 2.2."""


def test_every_code_is_there_once_and_says_what_it_is() -> None:
    assert [row["obs_status"] for row in seeds.rows("obs_statuses")] == list(STATUSES)
    assert all(status.label and status.meaning.endswith(".") for status in STATUSES.values())
    assert set(MISSING) == {"L", "O", "Q", "M", NOT_YET}
    assert set(UNEXPLAINED) < set(MISSING)


def test_what_is_said_to_be_of_sdmx_is_and_our_own_code_cannot_be_mistaken_for_one() -> None:
    of_sdmx = {row["obs_status"] for row in seeds.rows("obs_statuses") if row["is_sdmx"] == "true"}
    assert of_sdmx == set(STATUSES) & SDMX
    assert NOT_YET not in SDMX
