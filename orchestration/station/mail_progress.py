"""How far a message has come: who has it, who never will, when it is tried again.

Here: what is worked out from servers' answers, and its file beside the message. Not here: the
conversation (``smtp_session``), the messages themselves (``outbox``).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from sources.storage.aside import write_aside

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
MOST_TRIES = 12
"""Some five days: as long as a mail server keeps trying (RFC 5321, 4.5.4.1)."""
PERMANENT = range(500, 600)

Answer = tuple[int, bytes]


class MailProgress(BaseModel):
    """What servers have answered about a message.

    Attributes:
        accepted: Who has it: a server has answered 250 for them.
        refused: Who will never have it though others do, with the server's answer.
        tries: How many times a server has been asked.
        tried_at: When it was last asked.
    """

    model_config = ConfigDict(frozen=True)

    accepted: tuple[str, ...] = ()
    refused: Mapping[str, str] = {}
    tries: int = 0
    tried_at: AwareDatetime | None = None

    def left(self, recipients: Collection[str]) -> list[str]:
        """Return those who still wait for it."""
        done = {*self.accepted, *self.refused}
        return [address for address in dict.fromkeys(recipients) if address not in done]

    def is_due(self, at: datetime) -> bool:
        """Whether it is time to try: soon again at first, then once a day."""
        # A clock that was set back must not silence a mail for years.
        if self.tried_at is None or at < self.tried_at:
            return True
        wait: timedelta = FIRST_WAIT * 2 ** min(self.tries, MOST_TRIES) / 2
        return at - self.tried_at >= min(wait, LONGEST_WAIT)

    @property
    def is_given_up(self) -> bool:
        """Whether it was tried for as long as anybody would."""
        return self.tries >= MOST_TRIES

    def trying(self, at: datetime) -> "MailProgress":
        """Return what is known once a server is being asked."""
        return self.model_copy(update={"tries": self.tries + 1, "tried_at": at})

    def answered(self, accepted: Collection[str], refused: Mapping[str, Answer]) -> "MailProgress":
        """Return what is known once a server has answered.

        Who is refused for good beside others who are served is asked for no more; while nobody is
        served, it may be the sender who is refused, and all are asked for again.
        """
        served = (*self.accepted, *accepted)
        gone = {
            address: f"{code} {text.decode(errors='replace')}"
            for address, (code, text) in refused.items()
            if served and code in PERMANENT
        }
        return self.model_copy(update={"accepted": served, "refused": {**self.refused, **gone}})


def read_progress(path: Path) -> MailProgress:
    """Return what is known of a message: nothing of one that was never tried.

    Nor of one whose record cannot be read: it is sent again rather than lost.
    """
    try:
        return MailProgress.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return MailProgress()


def write_progress(path: Path, progress: MailProgress) -> None:
    """Remember what is known of a message."""
    write_aside(path, progress.model_dump_json().encode())
