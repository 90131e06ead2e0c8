"""What to ask to the producer about a finding.

Here: the questions of the rules that fail put together, each once, and those that no rule has of
its own. Not here: the question of one rule (``verdicts.rules``), that of an event
(``event_words``).
"""

from collections.abc import Iterator

import pandas as pd

from expectations import french
from expectations.findings.cases import Case
from expectations.verdicts.proofs import QUESTION, evidence_of
from expectations.verdicts.rules import RULES, Cause, RuleType

WHO_REPORTED = {
    "DEP": "Quels départements ont répondu pour {period} ?",
    "ZE2020": "Quelles zones d'emploi ont été renseignées pour {period} ?",
    "CLPE": "Quels comités locaux pour l'emploi ont été renseignés pour {period} ?",
}
TOLD_BY_ANOTHER = {"VRT": "RRL"}
"""Rules of which another, when both fail, says and asks the same; its numbers are in a table."""


def questions(case: Case) -> Iterator[str]:
    """Give the questions about what fails; of periods that are spelt another way, one."""
    if case.spellings:
        yield _question_of_spellings(case)
        return
    now = french.span(case.periods)
    failing = {str(row["rule"]) for row in case.verdicts}
    asked = {
        str(row["rule"]): str(question)
        for row in case.verdicts
        if (question := evidence_of(row).get(QUESTION))
    }
    yield from asked.values()
    silent = [RULES[code] for code in RULES if code in failing - asked.keys()]
    if any(not rule.question for rule in silent):
        yield _usual_question(case, now)
    yield from (
        _question_of(rule, case, now)
        for rule in silent
        if rule.question and TOLD_BY_ANOTHER.get(rule.code) not in failing
    )


def _question_of(rule: RuleType, case: Case, now: str) -> str:
    rows = (row for row in case.verdicts if row["rule"] == rule.code)
    is_of_absent = all(pd.isna(row["value_after"]) for row in rows)
    asked = rule.question_of_absent if is_of_absent else ""
    return (asked or rule.question).format(period=now)


def _usual_question(case: Case, now: str) -> str:
    if case.cause == Cause.INCOHERENCE:
        return (
            f"Les valeurs de {now} sont-elles exactes ? "
            "Merci de les confirmer, ou d'envoyer un extrait corrigé."
        )
    before = case.headline.period_before
    between = f"entre {french.period(before)} et {now}" if before else f"pour {now}"
    area_types = {cell.area_type for cell in case.reach.cells}
    who = [
        question.format(period=now)
        for area_type, question in WHO_REPORTED.items()
        if area_type in area_types
    ]
    changed = (
        "La collecte, le périmètre, la définition ou la liste des déclarants ont-ils changé "
        f"{between} ?"
    )
    return " ".join([changed, *who])


def _question_of_spellings(case: Case) -> str:
    *_, (text, meant) = case.spellings.items()
    return (
        f"La période écrite {french.quoted(text)} est-elle {french.quoted(meant)} ? Merci "
        "d'écrire toutes les périodes de cette façon, et d'envoyer un extrait corrigé."
    )
