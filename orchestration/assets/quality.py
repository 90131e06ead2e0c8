"""The verdicts, what every rule says of every cell, and what Great Expectations says of the night.

Both are tied to the very observations they speak of. The rules and the suites are in
``expectations``; turning their results into Dagster checks is in ``checks.py``.
"""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg
import pandas as pd

from expectations.completeness import Coverage, State, completeness
from expectations.definitions import IndicatorDefinition
from expectations.evaluate import evaluate
from expectations.withdrawals import keep_published
from orchestration.build import read_build
from orchestration.publication.gatekeeping import published_soundly, sound_observations
from orchestration.publication.verdicts import read_verdicts, write_verdicts
from orchestration.reporting import summary
from orchestration.resources import Station
from orchestration.settings import Folders
from orchestration.warehouse import digest, read_code_lists, read_observations

VERDICTS_KEY = dg.AssetKey(["quality", "verdicts"])
VALIDATIONS_KEY = dg.AssetKey(["quality", "validations"])
OBSERVATIONS_KEY = dg.AssetKey(["marts", "fct_observation"])
AREAS_KEY = dg.AssetKey(["marts", "dim_area"])
GROUP = "quality"
COMPLETENESS = "exhaustivite"


def build_quality(
    definitions: Mapping[str, IndicatorDefinition],
) -> list[dg.AssetsDefinition]:
    """Return the verdicts of the night, and the suites that Great Expectations validates."""

    @dg.asset(
        key=VERDICTS_KEY,
        deps=[OBSERVATIONS_KEY],
        group_name=GROUP,
        kinds={"python", "pandas"},
        description="Un verdict par cellule et par règle, calculé sur les observations de la nuit.",
        check_specs=[
            dg.AssetCheckSpec(
                COMPLETENESS,
                asset=VERDICTS_KEY,
                description="Chaque règle qui s'applique à un indicateur s'est prononcée sur lui.",
            )
        ],
    )
    def verdicts(station: Station) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        folders = station.folders
        build = read_build(folders)
        if build is None:
            raise dg.Failure("La dernière construction a été interrompue : relancez la nuit.")
        observations = read_observations(folders.warehouse)
        published = published_soundly(station.settings, build)
        judged = keep_published(sound_observations(observations, build), published)
        table = evaluate(judged, definitions)
        write_verdicts(folders, table, digest(observations))
        yield dg.MaterializeResult(metadata=_counts(table))
        coverages = completeness(table, definitions, set(judged["indicator"]))
        yield _completeness_check(coverages)

    @dg.asset(
        key=VALIDATIONS_KEY,
        deps=[VERDICTS_KEY, OBSERVATIONS_KEY],
        group_name=GROUP,
        kinds={"greatexpectations"},
        description="Ce que Great Expectations répond : les règles par fiche, et la table.",
    )
    def validations(station: Station) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=validate_night(station.folders, definitions))

    return [verdicts, validations]


def validate_night(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> dict[str, int]:
    """Have Great Expectations assert the verdicts and the table, and keep what it says.

    Returns:
        How many of its expectations are met in each suite.
    """
    from expectations.assertions import assert_verdicts  # noqa: PLC0415 it costs seconds
    from expectations.data_docs import suite_result  # noqa: PLC0415
    from expectations.mart import check_mart  # noqa: PLC0415

    observations = read_observations(folders.warehouse)
    table, judged = read_verdicts(folders)
    lists = read_code_lists(folders.warehouse)
    results = [
        *assert_verdicts(table, definitions, judged),
        *check_mart(observations, definitions, lists, digest(observations)),
    ]
    for beginning in (suite_result.FICHE, suite_result.TABLE):
        suite_result.forget_suite_results(folders.validations, beginning)
    for result in results:
        suite_result.write_suite_result(folders.validations, result)
    return {it.title: int(it.validation.statistics["successful_expectations"]) for it in results}


def _counts(table: pd.DataFrame) -> dict[str, int]:
    counts = table["outcome"].value_counts()
    return {
        "verdicts": len(table),
        "en échec": int(counts.get("fail", 0)),
        "non évalués": int(counts.get("not_evaluated", 0)),
    }


def _completeness_check(coverages: Sequence[Coverage]) -> dg.AssetCheckResult:
    """Fail when a rule never spoke; list those that had nothing to look at, with the reason."""
    silent = [item for item in coverages if item.state is not State.EVALUATED]
    schema = dg.TableSchema(
        [dg.TableColumn(name, type="string") for name in ("Indicateur", "Règle", "État", "Raison")]
    )
    records = [
        dg.TableRecord(
            {
                "Indicateur": item.indicator,
                "Règle": item.rule,
                "État": item.state.value,
                "Raison": item.main_reason,
            }
        )
        for item in sorted(silent, key=lambda item: item.state is not State.MISSING)
    ]
    return dg.AssetCheckResult(
        check_name=COMPLETENESS,
        passed=all(item.state is not State.MISSING for item in coverages),
        severity=dg.AssetCheckSeverity.ERROR,
        description=summary.controls(coverages),
        metadata={"sans verdict": dg.MetadataValue.table(records, schema=schema)},
    )
