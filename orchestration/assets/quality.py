"""What Great Expectations answers of a night: of every rule, of the tables, and the pages of it.

Here: when it is asked, and keeping what it answers, tied to the very observations that it is about.
Not here: the rules and the suites (``expectations``), their results as checks of Dagster
(``checks.indicators``), what holds a cell (``publication.gatekeeping``).
"""

from collections.abc import Iterator, Mapping

import dagster as dg
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import digest
from orchestration.checks.indicators import tell_checks, tell_completeness
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.keys import (
    DATA_DOCS_KEY,
    DECISIONS_KEY,
    EXAMINATION_KEY,
    FIGURES_KEY,
    OBSERVATIONS_KEY,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
)
from orchestration.publication.gatekeeping import UnpublishableError, answered_night
from orchestration.publication.judged import judged
from orchestration.reporting.data_docs import write_data_docs
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.station.build import NOT_BUILT, read_build
from orchestration.station.printed_report import read_examination
from orchestration.station.verdicts import last_verdicts, write_verdicts
from orchestration.station.warehouse import read_code_lists, read_observations, read_printed_figures

BEFORE_THE_REPORT = {"dagster/priority": "1"}
"""Ready at the same time as the release, and made first, so that the report links to its pages; but
the release and the report do not depend on it: they go out when it fails."""
GROUP = "quality"

Definitions = Mapping[str, IndicatorDefinition]


def build_validations(definitions: Definitions) -> dg.AssetsDefinition:
    """Return the assets of what Great Expectations answers: its validations, and the verdicts."""

    @dg.multi_asset(
        name="validations",
        specs=[
            dg.AssetSpec(
                VALIDATIONS_KEY,
                deps=[OBSERVATIONS_KEY, FIGURES_KEY, DECISIONS_KEY],
                group_name=GROUP,
                kinds={"greatexpectations"},
                description=(
                    "Ce que Great Expectations répond de chaque règle : les cellules en échec, et "
                    "combien ont été jugées. La publication lit ces réponses : sans elles, rien "
                    "ne sort."
                ),
            ),
            dg.AssetSpec(
                VERDICTS_KEY,
                deps=[OBSERVATIONS_KEY, FIGURES_KEY, DECISIONS_KEY],
                group_name=GROUP,
                kinds={"python", "pandas"},
                description=(
                    "Un verdict par cellule et par règle : ce qui est tenu, ce qui échoue, ce qui "
                    "n'a pu être jugé."
                ),
            ),
        ],
    )
    def validations(station: Station) -> Iterator[dg.MaterializeResult[None]]:
        yield from validated(station, definitions)

    return validations


def validated(station: Station, definitions: Definitions) -> Iterator[dg.MaterializeResult[None]]:
    """Have every rule asked again, and say what came of it."""
    with tried_again_when_held(station.folders):
        verdicts, met = validate_rules(station.folders, definitions)
    counts = verdicts["outcome"].value_counts()
    yield dg.MaterializeResult(asset_key=VALIDATIONS_KEY, metadata={"règles tenues": met})
    yield dg.MaterializeResult(
        asset_key=VERDICTS_KEY,
        metadata={
            "verdicts": len(verdicts),
            "en échec": int(counts.get("fail", 0)),
            "non évalués": int(counts.get("not_evaluated", 0)),
        },
    )


def build_data_docs(definitions: Definitions) -> dg.AssetsDefinition:
    """Return the asset of the suites of the tables, and of the pages of all that was answered."""

    @dg.asset(
        key=DATA_DOCS_KEY,
        deps=[VALIDATIONS_KEY, EXAMINATION_KEY],
        group_name=GROUP,
        kinds={"greatexpectations", "html"},
        op_tags=BEFORE_THE_REPORT,
        description=(
            "Ce que Great Expectations répond de la table des observations et du bilan imprimé, "
            "les pages de tout ce qu'il répond (Data Docs), et les contrôles des indicateurs. La "
            "publication ne les attend pas."
        ),
    )
    def data_docs(
        context: dg.AssetExecutionContext, station: Station
    ) -> Iterator[dg.MaterializeResult[None]]:
        tell_completeness(context, station.folders, definitions)
        with tried_again_when_held(station.folders):
            met = validate_tables(station.folders, definitions)
            index = write_data_docs(station.folders, definitions)
        yield dg.MaterializeResult(metadata={"pages": dg.MetadataValue.path(index), **met})
        tell_checks(context, station.folders, definitions)

    return data_docs


def validate_rules(folders: Folders, definitions: Definitions) -> tuple[pd.DataFrame, int]:
    """Have Great Expectations ask every rule of the observations, and keep what it answers.

    Returns:
        The table of all verdicts, and how many rules hold.

    Raises:
        dagster.Failure: The build was cut short, or an answer cannot be relied on; no answer of
            another night is left then.
    """
    from expectations.validations import (  # noqa: PLC0415 it costs seconds
        judging_context,
        night_checkpoint,
        suite_result,
    )

    build, observations = read_build(folders), read_observations(folders.warehouse)
    if build is None:
        raise dg.Failure(NOT_BUILT)
    night = judged(folders, build, observations, definitions)
    context = judging_context.JudgingContext(
        definitions,
        published=night.published,
        former=last_verdicts(folders),
        printed=read_printed_figures(folders.warehouse),
    )
    for beginning in (suite_result.FICHE, suite_result.RULES_SUITE):
        suite_result.forget_suite_results(folders.validations, beginning)
    looked_at = digest(night.observations)
    suite = night_checkpoint.ask_every_rule(night.observations, context, looked_at)
    suite_result.write_suite_result(folders.validations, suite)
    try:
        answered_night(folders, definitions)
    except UnpublishableError as error:
        raise dg.Failure(str(error)) from None
    (verdicts,) = context.verdicts
    write_verdicts(folders, verdicts, looked_at)
    return verdicts, sum(bool(answer.success) for answer in suite.validation.results)


def validate_tables(folders: Folders, definitions: Definitions) -> dict[str, int]:
    """Have Great Expectations look at the table of observations and at the printed report.

    Returns:
        How many expectations are met in each suite, by its title.
    """
    from expectations.validations import (  # noqa: PLC0415 it costs seconds
        contradictions,
        observation_table,
        suite_result,
    )

    observations, examination = read_observations(folders.warehouse), read_examination(folders)
    printed = examination.comparisons if examination else ()
    suites = [
        *observation_table.check_table(
            observations, definitions, read_code_lists(folders.warehouse), digest(observations)
        ),
        *([contradictions.assert_agreement(printed)] if printed else []),
    ]
    suite_result.forget_suite_results(folders.validations, suite_result.TABLE)
    for suite in suites:
        suite_result.write_suite_result(folders.validations, suite)
    return {
        suite.title: sum(bool(answer.success) for answer in suite.validation.results)
        for suite in suites
    }
