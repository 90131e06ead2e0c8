"""What the gate made of a finding: of each of its cells, and in a French sentence.

Here: writing on a finding what became of its cells, once the gate has spoken. Not here: what is
held (``gate``), what else is said of a finding (``findings.wording``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from expectations import french
from expectations.cells.observations import KEY
from expectations.decisions.decision import Choice, Decision
from expectations.decisions.standings import explanation_of, is_excluded
from expectations.findings.compared import PublicationStatus
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell, Severity

UNTIL = {
    Severity.ERROR: "jusqu'à correction",
    Severity.WARNING: "jusqu'à ce que l'écart soit expliqué ou la donnée corrigée",
    Severity.INFORMATION: "puisqu'une décision le demande",
}
KEPT = "dernière valeur publiée, s'il y en a une"


def gated_findings(
    findings: Sequence[Finding],
    rows: pd.DataFrame,
    held_by: Mapping[Cell, Collection[str]],
    ruled: Mapping[str, Decision],
) -> list[Finding]:
    """Return the findings with what the gate made of each.

    Args:
        findings: The findings of the night.
        rows: The rows of the release, as the gate gave them.
        held_by: The findings that hold each cell that is held, the gate's.
        ruled: The decisions in force, by finding.
    """
    words = rows[[*KEY, "publication"]].itertuples(index=False, name=None)
    publications = {Cell(*map(str, key)): PublicationStatus(word) for *key, word in words}
    publications |= dict.fromkeys(held_by, PublicationStatus.HELD)
    return [
        replace(
            finding,
            numbers=tuple(
                replace(item, publication=publications.get(item.cell)) for item in finding.numbers
            ),
            consequence=_consequence(finding, held_by, ruled),
        )
        for finding in findings
    ]


def _consequence(
    finding: Finding, held_by: Mapping[Cell, Collection[str]], ruled: Mapping[str, Decision]
) -> str:
    here = [cell for cell, ids in held_by.items() if finding.finding_id in ids]
    elsewhere = [cell for cell in finding.cells if cell in held_by and cell not in set(here)]
    if here:
        return french.typeset(_held(finding, here))
    sentence = _let_out(finding, ruled, is_out=len(elsewhere) < len(finding.cells))
    if not elsewhere:
        return french.typeset(sentence)
    others = french.count(len(elsewhere), "cellule reste retenue", "cellules restent retenues")
    return french.typeset(f"{sentence} Mais {others} par un autre constat.")


def _held(finding: Finding, cells: Sequence[Cell]) -> str:
    until = UNTIL[finding.severity]
    beside = len(set(cells) - set(finding.cells))
    count = len(cells) - beside
    kept = (
        f"La cellule reste à sa {KEPT}, {until}."
        if count == 1
        else f"Ces {french.number(count)} cellules restent à leur {KEPT}, {until}."
    )
    if not beside:
        return kept
    others = french.count(beside, "autre cellule", "autres cellules")
    them = "elle" if count == 1 else "elles"
    return (
        f"{kept} Avec {them}, {others} du même tableau : un total et ses détails sont publiés d'un "
        "même dépôt."
    )


def _let_out(finding: Finding, ruled: Mapping[str, Decision], *, is_out: bool) -> str:
    """Say why a finding holds nothing, be its cells out or not."""
    if is_excluded(finding, ruled):
        return "Une décision l'exclut de la publication."
    if explanation := explanation_of(finding, ruled):
        is_break = explanation.choice is Choice.BREAK
        marked = ", et marqué comme rupture de série" if is_break else ""
        is_published = f"C'est publié{marked} : une décision l'explique."
        return is_published if is_out else "Une décision l'explique."
    if finding.holds and finding.cells:
        return "Des décisions l'excluent de la publication."
    if finding.holds:
        return f"Rien de cet indicateur n'est publié, {UNTIL[finding.severity]}."
    return "Ce constat ne retient rien : c'est à savoir."
