"""How the mail server is reached.

Here: its settings, and which ones are safe. Not here: talking to it (``station.smtp_session``).
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from sources.errors import visible
from sources.wire import loopback


class SmtpSettings(BaseModel):
    """How to reach the mail server.

    Attributes:
        host: Name or address of the server.
        port: Its port: 587 with `starttls`, 465 with `ssl`, 25 on an internal network.
        security: How the connection is encrypted; certificates are always verified.
        user: Account to log in with; None for no login.
        password: Its password, from the environment only; None for no login.
        timeout_seconds: Longest wait for one answer of the server.
        deadline_seconds: Longest conversation with it, whatever it says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int
    security: Literal["none", "starttls", "ssl"]
    user: str | None = None
    password: SecretStr | None = None
    timeout_seconds: float = 30
    deadline_seconds: float = 300

    @model_validator(mode="after")
    def _login_is_safe(self) -> Self:
        refuse_unsafe_login(self.host, self.security, self.user, self.password)
        return self


def refuse_unsafe_login(
    host: str, security: str, user: str | None, password: SecretStr | None
) -> None:
    """Refuse half an account, and a password that would travel in clear."""
    has_password = bool(password and password.get_secret_value())
    if bool(user) != has_password:
        message = (
            "VIGIE_SMTP_USER et VIGIE_SMTP_PASSWORD vont ensemble : l'un des deux manque. Donner "
            "les deux, ou aucun."
        )
        raise ValueError(message)
    if has_password and security == "none" and host not in loopback.NAMES:
        message = (
            f"VIGIE_SMTP_SECURITY vaut « none » : le mot de passe irait en clair jusqu'à "
            f"{visible(host[:200])}. Écrire « starttls » ou « ssl »."
        )
        raise ValueError(message)
