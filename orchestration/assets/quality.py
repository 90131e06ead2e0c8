"""The verdicts: what every rule says of every cell, tied to the very observations it speaks of.

The rules are in ``expectations``; turning verdicts into Dagster checks is in ``checks.py``.
"""

from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.definitions import IndicatorDefinition
from expectations.evaluate import evaluate
from orchestration.aside import write_aside
from orchestration.resources import Station
from orchestration.settings import Folders
from orchestration.warehouse import digest, read_observations

VERDICTS_KEY = dg.AssetKey(["quality", "verdicts"])
OBSERVATIONS_KEY = dg.AssetKey(["marts", "fct_observation"])
OBSERVATIONS_DIGEST = b"observations_sha256"


def build_verdicts(definitions: dict[str, IndicatorDefinition]) -> dg.AssetsDefinition:
    """Return the asset of all verdicts of the night."""

    @dg.asset(
        key=VERDICTS_KEY,
        deps=[OBSERVATIONS_KEY],
        group_name="quality",
        kinds={"python", "pandas"},
        description="Un verdict par cellule et par règle, calculé sur les observations de la nuit.",
    )
    def verdicts(station: Station) -> dg.MaterializeResult[None]:
        observations = read_observations(station.folders.warehouse)
        table = evaluate(observations, definitions)
        write_verdicts(station.folders, table, digest(observations))
        counts = table["outcome"].value_counts()
        return dg.MaterializeResult(
            metadata={
                "verdicts": len(table),
                "en échec": int(counts.get("fail", 0)),
                "non évalués": int(counts.get("not_evaluated", 0)),
            }
        )

    return verdicts


def verdicts_path(folders: Folders) -> Path:
    """Return where the verdicts of the last night are."""
    return folders.quality / "verdicts.parquet"


def write_verdicts(folders: Folders, verdicts: pd.DataFrame, observations_digest: str) -> None:
    """Write the verdicts, with the digest of the observations that they speak of."""
    table = pa.Table.from_pandas(verdicts, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), OBSERVATIONS_DIGEST: observations_digest.encode()}
    content = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), content)
    write_aside(verdicts_path(folders), content.getvalue().to_pybytes())


def read_verdicts(folders: Folders) -> tuple[pd.DataFrame, str]:
    """Return the verdicts of the last night and the digest of their observations.

    Raises:
        FileNotFoundError: No verdict was ever computed here.
    """
    table = pq.read_table(verdicts_path(folders))
    return table.to_pandas(), (table.schema.metadata or {})[OBSERVATIONS_DIGEST].decode()
