"""A register that does not say any more what was signed, told in French.

Here: a sentence for each decision that was altered in it or taken out of it, with what to do. Not
here: how that is seen (``sources.storage.chain``), what the gate makes of it (``standings``).
"""

from collections.abc import Iterable

from expectations import french
from expectations.decisions.decision import Decision

_ALTERED = (
    "La décision n° {} (constat {} : {}) n'est plus, dans le registre, celle qui a été signée. "
    "Elle n'est pas appliquée : ce dont elle parle est retenu, jusqu'à une autre décision. "
)
_TAKEN_OUT = "La décision n° {} n'est plus dans le registre : nul ne sait plus ce qu'elle disait. "
_TO_DO = "Restaurez le registre depuis une sauvegarde, ou signez-la de nouveau."


def register_troubles(decisions: Iterable[Decision], taken_out: Iterable[int]) -> tuple[str, ...]:
    """Say what is wrong with a register, a sentence a decision, in their order.

    Args:
        decisions: The decisions that it has.
        taken_out: The ranks of those that it has no more.
    """
    sentences = {
        each.decision_id: _ALTERED.format(each.decision_id, each.finding_id, each.subject.title)
        for each in decisions
        if each.is_altered
    } | {rank: _TAKEN_OUT.format(rank) for rank in taken_out}
    return tuple(french.typeset(sentences[rank] + _TO_DO) for rank in sorted(sentences))
