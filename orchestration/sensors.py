"""What is done again between two nights: mails that a server refused are tried again."""

import dagster as dg

from orchestration.assets.publication import MAIL_KEY
from orchestration.reporting.mail.outbox import Outbox
from orchestration.resources import Station

delivery = dg.define_asset_job(
    "delivery",
    selection=dg.AssetSelection.assets(MAIL_KEY),
    executor_def=dg.in_process_executor,
    description="Envoie les courriels qui attendent dans la boîte d'envoi.",
)


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
