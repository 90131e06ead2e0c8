"""Great Expectations is imported where PySpark is, in a process whose ``__main__`` has no file.

Such are those that Dagster's run launcher spawns, and a command given as a text. Nor does it load
what a single one of its expectations needs.
"""

import importlib.util
import subprocess
import sys


def printed_by(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_pyspark_does_not_end_the_process_that_imports_great_expectations() -> None:
    assert importlib.util.find_spec("pyspark") is not None
    assert printed_by("import expectations.validations; print('still here')") == "still here\n"


LATER = """
import sys
from expectations.validations import rule_classes
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as one
print("scipy.stats" in sys.modules, one.stats.entropy([0.5, 0.5]), "scipy.stats" in sys.modules)
"""


def test_what_one_expectation_needs_is_loaded_when_that_one_asks_for_it() -> None:
    assert printed_by(LATER) == "False 0.6931471805599453 True\n"
