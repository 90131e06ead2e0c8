"""The addresses of a mail, checked before they are headers.

Here: that one gesture, of every mail. Not here: what mails say.
"""

from email.headerregistry import Address
from email.message import EmailMessage


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
