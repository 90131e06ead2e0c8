"""The jobs of Vigie: the whole line, from the extracts to the mail, and what comes between nights.

Here: what each runs. Not here: when (``schedules``, ``sensors``), what an asset does (``assets``).

Each runs in one process, as what is launched from the pages does (``definitions``): DuckDB has one
writer, and each further process would pay the imports of Great Expectations and dbt again.
"""

from collections.abc import Iterable

import dagster as dg

from orchestration.assets.decisions import BLANK, run_config
from orchestration.assets.extracts import extract_key
from orchestration.keys import (
    DECISIONS_KEY,
    MAIL_KEY,
    RELEASE_KEY,
    REPORT_KEY,
    VALIDATIONS_KEY,
    VERDICTS_KEY,
)
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
SIGNING = dg.AssetSelection.assets(DECISIONS_KEY)
SESSIONS = dg.AssetSelection.assets(*(extract_key(family_id) for family_id in families()))
"""What is fetched one by one from the pages; a night has no partition, and fetches them all."""


def depending_on(dropped: Iterable[Source]) -> dg.AssetSelection:
    """Return extracts, and all that is made of them."""
    return dg.AssetSelection.assets(*(extract_key(source.id) for source in dropped)).downstream()


nightly = dg.define_asset_job(
    NIGHTLY,
    selection=(dg.AssetSelection.all() - SIGNING - SESSIONS) | dg.AssetSelection.all_asset_checks(),
    description=(
        "Toute la chaîne : extraits des sources, indicateurs, contrôles, publication et rapport."
    ),
)
deposit = dg.define_asset_job(
    DEPOSIT,
    selection=depending_on(dropped_sources()),
    description=(
        "Lire les dépôts arrivés entre deux nuits, et refaire ce qui en dépend, jusqu'au courriel."
    ),
)
decision = dg.define_asset_job(
    DECISION,
    selection=(SIGNING | PUBLISHING).without_checks(),
    config=run_config(BLANK),
    description=(
        "Signer une décision sur un constat, et publier aussitôt ce qui en découle. Bouton "
        "« Materialize all » : remplacer les quatre valeurs, puis « Materialize ». La référence "
        "du constat est au bas de chaque constat du rapport de qualité."
    ),
)
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
