"""The checks of what is published: its files, the report that readers open, the mails.

Here: results in Dagster's vocabulary. Not here: comparing a release to its manifest
(``integrity.published``), sending (``station.outbox``).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.checks import shown
from orchestration.integrity.integrity_check import IntegrityCheck
from orchestration.integrity.published import inspect_links, inspect_release
from orchestration.keys import MAIL_KEY, RELEASE_KEY, REPORT_KEY
from orchestration.resources import Station
from orchestration.settings.settings import Settings
from orchestration.station.outbox import Outbox
from orchestration.station.releases_in_force import release_in_force

FILES_CHECK, REPORT_CHECK, MAILS_CHECK = (
    "fichiers_intacts",
    "rapport_en_vigueur",
    "courriels_partis",
)
SPECS = [
    dg.AssetCheckSpec(
        FILES_CHECK,
        asset=RELEASE_KEY,
        description="Échoue quand un fichier publié n'est pas celui que son manifeste annonce.",
    ),
    dg.AssetCheckSpec(
        REPORT_CHECK,
        asset=REPORT_KEY,
        description="Échoue quand le rapport ouvert n'est pas celui de la publication en vigueur.",
    ),
    dg.AssetCheckSpec(
        MAILS_CHECK,
        asset=MAIL_KEY,
        description="Échoue quand un courriel attend encore, ou que le serveur l'a refusé.",
    ),
]


@dg.multi_asset_check(name="publication_checks", can_subset=True, specs=SPECS)
def publication_checks(
    context: dg.AssetCheckExecutionContext, station: Station
) -> Iterator[dg.AssetCheckResult]:
    """Look again at what is published; a publication tells it by itself."""
    settings = station.settings
    results = (files_result(settings), report_result(settings), *mails_results(settings))
    asked = {key.name for key in context.selected_asset_check_keys}
    yield from (result for result in results if result.check_name in asked)


def files_result(settings: Settings) -> dg.AssetCheckResult:
    """Say whether the files of the release in force are those that were published."""
    folders = settings.folders
    release = release_in_force(folders.releases)
    return _of_files(RELEASE_KEY, FILES_CHECK, inspect_release(folders, release.folder))


def report_result(settings: Settings) -> dg.AssetCheckResult:
    """Say whether the report that readers open is that of the release in force."""
    return _of_files(REPORT_KEY, REPORT_CHECK, inspect_links(settings.folders))


def _of_files(key: dg.AssetKey, name: str, found: IntegrityCheck) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=found.is_whole,
        description=shown.description(
            f"{fault.where} {fault.what} {fault.to_do}" for fault in found.faults
        ),
    )


def mails_results(settings: Settings) -> Iterator[dg.AssetCheckResult]:
    """Say whether mails went; nothing where there is no server that they could go by."""
    if settings.smtp is None:
        return
    outbox = Outbox(settings.folders.outbox)
    waiting, refused = len(outbox.waiting()), len(outbox.set_aside())
    lines = [
        f"Courriels qui attendent un nouvel essai : {waiting}." if waiting else "",
        f"Courriels refusés, dans outbox/refused : {refused}." if refused else "",
    ]
    yield dg.AssetCheckResult(
        asset_key=MAIL_KEY,
        check_name=MAILS_CHECK,
        passed=not (waiting or refused),
        severity=dg.AssetCheckSeverity.WARN,
        description=shown.description(filter(None, lines)),
        metadata={"en attente": waiting, "refusés": refused},
    )
