"""What is done again between two nights.

Here: what they look at. Not here: what runs then (``jobs``).

Mails that a server refused are tried again; a decision that a kill kept from being published is;
what a dead process left open is closed.
"""

import dagster as dg

from orchestration.instance.dead_runs import IN_PROGRESS, end_dead_runs
from orchestration.jobs import delivery, republication
from orchestration.resources import Station
from orchestration.station.outbox import Outbox
from orchestration.station.register import Register
from orchestration.station.release import current_release


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
    if not Outbox(station.folders.outbox).waiting():
        return dg.SkipReason("Aucun courriel n'attend.")
    return dg.RunRequest()


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


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Clôt les exécutions dont le processus n'existe plus (machine arrêtée, kill).",
)
def dead_runs(context: dg.SensorEvaluationContext, station: Station) -> dg.SkipReason:
    """End what a kill left open, at once when the daemon starts."""
    ended = end_dead_runs(context.instance, station.folders)
    return dg.SkipReason(f"Exécutions closes : {', '.join(ended) or 'aucune'}.")
