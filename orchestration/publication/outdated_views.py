"""What a page showed of a finding, and whether it is still so when somebody signs.

Two people may have the same card open: a decision that its author never saw is not replaced without
a word, nor is a finding decided that was not there when all of a cause was chosen.

Here: what a view says, and refusing one that is out of date. Not here: whether a decision may be
taken at all (``deciding``); figures that changed, since the id of a finding changes with them.
"""

from expectations import french
from expectations.decisions.decision import Decision
from orchestration.publication.docket import Docket, UndecidableError


def view_of(docket: Docket, finding_id: str) -> str:
    """Return what a page shows of a finding, as a form brings it back.

    Args:
        docket: What can be decided.
        finding_id: The finding.

    Returns:
        The rank of the decision that applies to it (0 when none does), then the other findings of
        the same cause.
    """
    decision = _applied(docket, finding_id)
    _, *others = docket.cause_of(finding_id)
    return " ".join([str(decision.decision_id if decision else 0), *others])


def refuse_outdated(
    docket: Docket, finding_id: str, view: str, signed: tuple[str, str, str], *, is_of_cause: bool
) -> None:
    """Refuse a decision whose author saw something else than what there is.

    Args:
        docket: What can be decided now.
        finding_id: The finding.
        view: What the page showed; empty when there was no page.
        signed: The choice, the author and the motive that were typed.
        is_of_cause: Whether all findings of the cause are decided in the same act.

    Raises:
        UndecidableError: The page was out of date; the message, in French, says by what.
    """
    if not view:
        return
    rank, *seen = view.split()
    decision = _applied(docket, finding_id)
    if str(decision.decision_id if decision else 0) != rank and not _is_same(decision, signed):
        raise UndecidableError(french.typeset(_said_since(decision)))
    _, *others = docket.cause_of(finding_id)
    unseen = [other for other in others if other not in seen]
    if is_of_cause and unseen:
        message = (
            "Depuis que cette page a été ouverte, d'autres constats ont rejoint cette cause : "
            "rien n'a été signé. Relisez ceux qui sont nommés ci-dessous, et signez de nouveau."
        )
        raise UndecidableError(french.typeset(message))


def _applied(docket: Docket, finding_id: str) -> Decision | None:
    raised = {finding.finding_id: finding for finding in docket.findings}
    finding = raised.get(finding_id)
    return docket.applied(finding) if finding else docket.in_force.get(finding_id)


def _is_same(decision: Decision | None, signed: tuple[str, str, str]) -> bool:
    """Tell whether what is signed was already: a form is sent twice more often than it seems."""
    return decision is not None and (decision.choice, decision.author, decision.motive) == signed


def _said_since(decision: Decision | None) -> str:
    if decision is None:
        return (
            "Depuis que cette page a été ouverte, la décision qu'elle montrait ne s'applique "
            "plus : rien n'a été signé. Relisez le constat, et signez de nouveau."
        )
    motive = french.quoted(decision.motive.rstrip("."))
    return (
        f"Depuis que cette page a été ouverte, {decision.author} a décidé de ce constat (décision "
        f"n° {decision.decision_id}, {decision.choice}, {motive}) : rien n'a été signé. Si cette "
        "décision doit être remplacée, signez de nouveau."
    )
