"""Whose a doubt is, in French.

Here: the words of the morning list, of the card and of the command line. Not here: where a doubt
stands (``expectations.decisions.care``), layout.
"""

from datetime import datetime

from expectations.decisions.care import Care
from expectations.decisions.follow_up import FollowUp, FollowUpStep
from expectations.french import PARIS, count, date_long, day_long


def care_in_words(care: Care, now: datetime) -> str:
    """Say whose a doubt is: « prise par Anne Lebrun le 26 novembre 2026 », « à personne ».

    Args:
        care: Where it stands.
        now: The moment (aware).
    """
    steps = []
    if care.is_free:
        days = care.days_free(now)
        steps.append(f"à personne depuis {count(days, 'jour', 'jours')}" if days else "à personne")
    if care.holder and care.holder.step is FollowUpStep.TAKEN:
        steps.append(step_in_words(care.holder))
    steps += [step_in_words(step) for step in (care.asked, care.put_off) if step]
    if overdue := care.days_overdue(now.astimezone(PARIS).date()):
        steps.append(f"réponse en retard de {count(overdue, 'jour', 'jours')}")
    return " · ".join(steps)


def step_in_words(step: FollowUp) -> str:
    """Say what was done about a doubt, by whom and when."""
    day, until = date_long(step.noted_at), day_long(step.until) if step.until else ""
    match step.step:
        case FollowUpStep.TAKEN:
            return f"prise par {step.author} le {day}"
        case FollowUpStep.PUT_OFF:
            return f"remise au {until} par {step.author} : {step.note}"
        case FollowUpStep.ASKED:
            due = f", réponse attendue le {until}" if until else ""
            return f"demandée au producteur le {day} par {step.author}{due}"
        case FollowUpStep.GIVEN_BACK:
            return f"rendue par {step.author} le {day}"
