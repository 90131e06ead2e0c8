"""The names of Great Expectations that its documentation does not give, imported once.

Here: what no documented name does, and what it would cost to lose it. Not here: what is documented,
imported where it is used (``great_expectations``, its ``expectations`` and its ``core``).

- ``BatchExpectation``, ``TableMetricProvider``, ``metric_value``, ``PandasExecutionEngine``: the
  judgement of a batch would be worked out by each expectation, or beside Great Expectations.
- ``BatchDefinition``, ``EphemeralDataContext``, ``ExpectationConfiguration``: types of signatures,
  nothing else.
- ``Validator``: a batch would be made, and hashed, twice to be asked anything, and once more to be
  asked which of its rows fail.
- ``FailureSeverity``: severities would be given as the words that it is made of.
- ``ProgressBarsConfig``: bars would be drawn in the journal of each run.
- ``renderer`` and the components that renderers return: the Data Docs would say of a rule what
  Great Expectations says of any column, in English, the cells that fail grouped by sentence.
- ``ValidationResultsTableContentBlockRenderer``: what a page of the Data Docs says of an
  expectation would have to be put together from its result.
"""

from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.render import (
    CollapseContent,
    LegacyDiagnosticRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.content_block import (
    ValidationResultsTableContentBlockRenderer,
)
from great_expectations.render.renderer.renderer import renderer
from great_expectations.validator.v1_validator import Validator

__all__ = [
    "BatchDefinition",
    "BatchExpectation",
    "CollapseContent",
    "EphemeralDataContext",
    "ExpectationConfiguration",
    "FailureSeverity",
    "LegacyDiagnosticRendererType",
    "PandasExecutionEngine",
    "ProgressBarsConfig",
    "RenderedStringTemplateContent",
    "RenderedTableContent",
    "TableMetricProvider",
    "ValidationResultsTableContentBlockRenderer",
    "Validator",
    "metric_value",
    "renderer",
]
