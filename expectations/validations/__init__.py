"""All of Great Expectations: nothing else imports it.

Here: suites, their results and their pages; importing the package costs the seconds that Great
Expectations takes. Not here: what a rule computes (``rules``), nor which results hold a cell
(``decisions``).

Great Expectations is given pandas batches only, yet it imports PySpark wherever that is installed;
and PySpark takes a process whose ``__main__`` has no file, as Dagster's run launcher and the
workers of pytest-xdist spawn them, for its own doctests, and ends it (``SystemExit: 0`` out of
``pyspark.sql.connect.utils.check_dependencies``). So it is imported as if there were no PySpark.
What it imports for one expectation, which nothing here asks for, is loaded when something does.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

PYSPARK = "pyspark"
OF_ONE_EXPECTATION = ("altair", "scipy.stats")
"""Two fifths of what importing all the others takes, and 60 MB."""


class _Later(ModuleType):
    """What stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        # What looks through modules asks where each is, and no more.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@contextlib.contextmanager
def _lighter() -> Iterator[None]:
    """Have ``import pyspark`` fail, as where it is not installed, and others load nothing yet.

    What was imported before stays.
    """
    modules = cast("dict[str, Any]", sys.modules)
    instead = {PYSPARK: None, **{name: _Later(name) for name in OF_ONE_EXPECTATION}}
    imported = {name: modules[name] for name in instead if name in modules}
    modules.update(instead)
    try:
        yield
    finally:
        for name in instead:
            del modules[name]
        modules.update(imported)


with _lighter():
    importlib.import_module("great_expectations.expectations.core")
