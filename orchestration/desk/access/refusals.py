"""Why somebody is not let in, as the page says it.

Here: the errors. Not here: who is let in (``admission``).
"""

from http import HTTPStatus

from starlette.authentication import AuthenticationError


class NotAdmittedError(AuthenticationError):
    """Somebody is not let in; the message, in French, says why and what to do.

    Args:
        status: What the answer is in HTTP.
        sentence: The message.
    """

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class SignInNeededError(AuthenticationError):
    """Nobody has signed in from this browser, or the session ended."""
