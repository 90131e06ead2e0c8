"""The names that Dagster's graph goes by: keys of assets, a check, severities of checks.

Here: constants that assets, checks, jobs and readers share. Not here: the assets themselves, the
names of jobs (``station.job_names``).
"""

import dagster as dg

from expectations.verdicts.table import Severity

INDICATOR_LAYER = "indicators"
OBSERVATIONS_KEY = dg.AssetKey(["marts", "fct_observation"])
AREAS_KEY = dg.AssetKey(["marts", "dim_area"])
FIGURES_KEY = dg.AssetKey(["marts", "fct_printed_figure"])
PASSAGES_KEY = dg.AssetKey(["marts", "fct_printed_text"])
VERDICTS_KEY = dg.AssetKey(["quality", "verdicts"])
VALIDATIONS_KEY = dg.AssetKey(["quality", "validations"])
DECISIONS_KEY = dg.AssetKey(["quality", "decisions"])
DATA_DOCS_KEY = dg.AssetKey(["quality", "data_docs"])
EXAMINATION_KEY = dg.AssetKey(["quality", "printed_report"])
RELEASE_KEY = dg.AssetKey(["publication", "release"])
REPORT_KEY = dg.AssetKey(["publication", "quality_report"])
MAIL_KEY = dg.AssetKey(["publication", "quality_mail"])

SIGNING_STEP, JUDGING_STEP, PUBLISHING_STEP = "signer", "controler", "publier"
REPORTING_STEP, DELIVERING_STEP = "rendre_compte", "envoyer"
"""The steps of a decision: the first records it, the others do what follows."""

TABLE_CHECK = "table_conforme"
"""The check of the table of observations, by the suite of Great Expectations that is about it."""

SEVERITIES = {
    Severity.ERROR: dg.AssetCheckSeverity.ERROR,
    Severity.WARNING: dg.AssetCheckSeverity.WARN,
    Severity.INFORMATION: dg.AssetCheckSeverity.WARN,
}


def indicator_key(indicator: str) -> dg.AssetKey:
    """Return the asset key of an indicator."""
    return dg.AssetKey([INDICATOR_LAYER, indicator])
