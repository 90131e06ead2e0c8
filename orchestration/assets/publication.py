"""The end of the line: the release, the quality report, and the mail that carries it.

Here: when they are made, and what Dagster shows of them. Not here: what goes out
(``publication.gatekeeping``), what the report says (``reporting``).

The release reads by itself what Great Expectations answered, so that materialising it alone gets
around nothing.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS
from orchestration.assets.publication_checks import files_result, mails_results, report_result
from orchestration.assets.publication_states import publication_states
from orchestration.checks import shown
from orchestration.checks.indicators import checks_again
from orchestration.dbt import attributes
from orchestration.explain.explanation_pages import write_pages
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.keys import (
    AREAS_KEY,
    DECISIONS_KEY,
    EXAMINATION_KEY,
    MAIL_KEY,
    OBSERVATIONS_KEY,
    RELEASE_KEY,
    REPORT_KEY,
    VALIDATIONS_KEY,
)
from orchestration.publication.docket import Docket, UndecidableError, docket_of, read_docket
from orchestration.publication.gatekeeping import UnpublishableError, make_release
from orchestration.reporting.compose_report import compose_night
from orchestration.reporting.narrowed_night import mails_of
from orchestration.reporting.report import make_current, write_report
from orchestration.reporting.report_pdf import REPORT_PDF
from orchestration.reporting.reported_night import Occasion, ReportedNight
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.station.job_names import DECISION, DEPOSIT, NIGHTLY
from orchestration.station.mail_readers import MailTableError, mail_readers
from orchestration.station.outbox import Outbox, deliver
from orchestration.station.release import CURRENT, Release
from orchestration.station.releases_in_force import release_in_force

GROUP = "publication"
POSSIBLE = "décisions possibles"
OCCASIONS: Mapping[str, Occasion] = {NIGHTLY: "nuit", DEPOSIT: "dépôt", DECISION: "décision"}
"""What a mail is of, by the job that made it."""
Definitions = Mapping[str, IndicatorDefinition]


def build_publication(definitions: Definitions) -> list[dg.AssetsDefinition]:
    """Return the release, the report and the mail."""

    @dg.asset(
        key=RELEASE_KEY,
        deps=[VALIDATIONS_KEY, DECISIONS_KEY, OBSERVATIONS_KEY, AREAS_KEY],
        group_name=GROUP,
        kinds={"parquet", "csv"},
        description="Les observations publiées, avec leur statut et leur origine.",
    )
    def release(context: dg.AssetExecutionContext, station: Station) -> dg.MaterializeResult[None]:
        return published(context, station, definitions)

    @dg.asset(
        key=REPORT_KEY,
        deps=[RELEASE_KEY, OBSERVATIONS_KEY, AREAS_KEY, EXAMINATION_KEY],
        group_name=GROUP,
        kinds={"html"},
        description="Le rapport de qualité de la nuit, pour le Cariforef.",
    )
    def quality_report(
        context: dg.AssetExecutionContext, station: Station
    ) -> dg.MaterializeResult[None]:
        return reported(context, station, definitions)

    @dg.asset(
        key=MAIL_KEY,
        deps=[REPORT_KEY],
        group_name=GROUP,
        kinds={"smtp"},
        description="Le rapport, envoyé par courriel, ou laissé dans la boîte d'envoi.",
    )
    def quality_mail(
        context: dg.AssetExecutionContext, station: Station
    ) -> dg.MaterializeResult[None]:
        return delivered(context, station)

    return [release, quality_report, quality_mail]


def _put_mails(station: Station, night: ReportedNight, page: Path) -> None:
    """Keep the mail of each reader until it is sent."""
    outbox, sender = Outbox(station.folders.outbox), station.settings.mail_from
    try:
        readers = mail_readers(station.settings)
    except MailTableError as error:
        raise dg.Failure(str(error)) from None
    for mail in mails_of(night, sender, readers, page.with_name(REPORT_PDF)):
        outbox.put(mail)


def published(
    context: dg.AssetExecutionContext, station: Station, definitions: Definitions
) -> dg.MaterializeResult[None]:
    """Make the release, and say what is in it, and what came of each indicator.

    Raises:
        dagster.Failure: Nothing can be published.
    """
    try:
        with tried_again_when_held(station.folders):
            release = make_release(station.settings, definitions, station.now)
    except UnpublishableError as error:
        raise dg.Failure(str(error)) from None
    context.log_event(shown.evaluation(files_result(station.settings)))
    metadata = _release_metadata(release)
    try:
        docket = read_docket(station.folders)
    except UndecidableError as error:
        # The release is out: its report is owed, whoever holds the warehouse just now.
        context.log.warning("%s", error)
    else:
        metadata |= _docket_metadata(docket)
        for state in publication_states(station.settings, docket, station.now):
            context.log_event(state)
    return dg.MaterializeResult(asset_key=RELEASE_KEY, metadata=metadata)


def reported(
    context: dg.AssetExecutionContext, station: Station, definitions: Definitions
) -> dg.MaterializeResult[None]:
    """Write the report and its mail, and give again the checks that decisions changed.

    The report is the current one last of all: until then the next run owes whatever this one does.
    """
    occasion = OCCASIONS.get(context.run.job_name, "publication")
    with tried_again_when_held(station.folders):
        docket = docket_of(station.folders, release_in_force(station.folders.releases))
        night = compose_night(station.settings, definitions, docket, occasion)
    write_pages(station.settings, station.folders.reports / night.release_id)
    page = write_report(station.folders.reports, night)
    _put_mails(station, night, page)
    if context.run.job_name not in {NIGHTLY, DEPOSIT}:
        # Those give all checks by themselves.
        for check in checks_again(station.folders, definitions, newly_decided(station.folders)):
            context.log_event(check)
    make_current(page)
    context.log_event(shown.evaluation(report_result(station.settings)))
    return dg.MaterializeResult(
        asset_key=REPORT_KEY, metadata={"page": dg.MetadataValue.path(page)}
    )


def newly_decided(folders: Folders) -> set[str]:
    """Return the indicators that were decided of since the release that the last report tells.

    Not since the release before: a run that died before its report left its checks to be given.
    """
    report = folders.reports / CURRENT
    reported = Release(folders.releases / report.resolve().name) if report.is_symlink() else None
    last = reported.last_decision if reported and reported.folder.is_dir() else 0
    return {
        decision["indicator"]
        for decision in release_in_force(folders.releases).manifest["decisions"]
        if decision["decision_id"] > last and "indicator" in decision
    }


def _release_metadata(release: Release) -> dict[str, dg.MetadataValue[Any]]:
    manifest = release.manifest
    return {
        "dossier": dg.MetadataValue.path(release.folder),
        "lignes": dg.MetadataValue.int(manifest["rows"]),
        "cellules retenues": dg.MetadataValue.int(len(release.held)),
        "publication précédente": dg.MetadataValue.text(manifest["previous"] or "aucune"),
        "dagster/row_count": dg.MetadataValue.int(manifest["rows"]),
        "dagster/column_schema": dg.MetadataValue.table_schema(
            attributes.file_schema(release.schema)
        ),
        "dagster/column_lineage": dg.MetadataValue.column_lineage(_same_columns()),
    }


def _docket_metadata(docket: Docket) -> dict[str, dg.MetadataValue[Any]]:
    """Return what waits for a decision, and what was decided: what the Launchpad asks for."""
    waiting = [
        {
            "constat": finding.finding_id,
            "indicateur": finding.indicator,
            "titre": finding.title,
            POSSIBLE: ", ".join(docket.choices(finding)),
        }
        for finding in docket.open
    ]
    applied = Counter(ruling.standing.value for ruling in docket.rulings)
    return {
        "constats à traiter": shown.table(waiting, ("constat", "indicateur", "titre", POSSIBLE)),
        **{f"décisions : {word}": dg.MetadataValue.int(n) for word, n in applied.items()},
    }


def _same_columns() -> dg.TableColumnLineage:
    """Say that the columns of an observation go out as they are."""
    return dg.TableColumnLineage(
        {column: [dg.TableColumnDep(OBSERVATIONS_KEY, column)] for column in COLUMNS}
    )


def delivered(context: dg.AssetExecutionContext, station: Station) -> dg.MaterializeResult[None]:
    """Send the mails that wait, and say how many were."""
    deliveries = deliver(station.settings)
    for delivery in deliveries:
        context.log.log("INFO" if delivery.is_sent else "WARNING", delivery.message)
    for result in mails_results(station.settings):
        context.log_event(shown.evaluation(result))
    waiting = len(Outbox(station.folders.outbox).waiting())
    if station.settings.smtp is None:
        context.log.info("Aucun serveur de messagerie ; courriels en attente : %s.", waiting)
    sent = sum(delivery.is_sent for delivery in deliveries)
    return dg.MaterializeResult(
        asset_key=MAIL_KEY, metadata={"envoyés": sent, "en attente": waiting}
    )
