"""Who asks for a page of the desk.

Here: a visitor, and the one whose page is being made. Not here: finding out who it is
(``admission``).
"""

from contextvars import ContextVar
from dataclasses import dataclass

from starlette.authentication import BaseUser

from orchestration.station.desk_users import DeskUser, Role


@dataclass(frozen=True)
class Visitor(BaseUser):
    """Who asks.

    Attributes:
        name: The full name that signs; empty when the desk asks nobody who they are.
        may_decide: Whether forms are theirs to send.
        may_sign_out: Whether they came by a session, which they can end.
    """

    name: str = ""
    may_decide: bool = False
    may_sign_out: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether it is known who they are."""
        return bool(self.name)

    @property
    def display_name(self) -> str:
        """Their full name."""
        return self.name

    @property
    def signature(self) -> dict[str, str]:
        """The fields of a form that are not for them to type."""
        return {"auteur": self.name} if self.name else {}


ANYBODY = Visitor(may_decide=True)
"""Who sits at a desk where nobody is declared."""
NOBODY = Visitor()
_VISITOR: ContextVar[Visitor] = ContextVar("visitor")


def visitor_of(user: DeskUser, *, by_session: bool) -> Visitor:
    """Return somebody declared as a visitor."""
    return Visitor(user.name, user.role is Role.DECIDER, by_session)


def set_visitor(visitor: Visitor) -> None:
    """Say whose page is being made, in this request and in the threads that it waits for."""
    _VISITOR.set(visitor)


def current_visitor() -> Visitor:
    """Return whose page is being made: every template shows it, whoever fills it."""
    return _VISITOR.get(NOBODY)
