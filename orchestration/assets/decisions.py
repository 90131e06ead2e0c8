"""The register of decisions, as an asset: to materialise it is to sign a decision.

Here: what the Launchpad asks for, and what is shown of a decision once it is signed. Not here: what
may be decided (``publication.deciding``).

It is in no night: somebody fills the Launchpad of the job ``decision``, or types ``vigie decide``,
which runs the same job.
"""

from typing import Any

import dagster as dg

from expectations.decisions.admissible import FEWEST_WORDS, LONGEST_AUTHOR, LONGEST_MOTIVE
from expectations.decisions.decision import MEANINGS, Choice, Decision
from orchestration.keys import DECISIONS_KEY
from orchestration.publication.deciding import (
    UndecidableError,
    draft_decision,
    read_docket,
    record,
)
from orchestration.resources import Station

CONFIG = {
    "constat": dg.Field(
        str,
        description=(
            "Référence du constat : 12 chiffres et lettres, au bas de chaque constat du rapport "
            "de qualité, et dans la liste de « vigie findings ». Son début suffit quand aucun "
            "autre ne commence de même."
        ),
    ),
    "decision": dg.Field(
        dg.Enum("Decision", [dg.EnumValue(c.value, c, MEANINGS[c]) for c in Choice]),
        description="Ce qui est décidé : "
        + " ; ".join(f"{choice} : {meaning}" for choice, meaning in MEANINGS.items())
        + ".",
    ),
    "auteur": dg.Field(
        str,
        description=(
            f"Nom de la personne qui signe ({LONGEST_AUTHOR} caractères au plus). Il est publié "
            "avec la valeur."
        ),
    ),
    "motif": dg.Field(
        str,
        description=(
            f"Pourquoi, en français : {FEWEST_WORDS} mots au moins, {LONGEST_MOTIVE} caractères "
            "au plus. Il est publié avec la valeur."
        ),
    ),
}
BLANK = {
    "constat": "à remplacer par la référence du constat (au bas du constat, dans le rapport)",
    "decision": Choice.HOLD.value,
    "auteur": "Prénom Nom",
    "motif": "à remplacer par le motif de la décision",
}


def run_config(values: dict[str, str]) -> dict[str, Any]:
    """Return the configuration of the job ``decision`` that says some values."""
    return {"ops": {DECISIONS_KEY.to_python_identifier(): {"config": values}}}


@dg.asset(
    key=DECISIONS_KEY,
    group_name="quality",
    kinds={"sqlite"},
    config_schema=CONFIG,
    description=(
        "Les décisions des responsables de la donnée. La matérialiser, c'est en signer une : "
        "job « decision », bouton « Materialize all ». Rien n'y est jamais effacé ni corrigé."
    ),
)
def decisions(context: dg.AssetExecutionContext, station: Station) -> dg.MaterializeResult[None]:
    """Record the decision that the run is configured with."""
    typed = context.op_execution_context.op_config
    try:
        draft = draft_decision(
            read_docket(station.folders),
            typed["constat"],
            typed["decision"],
            typed["auteur"],
            typed["motif"],
        )
    except UndecidableError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    signed = record(station.folders, draft)
    context.log.info("Décision n° %s enregistrée.", signed.decision_id)
    return dg.MaterializeResult(metadata=_metadata(signed))


def _metadata(decision: Decision) -> dict[str, dg.MetadataValue[Any]]:
    subject = decision.subject
    return {
        "numéro": dg.MetadataValue.int(decision.decision_id),
        "constat": dg.MetadataValue.text(f"{subject.finding_id} : {subject.title}"),
        "décision": dg.MetadataValue.text(f"{decision.choice} : {MEANINGS[decision.choice]}"),
        "auteur": dg.MetadataValue.text(decision.author),
        "motif": dg.MetadataValue.text(decision.motive),
        "date": dg.MetadataValue.timestamp(decision.decided_at),
        "cellules": dg.MetadataValue.int(len(subject.cells)),
        "empreinte des chiffres (SHA-256)": dg.MetadataValue.text(subject.sha256),
    }
