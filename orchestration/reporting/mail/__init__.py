"""The mail of a night: composed (`message`), then kept on disk until a server takes it (`outbox`).

Belongs here: the names that the rest of Vigie uses. Does not belong here: anything else.
"""

from orchestration.reporting.mail.message import build_mail
from orchestration.reporting.mail.outbox import Delivery, Outbox, SmtpSettings

__all__ = ["Delivery", "Outbox", "SmtpSettings", "build_mail"]
