"""The bridge from Great Expectations to Dagster: its results as those of asset checks.

Here: results put in Dagster's vocabulary; importing this module costs seconds. Not here: computing
them (``expectations.rules``), asserting them (``expectations.validations``), which checks there are
(``indicators``).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import dagster as dg
import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.suites.policy import load_policy
from expectations.validations.batch import rule_of
from expectations.validations.objections import CheckResult, check_results
from expectations.validations.observation_table import TABLE
from expectations.validations.suite_result import FICHE, SuiteResult, read_suite_results
from orchestration.checks.evidence import CheckEvidence
from orchestration.keys import OBSERVATIONS_KEY, SEVERITIES, VALIDATIONS_KEY, indicator_key
from orchestration.publication.gatekeeping import gate_night
from orchestration.publication.judged import judged
from orchestration.reporting.compose_findings import Observations
from orchestration.settings import Folders
from orchestration.station.build import read_build
from orchestration.station.verdicts import read_verdicts
from orchestration.station.warehouse import digest

SHOWN = 5


def results(
    folders: Folders,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every rule on every indicator, then on the table of observations.

    Args:
        folders: Where the night left its verdicts and its suites.
        observations: What the warehouse holds.
        definitions: The indicators, by id.

    Raises:
        dagster.Failure: The suites were validated on other observations.
    """
    verdicts, looked_at = read_verdicts(folders)
    fiches, tables = _suites(folders, looked_at, digest(observations))
    build = read_build(folders)
    if build is None:
        raise dg.Failure("La dernière construction a été interrompue : relancez la nuit.")
    night = judged(folders, build, observations, definitions)
    gated, findings = gate_night(build, night, verdicts, definitions)
    seen = Observations(night.observations, night.names, gated.held_by.keys())
    evidence = CheckEvidence(seen, findings, definitions, night.names)
    for result in check_results(verdicts, fiches):
        if result.judged_something:
            yield _as_dagster(result, evidence)
    yield from table_results(tables)


def _suites(
    folders: Folders, looked_at: str, observations: str
) -> tuple[list[SuiteResult], list[SuiteResult]]:
    """Return the suites on what the rules looked at, and those on the table as it is."""
    suites = read_suite_results(folders.validations)
    fiches = [suite for suite in suites if suite.name.startswith(FICHE)]
    tables = [suite for suite in suites if suite.name.startswith(TABLE)]
    about = ({suite.data_sha256 for suite in fiches}, {suite.data_sha256 for suite in tables})
    if about != ({looked_at}, {observations}):
        raise dg.Failure(
            "Les validations ne portent pas sur les observations de l'entrepôt : matérialisez "
            f"« {VALIDATIONS_KEY.to_user_string()} », ou relancez la nuit."
        )
    return fiches, tables


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
            description="\n".join(str(config.description) for config in failing if config) or None,
            metadata={"attentes": len(expectations), "en échec": len(failing)},
        )


def _as_dagster(result: CheckResult, evidence: CheckEvidence) -> dg.AssetCheckResult:
    tally = result.tally
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "évaluées": dg.MetadataValue.int(tally.evaluated),
        "non évaluées": dg.MetadataValue.int(tally.not_evaluated),
    }
    if tally.reasons:
        reasons = (f"{reason} ({french.number(cells)})" for reason, cells in tally.reasons.items())
        metadata["pourquoi non évaluées"] = dg.MetadataValue.text(french.listing(reasons))
    lines = [f"{evidence.place(row)} : {row['explanation']}" for row in result.failing[:SHOWN]]
    return dg.AssetCheckResult(
        asset_key=indicator_key(result.indicator),
        check_name=result.rule,
        passed=result.success,
        severity=SEVERITIES[tally.severity],
        description="\n".join(lines) or None,
        metadata=metadata | evidence.of(result.indicator, result.rule, result.failing),
    )
