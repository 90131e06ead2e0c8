"""What a batch of observations is judged beside, and a name that an expectation can hold it by.

Here: definitions, policy, what was published, what was judged before. An expectation holds JSON
only, and Great Expectations tells two metrics apart by what they hold: tables are therefore kept
here, for as long as they are needed, and an expectation has their name (``beside``). Not here:
judging (``judgement``).
"""

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from expectations.suites.policy import Policy, load_policy
from expectations.validations.own_tables import Definition


@dataclass(frozen=True)
class JudgingContext:
    """What a batch is judged beside.

    Attributes:
        definitions: The indicators, by id: definitions, or the words of one; without any, each is a
            count without anything particular.
        policy: What differs from ``suites/policy.yml``, in the words of that file.
        published: What was last published; None before that.
        former: The verdicts of the last night.
        printed: The figures of a printed report, at their cells.
        verdicts: The tables of verdicts that were worked out beside it, for who wants them whole:
            a result only names what fails.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    published: pd.DataFrame | None = None
    former: pd.DataFrame | None = None
    printed: pd.DataFrame | None = None
    verdicts: list[pd.DataFrame] = field(default_factory=list)

    def whole_policy(self) -> Policy:
        """Return the policy in force, with what differs."""
        if not self.policy:
            return load_policy()
        words = load_policy().model_dump(by_alias=True)
        severities = {**words["gravites"], **self.policy.get("gravites", {})}
        return Policy.model_validate({**words, **self.policy, "gravites": severities})


@contextlib.contextmanager
def named(context: JudgingContext) -> Iterator[str]:
    """Give the name that expectations may hold a context by, while they are validated."""
    name = uuid.uuid4().hex
    _NAMED[name] = context
    try:
        yield name
    finally:
        del _NAMED[name]


def context_of(
    name: str, definitions: Mapping[str, Definition], policy: Mapping[str, Any]
) -> JudgingContext:
    """Return the context of that name; without a name, one of definitions and policy alone.

    Raises:
        KeyError: No context has that name, or has it any more.
    """
    if not name:
        return JudgingContext(definitions, policy)
    if name not in _NAMED:
        message = (
            f"Aucun contexte de jugement ne s'appelle « {name} » : validez dans le bloc "
            "« with named(JudgingContext(…)) as name »."
        )
        raise KeyError(message)
    return _NAMED[name]


_NAMED: dict[str, JudgingContext] = {}
