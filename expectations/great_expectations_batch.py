"""A table in memory as Great Expectations wants it: one batch of an ephemeral context.

Importing this module costs the seconds that Great Expectations takes; import it only where checks
run. Nothing is written to disk, no progress is drawn, nothing is sent anywhere.
"""

import threading

import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.data_context.context_factory import get_context
from great_expectations.data_context.data_context.ephemeral_data_context import (
    EphemeralDataContext,
)
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch


def batch_of(table: pd.DataFrame) -> Batch:
    """Return the table as a batch to validate, before the same thread asks for another one."""
    if not hasattr(_thread, "whole_tables"):
        _thread.whole_tables = _whole_tables()
    definition: BatchDefinition[None] = _thread.whole_tables
    return definition.get_batch({"dataframe": table})


_thread = threading.local()
"""A context takes tens of milliseconds to make, and holds one table of that name at a time: each
thread has its own, for all its batches."""


def _whole_tables() -> BatchDefinition[None]:
    context = get_context(mode="ephemeral")
    _silence(context)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("whole")


def _silence(context: EphemeralDataContext) -> None:
    context.enable_analytics(enable=False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
