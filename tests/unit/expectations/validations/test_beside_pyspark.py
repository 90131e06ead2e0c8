"""Great Expectations is imported where PySpark is, in a process whose ``__main__`` has no file.

Such are those that Dagster's run launcher spawns, and a command given as a text.
"""

import importlib.util
import subprocess
import sys

IMPORTING = "import {}; print('still here')"


def printed_by(name: str) -> str:
    command = [sys.executable, "-c", IMPORTING.format(name)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_pyspark_does_not_end_the_process_that_imports_great_expectations() -> None:
    assert importlib.util.find_spec("pyspark") is not None
    assert printed_by("expectations.validations") == "still here\n"
