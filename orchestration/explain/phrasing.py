"""The French sentences that the console and the pages both tell an explanation with.

Here: a sentence for each thing that is told. Not here: layout, escaping (the console shows text,
Jinja escapes).
"""

from collections.abc import Iterable

from expectations.cells.statuses import BREAK, STATUSES
from expectations.decisions.standings import ALTERED_BECAUSE, LAPSED_BECAUSE, Ruling, Standing
from expectations.french import count, moment_long, number, period, quantity
from expectations.verdicts.table import Outcome
from orchestration.explain.explanation import (
    ExplainedFigure,
    Explanation,
    Publication,
    RawRow,
    RawTable,
    Vintage,
)
from orchestration.reporting.vocabulary import absence

BECAUSE = {Standing.LAPSED: LAPSED_BECAUSE, Standing.ALTERED: ALTERED_BECAUSE}
OUTCOMES = {
    Outcome.PASS.value: "réussi",
    Outcome.FAIL.value: "échoué",
    Outcome.NOT_EVALUATED.value: "non évalué",
}
JUDGED_AS_PUBLISHED = (
    "sur les dernières valeurs publiées de cette période : une valeur publiée n'y est plus donnée"
)
NO_DECISION = "Aucune décision."
NOT_SHOWN = (
    "dont le texte n'est pas montré : ni l'archive ni la table lue ne sont plus celles de cet "
    "extrait"
)


def figure(explained: ExplainedFigure | None, unit: str) -> str:
    """Say a value with its unit and its terms, or why there is none."""
    if explained is None:
        return "aucune"
    if explained.is_excluded:
        return "exclu par une décision"
    if explained.value is None:
        return absence(explained.obs_status)
    value = quantity(explained.value, unit)
    if explained.obs_status == BREAK:
        value += ", rupture de série"
    if explained.numerator is None or explained.denominator is None:
        return value
    return f"{value} ({number(explained.numerator)} sur {number(explained.denominator)})"


def place(explanation: Explanation) -> str:
    """Say which cell it is in names, and in the codes to type: area, period, category if any."""
    cell, named = explanation.cell, explanation.category_label
    category = f" · {named} ({cell.breakdown}, {cell.category})" if named else ""
    return f"{explanation.area_label} ({cell.ref_area}) · {period(cell.time_period)}{category}"


def published(explanation: Explanation) -> str:
    """Say what is published of the cell, since when, and in which release."""
    if explanation.release_id is None:
        return "Aucune publication n'a encore été faite."
    if explanation.published is None:
        return f"Rien, dans la publication en vigueur {explanation.release_id}."
    value = figure(explanation.published, explanation.unit)
    return f"{value}, dans la publication en vigueur {explanation.release_id}."


def facts(explanation: Explanation) -> list[tuple[str, str]]:
    """Return what is known of the value besides it, by its name; without what is not known."""
    before = explanation.pre_break
    texts = {
        "Avant la rupture": before
        and f"{quantity(before[0], explanation.unit)} en {period(before[1])}",
        "Porte sur": period(explanation.reference_period),
        "Définition": explanation.definition,
        "Recueil": explanation.collection,
        "Répondants": explanation.reporters,
        "Note du producteur": explanation.comment,
        "Dans son tableau": explanation.caveat,
        "Contrôlé": JUDGED_AS_PUBLISHED if explanation.is_judged_as_published else "",
    }
    return [(name, text) for name, text in texts.items() if text]


def decision(ruling: Ruling) -> str:
    """Say who decided what, when and why, and whether it still stands."""
    signed, subject = ruling.decision, ruling.decision.subject
    standing = BECAUSE.get(ruling.standing, ruling.standing.value)
    return (
        f"N° {signed.decision_id}, {signed.choice} ({standing}) : {signed.motive.rstrip(' .')}. "
        f"Signée par {signed.author} le {moment_long(signed.decided_at)}, sur le constat "
        f"{subject.finding_id} ({subject.title})."
    )


UNTOLD = (
    "Une valeur est là, et aucun modèle de dbt_project/models/intermediate/rows ne dit de quelles "
    "lignes elle est faite."
)


def vintage(received: Vintage, unit: str) -> str:
    """Say what was received, and for how long it was what the extracts said."""
    end = f" jusqu'au {moment_long(received.until)}" if received.until else ", toujours en cours"
    return f"{figure(received.figure, unit)}, vu à partir du {moment_long(received.since)}{end}"


def publication(released: Publication, unit: str) -> str:
    """Say what was published, and from which release on."""
    value, since = figure(released.figure, unit), moment_long(released.published_at)
    return f"{value}, à partir de la publication {released.release_id} du {since}"


def rows_sentence(explanation: Explanation) -> str:
    """Say how many rows the cell is made of, and whether they give it back."""
    if not explanation.n_rows and explanation.shown.value is not None:
        return UNTOLD
    if not explanation.n_rows:
        return f"Aucune ligne. {STATUSES[explanation.shown.obs_status].meaning}"
    rows = count(explanation.n_rows, "ligne", "lignes")
    if not explanation.is_made_of_terms:
        verdict = "redonne" if explanation.n_rows == 1 else "redonnent"
        rest = "la cellule" if explanation.adds_up else "autre chose : relancez la nuit"
        return f"{rows}, qui {verdict} {rest}."
    sums = explanation.sums
    if sums.numerator is None or sums.denominator is None:
        return f"{rows}, dont les effectifs ne sont pas connus."
    total = f"{number(sums.numerator)} sur {number(sums.denominator)}"
    if explanation.adds_up:
        return f"{rows}, qui font {total}."
    return f"{rows}, qui font {total}, et non ce que dit la cellule : relancez la nuit."


def table_title(table: RawTable) -> str:
    """Say which rows of which extract, and what they all have in common."""
    title = f"{count(len(table.rows), 'ligne', 'lignes')} de {table.source_id}"
    if not table.columns:
        return f"{title}, {NOT_SHOWN}"
    same = ", ".join(f"{column} = {text}" for column, text in table.constant)
    return f"{title}, toutes avec {same}" if same else title


def terms(table: RawTable) -> tuple[str, ...]:
    """Return what the rows of a table bring, among value, numerator and denominator."""
    brought = {
        "valeur": any(row.value is not None for row in table.rows),
        "numérateur": any(row.numerator is not None for row in table.rows),
        "dénominateur": any(row.denominator is not None for row in table.rows),
    }
    return tuple(name for name, is_brought in brought.items() if is_brought)


def brought(row: RawRow, names: Iterable[str]) -> list[str]:
    """Return what a row brings, of the terms that are named."""
    values = {"valeur": row.value, "numérateur": row.numerator, "dénominateur": row.denominator}
    return ["" if (value := values[name]) is None else number(value, 6) for name in names]
