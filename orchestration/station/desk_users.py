"""Who may read the desk and who may decide there, as an operator declared it.

Here: the file of it. Not here: making and checking passwords, signing in (``desk.access``), the
command that declares (``commands.users``).

That there is a file is what closes the desk: one that names nobody, or is damaged, lets nobody in.
"""

import fcntl
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.settings.folders import Folders
from sources.errors import visible
from sources.storage.aside import sync_folder, write_aside

FORMAT = 1
LONGEST_LOGIN = 100


class Role(StrEnum):
    """What somebody may do at the desk."""

    READER = "lecteur"
    DECIDER = "decideur"

    @property
    def label(self) -> str:
        """How it is written, with its accents."""
        return "décideur" if self is Role.DECIDER else self.value


class DeskUser(BaseModel):
    """Somebody who was declared.

    Attributes:
        name: The full name, which signs decisions.
        role: What may be done.
        password: The password, hashed; empty when none was given yet, and then nobody signs in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    role: Role
    password: str = Field("", repr=False)


class _UsersFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(FORMAT, ge=1, le=FORMAT)
    users: dict[str, DeskUser]


class DeskUsersError(ValueError):
    """Who was declared cannot be read; the message, in French, says what to do."""


def login_of(typed: str) -> str:
    """Return the name by which somebody signs in, however the same letters were typed."""
    return " ".join(unicodedata.normalize("NFC", typed).casefold().split())


class DeskUsers:
    """Those who were declared in a station.

    Args:
        folders: The station's.
    """

    def __init__(self, folders: Folders) -> None:
        self.path = folders.desk_users

    @property
    def are_declared(self) -> bool:
        """Whether there is a file, readable or not: the desk then asks who one is."""
        return self.path.exists()

    def read(self) -> dict[str, DeskUser] | None:
        """Return who was declared, by the name to sign in with; None when nobody ever was.

        Raises:
            DeskUsersError: The file is damaged, or cannot be opened.
        """
        try:
            return _UsersFile.model_validate_json(self.path.read_bytes()).users
        except FileNotFoundError:
            return None
        except ValidationError as error:
            # What the file holds is not repeated: passwords, though hashed, are in it.
            wrong = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, wrong["loc"])) or "ce n'est pas du JSON"
            raise DeskUsersError(self._unread(visible(where[:200]))) from None
        except OSError as error:
            raise DeskUsersError(self._unread(error.strerror or "il ne s'ouvre pas")) from None

    @contextmanager
    def changing(self) -> Iterator[dict[str, DeskUser]]:
        """Give who is declared, to be changed; written at the end, for the next who changes it.

        Once nobody is left, there is no file either.
        """
        home = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(home, fcntl.LOCK_EX)
            users = self.read() or {}
            yield users
            if users:
                content = _UsersFile(format=FORMAT, users=dict(sorted(users.items())))
                write_aside(self.path, content.model_dump_json(indent=1).encode())
            else:
                self.path.unlink(missing_ok=True)
                sync_folder(self.path.parent)
        finally:
            os.close(home)

    def write_without_passwords(self, copy: Path) -> None:
        """Write for another station who is declared here, without what a password is tried on.

        Where this cannot be read the copy names nobody, and closes the desk all the same.
        """
        try:
            users = self.read()
        except DeskUsersError:
            users = {}
        if users is not None:
            bare = {
                login: user.model_copy(update={"password": ""}) for login, user in users.items()
            }
            content = _UsersFile(format=FORMAT, users=bare)
            copy.write_text(content.model_dump_json(indent=1), "utf-8")

    def _unread(self, why: str) -> str:
        return (
            f"{visible(str(self.path))} ne peut pas être lu ({why}) : le bureau n'ouvre à "
            "personne. Rendez-le au compte de la station, ou mettez-le de côté et déclarez de "
            "nouveau chaque personne (« vigie users add »)."
        )
