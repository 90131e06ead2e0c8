"""The one job of Vigie: the whole line, from the extracts to the mail.

It runs in one process: DuckDB has one writer, and each further process would pay the imports of
Great Expectations and dbt again.
"""

import dagster as dg

NIGHTLY = "nightly"

nightly = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
    executor_def=dg.in_process_executor,
    description=(
        "Toute la chaîne : extraits des sources, indicateurs, contrôles, publication et rapport."
    ),
)
