"""The headers of a mail that somebody else's words go into: addresses, and the subject.

Here: writing them so that they are read as they were meant, of every mail. Not here: what mails
say.
"""

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

_ENCODED_PAIR = re.compile(r"(\S*[^\x00-\x7f]\S*) (?=\S*[^\x00-\x7f])")
"""A word that is encoded, and the space before another one."""


def write_addresses(
    message: EmailMessage, header: str, text: str, most: int
) -> tuple[Address, ...]:
    """Set an address header, and return its addresses after checking that each is complete.

    Raises:
        ValueError: If an address is not one or would smuggle in another header, or they are too
            many.
    """
    try:
        message[header] = text
    except (ValueError, IndexError) as error:
        msg = f"{header}: {text!r} cannot be written as a header: {error}"
        raise ValueError(msg) from error
    addresses: tuple[Address, ...] = message[header].addresses
    is_whole = all(address.username and address.domain for address in addresses)
    if not (is_whole and 1 <= len(addresses) <= most):
        msg = f"{header}: {text!r} is not 1 to {most} addresses such as « vigie@exemple.fr »"
        raise ValueError(msg)
    return addresses


def write_subject(message: EmailMessage, text: str) -> None:
    """Set the subject, so that it is read as it is written.

    Where the line is folded between two words with accents, Python's own encoding loses the space:
    one that does not break stands there instead.
    """
    message["Subject"] = text
    if message_from_bytes(message.as_bytes(), policy=SMTP)["Subject"] != message["Subject"]:
        message.replace_header("Subject", _ENCODED_PAIR.sub("\\1\N{NO-BREAK SPACE}", text))
