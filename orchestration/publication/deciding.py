"""Taking a decision: what a steward typed made into a record, and what came of it.

Here: the checks on what comes from outside. Not here: what can be decided (``docket``), what a
decision means (``expectations``), keeping it (``station.register``), publishing what follows from
it (``gatekeeping``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from expectations import french
from expectations.decisions.admissible import checked_author, checked_motive
from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.standings import Standing
from expectations.untrusted import cleaned
from expectations.verdicts.table import Severity
from orchestration.publication.docket import Docket, UndecidableError
from orchestration.settings.folders import Folders
from orchestration.station.register import Register
from orchestration.station.releases_in_force import current_release


@dataclass(frozen=True)
class Draft:
    """A decision that may be signed: whatever was typed has been checked."""

    subject: DecidedFigures
    choice: Choice
    author: str
    motive: str


def draft_decision(docket: Docket, finding: str, choice: Choice, author: str, motive: str) -> Draft:
    """Return the decision that somebody typed.

    Args:
        docket: What can be decided.
        finding: The id of a finding, or its beginning when no other begins so.
        choice: What is decided.
        author: Who signs it.
        motive: Why, in French.

    Raises:
        UndecidableError: Nothing of that kind can be decided.
    """
    subject = docket.subject(finding, choice)
    try:
        signer, grounds = checked_author(cleaned(author)), checked_motive(cleaned(motive))
    except ValueError as error:
        raise UndecidableError(str(error)) from None
    return Draft(subject, choice, signer, grounds)


def draft_decisions(
    docket: Docket, finding: str, signed: tuple[Choice, str, str], *, is_of_cause: bool
) -> tuple[Draft, ...]:
    """Return the decision that somebody typed, on each finding that it speaks of.

    Args:
        docket: What can be decided.
        finding: The id of a finding, or its beginning when no other begins so; its is the first.
        signed: The choice, the author and the motive.
        is_of_cause: Whether it is decided of each finding that the same cause may explain.

    Raises:
        UndecidableError: Nothing of that kind can be decided, of one of them at least.
    """
    named = draft_decision(docket, finding, *signed)
    if not is_of_cause:
        return (named,)
    _, *others = docket.cause_of(named.subject.finding_id)
    try:
        kin = [draft_decision(docket, other, *signed) for other in others]
    except UndecidableError as error:
        message = f"{error} Rien n'est décidé de cette cause : décidez ses constats un à un."
        raise UndecidableError(french.typeset(message)) from None
    return (named, *kin)


def record(folders: Folders, drafts: Sequence[Draft]) -> tuple[Decision, ...]:
    """Record one decision in the register, for ever, on each finding it was drafted for."""
    first = drafts[0]
    subjects = [draft.subject for draft in drafts]
    release = current_release(folders.releases)
    return Register(folders.home).add_together(
        subjects,
        first.choice,
        first.author,
        first.motive,
        after=release.last_decision if release else 0,
    )


def consequence(docket: Docket, decision: Decision) -> str:
    """Say in French what came of a decision in the release in force.

    Args:
        docket: What is decided now, that decision included.
        decision: The decision.
    """
    cells = set(decision.subject.cells)
    held = {item.cell for finding in docket.findings for item in finding.numbers if item.is_held}
    still = [finding for finding in docket.open if cells & set(finding.cells)]
    raised = [finding for finding in docket.findings if finding.finding_id == decision.finding_id]
    is_error = any(finding.severity is Severity.ERROR for finding in raised)
    if docket.in_force.get(decision.finding_id) != decision:
        return f"La décision ne s'applique pas : elle est {_standing(docket, decision)}."
    if decision.choice.explains and not still and not is_error:
        if cells & held:
            return "Des cellules restent retenues avec leur tableau, dont un total est en doute."
        return "Les cellules sont publiées, avec leur explication."
    if decision.choice is Choice.EXCLUSION:
        return "Les cellules sont exclues de la publication, et marquées comme telles."
    others = [finding.finding_id for finding in still if finding.finding_id != decision.finding_id]
    if decision.choice.explains:
        return f"Des cellules restent retenues par un autre constat : {french.listing(others)}."
    awaited = " ; un nouveau dépôt est attendu" if decision.choice is Choice.CORRECTION else ""
    return f"Les cellules restent retenues{awaited}."


def _standing(docket: Docket, decision: Decision) -> Standing:
    return next(
        ruling.standing
        for ruling in docket.rulings
        if ruling.decision.decision_id == decision.decision_id
    )
