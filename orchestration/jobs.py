"""The jobs of Vigie: the whole line, from the extracts to the mail, and what comes between nights.

Here: what each runs. Not here: when (``schedules``, ``sensors``), what an asset does (``assets``).

No night plans checks: the steps that know what came of them tell it (``checks.shown``). Those of
the sessions have a step of their own, after all sessions.

Each runs in one process, as what is launched from the pages does (``definitions``): DuckDB has one
writer, and each further process would pay the imports of Great Expectations and dbt again.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

import dagster as dg

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from orchestration.assets.decisions import BLANK, run_config, sign
from orchestration.assets.extracts import extract_key
from orchestration.assets.publication import delivered, published, reported
from orchestration.assets.quality import validated
from orchestration.dbt.project import read_manifest
from orchestration.keys import (
    DELIVERING_STEP,
    JUDGING_STEP,
    MAIL_KEY,
    PUBLISHING_STEP,
    RELEASE_KEY,
    REPORT_KEY,
    REPORTING_STEP,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
)
from orchestration.resources import Station
from orchestration.station.inbox_strays import dropped_sources
from orchestration.station.job_names import (
    DECISION,
    DELIVERY,
    DEPOSIT,
    NIGHTLY,
    REPUBLICATION,
)
from sources.registry import Source, families

PUBLISHING = dg.AssetSelection.assets(
    VALIDATIONS_KEY, VERDICTS_KEY, RELEASE_KEY, REPORT_KEY, MAIL_KEY
)
SESSIONS = dg.AssetSelection.assets(*(extract_key(family_id) for family_id in families()))
"""What is fetched one by one from the pages; a night has no partition, and fetches them all."""


Make = Callable[
    [dg.AssetExecutionContext, Station, Mapping[str, IndicatorDefinition]],
    Iterable[dg.MaterializeResult[None]],
]
"""Makes again what an asset does, and says of each what is shown of it."""


def depending_on(dropped: Iterable[Source]) -> dg.AssetSelection:
    """Return extracts, and all that is made of them."""
    return dg.AssetSelection.assets(*(extract_key(source.id) for source in dropped)).downstream()


nightly = dg.define_asset_job(
    NIGHTLY,
    selection=(dg.AssetSelection.all() - SESSIONS).without_checks()
    | dg.AssetSelection.checks_for_assets(*(extract_key(family_id) for family_id in families())),
    description=(
        "Toute la chaîne : extraits des sources, indicateurs, contrôles, publication et rapport."
    ),
)
deposit = dg.define_asset_job(
    DEPOSIT,
    selection=depending_on(dropped_sources()).without_checks(),
    description=(
        "Lire les dépôts arrivés entre deux nuits, et refaire ce qui en dépend, jusqu'au courriel."
    ),
)


def _after_signing(name: str, make: Make, description: str) -> dg.OpDefinition:
    """Return a step of ``decision`` that makes what an asset does."""

    @dg.op(
        name=name,
        ins={"after": dg.In(dg.Nothing)},
        out=dg.Out(dg.Nothing),
        description=description,
    )
    def step(context: dg.OpExecutionContext, station: Station) -> None:
        definitions = load_definitions(read_manifest(station.folders))
        for made in make(dg.AssetExecutionContext(context), station, definitions):
            key = cast("dg.AssetKey", made.asset_key)
            context.log_event(dg.AssetMaterialization(key, metadata=made.metadata))

    return step


judging = _after_signing(
    JUDGING_STEP,
    lambda _context, station, definitions: validated(station, definitions),
    "Pose de nouveau toutes les règles.",
)
publishing = _after_signing(
    PUBLISHING_STEP,
    lambda context, station, definitions: [published(context, station, definitions)],
    "Publie ce qui découle de la décision.",
)
reporting = _after_signing(
    REPORTING_STEP,
    lambda context, station, definitions: [reported(context, station, definitions)],
    "Écrit le rapport et le courriel.",
)
delivering = _after_signing(
    DELIVERING_STEP,
    lambda context, station, _definitions: [delivered(context, station)],
    "Envoie les courriels qui attendent.",
)


@dg.job(
    name=DECISION,
    config=run_config(BLANK),
    description=(
        "Signer une décision sur un constat, et publier aussitôt ce qui en découle. Onglet "
        "« Launchpad » : remplir constat, decision, auteur et motif, puis « Launch Run ». La "
        "référence du constat est au bas de chaque constat du rapport de qualité."
    ),
)
def decision() -> None:
    """Sign, then make again what follows: to sign is no asset, and is launched by a person."""
    delivering(reporting(publishing(judging(sign()))))


republication = dg.define_asset_job(
    REPUBLICATION,
    selection=PUBLISHING.without_checks(),
    description=(
        "Publier de nouveau, depuis les tables de la dernière nuit : rien n'est demandé aux "
        "sources, rien n'est reconstruit."
    ),
)
delivery = dg.define_asset_job(
    DELIVERY,
    selection=dg.AssetSelection.assets(MAIL_KEY),
    description="Envoie les courriels qui attendent dans la boîte d'envoi.",
)
