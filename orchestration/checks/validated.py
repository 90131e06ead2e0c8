"""The bridge from what Great Expectations answered to Dagster: its results as those of checks.

Here: results put in Dagster's vocabulary. Not here: asking every rule (``assets.quality``), which
answers are trusted (``publication.gatekeeping``), which checks there are (``indicators``).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import dagster as dg
import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import digest
from expectations.suites.policy import load_policy
from expectations.validations.batch import rule_of
from expectations.validations.observation_table import TABLE
from expectations.validations.suite_result import SuiteResult, read_suite_results
from expectations.verdicts.tally import Tally
from orchestration.checks import shown
from orchestration.checks.evidence import CheckEvidence
from orchestration.keys import DATA_DOCS_KEY, OBSERVATIONS_KEY, SEVERITIES, indicator_key
from orchestration.publication.gatekeeping import (
    UnpublishableError,
    answered_night,
    gate_night,
)
from orchestration.reporting.compose_findings import Observations
from orchestration.settings import Folders

SHOWN = 5
Failing = Sequence[Mapping[str, Any]]


def results(
    folders: Folders,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every rule on every indicator, then on the table of observations.

    Args:
        folders: Where the night left what Great Expectations answered.
        observations: What the warehouse holds.
        definitions: The indicators, by id.

    Raises:
        dagster.Failure: The answers cannot be trusted, or are of other observations.
    """
    try:
        answered = answered_night(folders, definitions)
    except UnpublishableError as error:
        raise dg.Failure(str(error)) from None
    night = answered.night
    gated, findings = gate_night(answered.build, night, answered.failing, definitions)
    seen = Observations(night.observations, night.names, gated.held_by.keys())
    evidence = CheckEvidence(seen, findings, definitions, night.names)
    for answer in answered.answers:
        for indicator, counted in answer.tallies.items():
            failing = [row for row in answer.failing if row["indicator"] == indicator]
            # A rule that judged no cell is no success: its check is not given.
            if counted.evaluated:
                yield _as_dagster(indicator, answer.rule, counted, failing, evidence)
    yield from table_results(_tables(folders, digest(observations)))


def _tables(folders: Folders, observations: str) -> list[SuiteResult]:
    """Return the suites on the table of observations as it is."""
    suites = read_suite_results(folders.validations)
    tables = [suite for suite in suites if suite.name.startswith(TABLE)]
    if {suite.data_sha256 for suite in tables} != {observations}:
        raise dg.Failure(
            "Les validations ne portent pas sur les observations de l'entrepôt : matérialisez "
            f"« {DATA_DOCS_KEY.to_user_string()} », ou relancez la nuit."
        )
    return tables


def table_results(suites: Sequence[SuiteResult]) -> Iterator[dg.AssetCheckResult]:
    """Say what came of each rule of the table of observations: it has several expectations."""
    results = sorted(
        (answer for suite in suites for answer in suite.validation.results), key=rule_of
    )
    for rule, of_rule in groupby(results, key=rule_of):
        expectations = list(of_rule)
        failing = [answer.expectation_config for answer in expectations if not answer.success]
        yield dg.AssetCheckResult(
            asset_key=OBSERVATIONS_KEY,
            check_name=rule,
            passed=not failing,
            severity=SEVERITIES[load_policy().severities[rule]],
            description=shown.description(str(config.description) for config in failing if config),
            metadata={"attentes": len(expectations), "en échec": len(failing)},
        )


def _as_dagster(
    indicator: str, rule: str, counted: Tally, failing: Failing, evidence: CheckEvidence
) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "évaluées": dg.MetadataValue.int(counted.evaluated),
        "non évaluées": dg.MetadataValue.int(counted.not_evaluated),
    }
    if counted.reasons:
        reasons = (
            f"{reason} ({french.number(cells)})" for reason, cells in counted.reasons.items()
        )
        metadata["pourquoi non évaluées"] = shown.text(french.listing(reasons))
    lines = [f"{evidence.place(row)} : {row['explanation']}" for row in failing[:SHOWN]]
    return dg.AssetCheckResult(
        asset_key=indicator_key(indicator),
        check_name=rule,
        passed=not failing,
        severity=SEVERITIES[counted.severity],
        description=shown.description(lines),
        metadata=metadata | evidence.of(indicator, rule, failing),
    )
