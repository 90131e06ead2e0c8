"""The form by which a steward signs: what was typed, checked before anything starts.

Here: reading a form, and saying in French what is wrong with it. Not here: what may be decided
(``publication.docket``), running the job (``signings``), layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from expectations.decisions.decision import Choice
from orchestration.publication.deciding import draft_decisions
from orchestration.publication.docket import Docket, UndecidableError
from orchestration.publication.outdated_views import refuse_outdated

LARGEST_FORM = 20_000
"""Bytes: a motive of a thousand characters, each of nine once it is encoded, and the rest."""
MOST_FIELDS = 20
NO_FORM = (
    "Ce qui a été envoyé n'est pas un formulaire du bureau : rien n'a été signé. Revenez à la page "
    "précédente, et recommencez."
)


class UnreadableFormError(ValueError):
    """What was sent is none of the desk's forms; the message, in French, says why."""


@dataclass(frozen=True)
class TypedDecision:
    """What a steward typed.

    Attributes:
        finding_id: The finding it speaks of.
        choice: What is decided, in the word of the register; empty when nothing was chosen.
        author: Who signs.
        motive: Why.
        is_of_cause: Whether the other findings of the same cause are decided in the same act.
        view: What the card showed when it was typed, as ``view_of`` says it; empty when unknown.
    """

    finding_id: str
    choice: str = ""
    author: str = ""
    motive: str = ""
    is_of_cause: bool = False
    view: str = ""

    def as_config(self) -> dict[str, str | bool]:
        """Return it as the Launchpad of the job ``decision`` asks for it."""
        return {
            "constat": self.finding_id,
            "toute_la_cause": self.is_of_cause,
            "decision": self.choice,
            "auteur": self.author,
            "motif": self.motive,
        }


def typed_decision(finding_id: str, form: Mapping[str, str]) -> TypedDecision:
    """Return what was typed of a finding."""
    return TypedDecision(
        finding_id=finding_id,
        choice=form.get("decision", ""),
        author=form.get("auteur", "").strip(),
        motive=" ".join(form.get("motif", "").split()),
        is_of_cause=form.get("toute_la_cause") == "oui",
        view=form.get("vu", ""),
    )


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form that a browser sent, the last one of each name.

    Raises:
        UnreadableFormError: That is no form, or it has more in it than any of ours.
    """
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise UnreadableFormError(NO_FORM) from None
    return {name: values[-1] for name, values in fields.items()}


async def sent_form(request: Request) -> dict[str, str]:
    """Return the fields of the form that a request brings.

    Raises:
        UnreadableFormError: That is no form, or it is longer than any of ours.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise UnreadableFormError(NO_FORM)
    return read_form(body)


def wrong_with(docket: Docket, typed: TypedDecision) -> str:
    """Say what keeps a decision from being signed; the empty text when nothing does."""
    if typed.choice not in list(Choice):
        return "Rien n'est choisi : choisissez l'une des décisions, puis signez."
    signed = (Choice(typed.choice), typed.author, typed.motive)
    try:
        draft_decisions(docket, typed.finding_id, signed, is_of_cause=typed.is_of_cause)
        refuse_outdated(docket, typed.finding_id, typed.view, signed, is_of_cause=typed.is_of_cause)
    except UndecidableError as error:
        return str(error)
    return ""
