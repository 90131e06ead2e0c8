"""The code location: assembly only.

Here: putting together. Not here: what is put together, which the rooms define.
"""

from functools import partial

import dagster as dg

from expectations.cells.indicator_definition import load_definitions
from orchestration.assets.decisions import decisions
from orchestration.assets.extracts import extracts
from orchestration.assets.indicators import build_indicators
from orchestration.assets.printed import build_printed_report
from orchestration.assets.publication import build_publication
from orchestration.assets.publication_checks import publication_checks
from orchestration.assets.quality import build_data_docs, build_validations
from orchestration.assets.sessions import build_session_checks, build_sessions
from orchestration.checks.indicators import build_checks, build_completeness_check
from orchestration.checks.printed import printed_report_checks
from orchestration.dbt import attributes
from orchestration.dbt.project import read_manifest
from orchestration.jobs import decision, delivery, deposit, nightly, republication
from orchestration.resources import build_resources
from orchestration.schedules import every_night
from orchestration.sensors import (
    arrived_deposit,
    dead_runs,
    failed_run,
    good_night,
    unpublished_decision,
    waiting_mail,
)
from orchestration.settings.settings import Settings
from orchestration.station.environment import desk_address, enter_environment
from sources.registry import families


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return everything that Dagster runs, for one station."""
    enter_environment(settings)
    manifest = read_manifest(settings.folders)
    indicators = load_definitions(manifest)
    kept = partial(attributes.kept, is_month_set=bool(settings.as_of))
    assets = dg.map_asset_specs(
        kept,
        [
            extracts,
            *(build_sessions(family) for family in families().values()),
            build_indicators(manifest, desk_address(settings)),
            decisions,
            build_validations(indicators),
            build_data_docs(indicators),
            build_printed_report(indicators),
            *build_publication(indicators),
        ],
    )
    return dg.Definitions(
        assets=assets,
        asset_checks=[
            build_checks(indicators),
            build_completeness_check(indicators),
            printed_report_checks,
            publication_checks,
            *(build_session_checks(family) for family in families().values()),
        ],
        jobs=[nightly, deposit, decision, republication, delivery],
        schedules=[every_night],
        sensors=[
            waiting_mail,
            arrived_deposit,
            unpublished_decision,
            dead_runs,
            failed_run,
            good_night,
        ],
        executor=dg.in_process_executor,
        resources=build_resources(settings),
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the station that the environment describes."""
    return build_definitions(Settings())
