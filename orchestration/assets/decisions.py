"""The register of decisions, as an asset: to materialise it is to sign a decision.

Here: what the Launchpad asks for, and what is shown of a decision once it is signed. Not here: what
may be decided (``publication.deciding``).

It is in no night: somebody fills the Launchpad of the job ``decision``, or types ``vigie decide``,
which runs the same job.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from expectations.decisions.admissible import FEWEST_WORDS, LONGEST_AUTHOR, LONGEST_MOTIVE
from expectations.decisions.decision import MEANINGS, Choice, Decision
from orchestration.checks import shown
from orchestration.keys import DECISIONS_KEY
from orchestration.publication.deciding import (
    UndecidableError,
    draft_decision,
    draft_decision_on_cause,
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
    "toute_la_cause": dg.Field(
        bool,
        default_value=False,
        description=(
            "« true » : décider aussi, d'un seul geste, tous les constats que la même cause "
            "explique sans doute. Chacun reste signé à part, sur ses propres chiffres, et devient "
            "caduc à part."
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


def run_config(values: Mapping[str, str | bool]) -> dict[str, Any]:
    """Return the configuration of the job ``decision`` that says some values."""
    return {"ops": {DECISIONS_KEY.to_python_identifier(): {"config": dict(values)}}}


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
    words = [typed[name] for name in ("constat", "decision", "auteur", "motif")]
    try:
        docket = read_docket(station.folders)
        drafts = (
            draft_decision_on_cause(docket, *words)
            if typed["toute_la_cause"]
            else (draft_decision(docket, *words),)
        )
    except UndecidableError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    signed = record(station.folders, drafts)
    for decision in signed:
        context.log.info("Décision n° %s enregistrée.", decision.decision_id)
    return dg.MaterializeResult(metadata={**decision_metadata(signed[0]), **of_cause(signed[1:])})


def of_cause(others: Sequence[Decision]) -> dict[str, dg.MetadataValue[Any]]:
    """Return the other findings of the same cause that were decided in the same act."""
    if not others:
        return {}
    rows = [
        {
            "numéro": str(decision.decision_id),
            "constat": decision.finding_id,
            "titre": decision.subject.title,
            "empreinte": decision.subject.sha256,
        }
        for decision in others
    ]
    return {"décidés du même geste": shown.table(rows, tuple(rows[0]))}


def decision_metadata(decision: Decision) -> dict[str, dg.MetadataValue[Any]]:
    """Return what was signed."""
    subject = decision.subject
    return {
        "numéro": dg.MetadataValue.int(decision.decision_id),
        "constat": shown.text(f"{subject.finding_id} : {subject.title}"),
        "décision": dg.MetadataValue.text(f"{decision.choice} : {MEANINGS[decision.choice]}"),
        "auteur": shown.text(decision.author),
        "motif": shown.text(decision.motive),
        "date": dg.MetadataValue.timestamp(decision.decided_at),
        "cellules": dg.MetadataValue.int(len(subject.cells)),
        "empreinte des chiffres (SHA-256)": dg.MetadataValue.text(subject.sha256),
    }
