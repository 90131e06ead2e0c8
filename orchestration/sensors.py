"""What is done again between two nights.

Here: what they look at. Not here: what runs then (``jobs``).

Mails that a server refused are tried again; a deposit that arrived is read; a decision that a kill
kept from being published is; what a dead process left open is closed; how a night ended is told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import dagster as dg

from orchestration.alarms.failed_runs import tell_failed_run
from orchestration.alarms.heartbeat import leave_heartbeat
from orchestration.assets.extracts import asked_for
from orchestration.dbt.fingerprint import can_be_added_to
from orchestration.deposits.unread import InboxLook, unread
from orchestration.instance.dead_runs import IN_PROGRESS, end_dead_runs, was_ended
from orchestration.instance.shown_runs import is_of_command
from orchestration.jobs import decision, delivery, depending_on, deposit, nightly, republication
from orchestration.keys import MAIL_KEY, OBSERVATIONS_KEY, RELEASE_KEY
from orchestration.resources import Station
from orchestration.settings.settings import Settings
from orchestration.station.inbox_strays import UNREADABLE, dropped_sources
from orchestration.station.outbox import Outbox
from orchestration.station.register import Register
from orchestration.station.releases_in_force import current_release
from sources.registry import Source

WHOLE = {OBSERVATIONS_KEY, RELEASE_KEY, MAIL_KEY}
"""What a run that builds and publishes makes."""


@dg.sensor(
    job=delivery,
    minimum_interval_seconds=900,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Relance l'envoi tant qu'un courriel attend et qu'un serveur est configuré.",
)
def waiting_mail(station: Station) -> dg.RunRequest | dg.SkipReason:
    """Ask for a delivery when a mail waits and a server is configured."""
    if not station.settings.smtp_host:
        return dg.SkipReason("Aucun serveur de messagerie n'est configuré (VIGIE_SMTP_HOST).")
    if not Outbox(station.folders.outbox).due(datetime.now(UTC)):
        return dg.SkipReason("Aucun courriel n'attend, ou ce n'est pas encore l'heure d'un essai.")
    return dg.RunRequest()


@dg.sensor(
    job=deposit,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Fait lire les dépôts arrivés entre deux nuits, une fois entiers, et refaire ce qui en "
        "dépend, jusqu'au courriel."
    ),
)
def arrived_deposit(
    context: dg.SensorEvaluationContext, station: Station
) -> dg.RunRequest | dg.SkipReason:
    """Ask that deposits be read which are still, and not what was read of them last."""
    settings, before = station.settings, InboxLook.read(context.cursor)
    dropped = asked_for(settings, dropped_sources())
    try:
        now = before.again(settings.folders.inbox, dropped)
    except OSError:
        return dg.SkipReason(UNREADABLE.sentences[0])
    still = [source for source in dropped if source.id in now.still_since(before)]
    context.update_cursor(now.model_dump_json())
    if later := _why_later(context, settings, still):
        return dg.SkipReason(later)
    changed, unfinished = unread(settings, still)
    examined = {source.id for source in still} - {source.id for source in unfinished}
    context.update_cursor(now.having_examined(examined).model_dump_json())
    if not changed:
        return dg.SkipReason("Ce qui est dans la boîte de dépôt a été lu.")
    graph = cast("dg.RepositoryDefinition", context.repository_def).asset_graph
    return dg.RunRequest(asset_selection=sorted(depending_on(changed).resolve(graph)))


def _why_later(
    context: dg.SensorEvaluationContext, settings: Settings, still: Sequence[Source]
) -> str:
    """Say why deposits are not looked into now; nothing when they are."""
    if not still:
        return "Rien de nouveau dans la boîte de dépôt, ou rien qui soit entier."
    if context.instance.get_runs_count(dg.RunsFilter(statuses=IN_PROGRESS)):
        return "Une exécution est en cours : elle lira peut-être les dépôts."
    if not can_be_added_to(settings):
        return "La dernière construction n'est plus d'actualité : la prochaine nuit lira tout."
    return ""


@dg.sensor(
    job=republication,
    minimum_interval_seconds=120,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publie une décision signée que rien n'a encore publiée, une fois au plus.",
)
def unpublished_decision(
    context: dg.SensorEvaluationContext, station: Station
) -> dg.RunRequest | dg.SkipReason:
    """Ask for a release when a decision was signed after the one in force was made."""
    release = current_release(station.folders.releases)
    if release is None:
        return dg.SkipReason("Aucune publication n'a encore été faite.")
    last = Register(station.folders.home).last_id()
    if last <= release.last_decision:
        return dg.SkipReason("Toutes les décisions sont publiées.")
    in_progress = dg.RunsFilter(statuses=IN_PROGRESS)
    if context.instance.get_runs_count(in_progress):
        return dg.SkipReason("Une exécution est en cours : elle publiera peut-être la décision.")
    return dg.RunRequest(run_key=f"decision-{last}")


@dg.run_failure_sensor(
    monitored_jobs=[nightly, deposit, decision, republication],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Écrit un courriel quand une nuit ou une publication s'est arrêtée en chemin.",
)
def failed_run(context: dg.RunFailureSensorContext, station: Station) -> None:
    """Tell what did not end well; a command that lived to the end of its run has told it."""
    if is_of_command(context.dagster_run) and not was_ended(context.instance, context.dagster_run):
        return
    tell_failed_run(station.settings, context.instance, context.dagster_run)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[nightly],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Note qu'une nuit est allée à son terme, et le dit au veilleur extérieur.",
)
def good_night(context: dg.RunStatusSensorContext, station: Station) -> None:
    """Leave the sign of a good night; a part of one is none, and a command leaves its own."""
    run = context.dagster_run
    record = context.instance.get_run_record_by_id(run.run_id)
    if _is_whole(run) and record and record.end_time and not is_of_command(run):
        leave_heartbeat(station.settings, datetime.fromtimestamp(record.end_time, UTC))


def _is_whole(run: dg.DagsterRun) -> bool:
    """Tell a night from a part of one; « Materialize all » names all that it makes."""
    return not run.asset_selection or run.asset_selection >= WHOLE or bool(run.parent_run_id)


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Clôt les exécutions sans processus : machine arrêtée, processus tué.",
)
def dead_runs(context: dg.SensorEvaluationContext, station: Station) -> dg.SkipReason:
    """End what a kill left open, at once when the daemon starts."""
    ended = end_dead_runs(context.instance, station.folders)
    return dg.SkipReason(f"Exécutions closes : {', '.join(ended) or 'aucune'}.")
