"""The verdicts, what every rule says of every cell, and what Great Expectations says of the night.

Here: when they are worked out, and keeping them, tied to the very observations they speak of.
Not here: the rules and the suites (``expectations``), their results as checks of Dagster
(``checks.indicators``).
"""

from collections.abc import Mapping

import dagster as dg

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import evaluate
from orchestration.keys import (
    DECISIONS_KEY,
    EXAMINATION_KEY,
    FIGURES_KEY,
    OBSERVATIONS_KEY,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
)
from orchestration.publication.judged import judged
from orchestration.reporting.data_docs import write_data_docs
from orchestration.resources import Station
from orchestration.settings import Folders
from orchestration.station.build import read_build
from orchestration.station.printed_report import read_examination
from orchestration.station.verdicts import last_verdicts, read_verdicts, write_verdicts
from orchestration.station.warehouse import (
    digest,
    read_code_lists,
    read_observations,
    read_printed_figures,
)

BEFORE_THE_REPORT = {"dagster/priority": "1"}
"""Ready at the same time as the release, and made first, so that the report links to its pages; but
the release and the report do not depend on it: they go out when it fails."""


def build_verdicts(definitions: Mapping[str, IndicatorDefinition]) -> dg.AssetsDefinition:
    """Return the asset of all verdicts of the night."""

    @dg.asset(
        key=VERDICTS_KEY,
        deps=[OBSERVATIONS_KEY, FIGURES_KEY, DECISIONS_KEY],
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
            looked_at,
            definitions,
            published=night.published,
            former=last_verdicts(folders),
            printed=read_printed_figures(folders.warehouse),
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


def build_validations(definitions: Mapping[str, IndicatorDefinition]) -> dg.AssetsDefinition:
    """Return the asset of the suites that Great Expectations validates, and of its Data Docs."""

    @dg.asset(
        key=VALIDATIONS_KEY,
        deps=[VERDICTS_KEY, OBSERVATIONS_KEY, EXAMINATION_KEY],
        group_name="quality",
        kinds={"greatexpectations", "html"},
        op_tags=BEFORE_THE_REPORT,
        description=(
            "Ce que Great Expectations répond des verdicts, fiche par fiche, de la table des "
            "observations et du bilan imprimé : gardé pour les contrôles, et mis en pages (Data "
            "Docs)."
        ),
    )
    def validations(station: Station) -> dg.MaterializeResult[None]:
        met = validate_night(station.folders, definitions)
        index = write_data_docs(station.folders)
        return dg.MaterializeResult(metadata={"pages": dg.MetadataValue.path(index), **met})

    return validations


def validate_night(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> dict[str, int]:
    """Have Great Expectations assert the verdicts and the tables, and keep what it says.

    Returns:
        How many expectations are met in each suite, by its title.
    """
    from expectations.validations import (  # noqa: PLC0415 it costs seconds
        contradictions,
        objections,
        observation_table,
        suite_result,
    )

    observations = read_observations(folders.warehouse)
    verdicts, looked_at = read_verdicts(folders)
    examination = read_examination(folders)
    printed = examination.comparisons if examination else ()
    results = [
        *objections.assert_verdicts(verdicts, definitions, looked_at),
        *observation_table.check_table(
            observations, definitions, read_code_lists(folders.warehouse), digest(observations)
        ),
        *([contradictions.assert_agreement(printed)] if printed else []),
    ]
    for beginning in (suite_result.FICHE, suite_result.TABLE):
        suite_result.forget_suite_results(folders.validations, beginning)
    for result in results:
        suite_result.write_suite_result(folders.validations, result)
    return {
        result.title: sum(bool(answer.success) for answer in result.validation.results)
        for result in results
    }
