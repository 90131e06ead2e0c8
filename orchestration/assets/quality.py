"""The verdicts: what every rule says of every cell, tied to the very observations it speaks of.

The rules are in ``expectations``; turning verdicts into Dagster checks is in ``checks.py``.
"""

import dagster as dg

from expectations.definitions import IndicatorDefinition
from expectations.evaluate import evaluate
from orchestration.build import read_build
from orchestration.publication.judged import judged
from orchestration.publication.verdicts import last_verdicts, write_verdicts
from orchestration.resources import Station
from orchestration.warehouse import digest, read_observations

VERDICTS_KEY = dg.AssetKey(["quality", "verdicts"])
OBSERVATIONS_KEY = dg.AssetKey(["marts", "fct_observation"])
DECISIONS_KEY = dg.AssetKey(["quality", "decisions"])
AREAS_KEY = dg.AssetKey(["marts", "dim_area"])


def build_verdicts(definitions: dict[str, IndicatorDefinition]) -> dg.AssetsDefinition:
    """Return the asset of all verdicts of the night."""

    @dg.asset(
        key=VERDICTS_KEY,
        deps=[OBSERVATIONS_KEY, DECISIONS_KEY],
        group_name="quality",
        kinds={"python", "pandas"},
        description="Un verdict par cellule et par règle, calculé sur les observations de la nuit.",
    )
    def verdicts(station: Station) -> dg.MaterializeResult[None]:
        folders = station.folders
        build = read_build(folders)
        if build is None:
            raise dg.Failure("La dernière construction a été interrompue : relancez la nuit.")
        observations = read_observations(folders.warehouse)
        night = judged(folders, build, observations, definitions)
        looked_at = night.observations
        table = evaluate(
            looked_at, definitions, published=night.published, former=last_verdicts(folders)
        )
        write_verdicts(folders, table, digest(looked_at))
        counts = table["outcome"].value_counts()
        return dg.MaterializeResult(
            metadata={
                "verdicts": len(table),
                "en échec": int(counts.get("fail", 0)),
                "non évalués": int(counts.get("not_evaluated", 0)),
            }
        )

    return verdicts
