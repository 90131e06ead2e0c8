"""All of Great Expectations: nothing else imports it.

Here: suites, their results and their pages; importing the package costs the seconds that Great
Expectations takes. Not here: what a rule computes (``rules``), nor which results hold a cell
(``decisions``).

Great Expectations is given pandas batches only, yet it imports PySpark wherever that is installed;
and PySpark takes a process whose ``__main__`` has no file, as Dagster's run launcher and the
workers of pytest-xdist spawn them, for its own doctests, and ends it (``SystemExit: 0`` out of
``pyspark.sql.connect.utils.check_dependencies``). So it is imported as if there were no PySpark.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from typing import Any, cast

PYSPARK = "pyspark"


@contextlib.contextmanager
def _without_pyspark() -> Iterator[None]:
    """Have ``import pyspark`` fail, as where it is not installed; what was imported stays."""
    modules = cast("dict[str, Any]", sys.modules)
    imported = modules.get(PYSPARK)
    modules[PYSPARK] = None
    try:
        yield
    finally:
        del modules[PYSPARK]
        if imported is not None:
            modules[PYSPARK] = imported


with _without_pyspark():
    importlib.import_module("great_expectations")
