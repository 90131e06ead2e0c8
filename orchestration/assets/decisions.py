"""The register of decisions: an asset that nobody materialises, and the command that signs one.

Here: what the Launchpad asks for, and what is shown of a decision once it is signed. Not here: what
may be decided (``publication.docket``), what follows from it (``jobs``).

It is in no night: somebody fills the Launchpad of the job ``decision``, types ``vigie decide`` or
signs at the desk, which run the same job.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from expectations.decisions.admissible import (
    BLANK_AUTHOR,
    BLANK_MOTIVE,
    FEWEST_WORDS,
    LONGEST_AUTHOR,
    LONGEST_MOTIVE,
)
from expectations.decisions.decision import MEANINGS, SIGNED, Choice, Decision
from orchestration.checks import shown
from orchestration.instance.shown_runs import decision_tags
from orchestration.keys import DECISIONS_KEY, SIGNING_STEP
from orchestration.publication.deciding import (
    Draft,
    draft_decisions,
    record,
)
from orchestration.publication.docket import UndecidableError, read_docket
from orchestration.resources import Station

BLANK: Mapping[str, str | bool] = {
    "constat": "",
    "decision": Choice.HOLD.value,
    "auteur": BLANK_AUTHOR,
    # What ends in a line is written between double quotes, in which a colon is one.
    "motif": f"{BLANK_MOTIVE} \n",
    "toute_la_cause": False,
}
"""What the Launchpad holds before it is filled in: it signs nothing."""
CONFIG = {
    "constat": dg.Field(
        str,
        description=(
            "Entre les apostrophes, la référence du constat : 12 chiffres et lettres, au bas de "
            "chaque constat du rapport de qualité, et dans la liste de « vigie findings ». Son "
            "début suffit quand aucun autre ne commence de même."
        ),
    ),
    "decision": dg.Field(
        dg.Enum("Decision", [dg.EnumValue(c.value, c, MEANINGS[c]) for c in Choice]),
        description="Ce qui est décidé : "
        + " ; ".join(f"{choice} : {MEANINGS[choice]}, {SIGNED[choice]}" for choice in Choice)
        + ".",
    ),
    "auteur": dg.Field(
        str,
        description=f"Nom de la personne qui signe ({LONGEST_AUTHOR} caractères au plus).",
    ),
    "motif": dg.Field(
        str,
        description=(
            f"Pourquoi, en français : {FEWEST_WORDS} mots au moins, {LONGEST_MOTIVE} caractères "
            "au plus. Il s'écrit entre les guillemets droits : les deux-points et les apostrophes "
            "y sont permis."
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
}


decisions = dg.AssetSpec(
    DECISIONS_KEY,
    group_name="quality",
    kinds={"sqlite"},
    description=(
        "Les décisions des responsables de la donnée. Elles se signent au bureau, par le job "
        "« decision » ou par « vigie decide ». Rien n'y est jamais effacé ni corrigé."
    ),
)
"""Nothing makes it but people: it is in the graph for what is read of it."""


def run_config(values: Mapping[str, str | bool]) -> dict[str, Any]:
    """Return the configuration of the job ``decision`` that says some values."""
    return {"ops": {SIGNING_STEP: {"config": dict(values)}}}


@dg.op(
    name=SIGNING_STEP,
    config_schema=CONFIG,
    out=dg.Out(dg.Nothing),
    description="Signe la décision que la configuration dit, et l'enregistre pour toujours.",
)
def sign(context: dg.OpExecutionContext, station: Station) -> None:
    """Record the decision that the run is configured with."""
    typed = context.op_config
    try:
        drafts = _drafts(station, typed)
    except UndecidableError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    signed = {**typed, "constat": drafts[0].subject.finding_id}
    context.instance.add_run_tags(context.run_id, decision_tags(signed))
    first, *others = record(station.folders, drafts)
    metadata = {**decision_metadata(first), **of_cause(others)}
    context.log_event(dg.AssetMaterialization(DECISIONS_KEY, metadata=metadata))


def _drafts(station: Station, typed: Mapping[str, Any]) -> Sequence[Draft]:
    """Return what was typed as decisions to sign.

    Raises:
        UndecidableError: It is no decision that can be taken.
    """
    docket = read_docket(station.folders)
    signed = (typed["decision"], typed["auteur"], typed["motif"])
    return draft_decisions(docket, typed["constat"], signed, is_of_cause=typed["toute_la_cause"])


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
