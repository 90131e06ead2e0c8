"""What a setting may say of who sends and receives mails.

Here: addresses, or the path of a table. Not here: what is in that table
(``station.mail_readers``), what is sent.
"""

from email.policy import SMTP
from pathlib import Path

from sources.errors import visible

MAX_RECIPIENTS = 100


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the addresses of a text, be there a name beside each; none when one is not whole."""
    try:
        _, header = SMTP.header_store_parse("To", text)
        addresses = header.addresses
    except (ValueError, IndexError):
        return ()
    is_whole = all(address.username and address.domain for address in addresses)
    return tuple(str(address.addr_spec) for address in addresses) if is_whole else ()


def refuse_addresses(where: str, text: str, most: int) -> None:
    """Refuse what cannot be the addresses of a mail."""
    if not 1 <= len(addresses_in(text)) <= most:
        wanted = "une adresse" if most == 1 else f"1 à {most} adresses, séparées par des virgules"
        state = f"vaut « {visible(text[:200])} »" if text.strip() else "est vide"
        message = f"{where} {state}. Écrire {wanted}, de la forme vigie@exemple.fr."
        raise ValueError(message)


def refuse_relative_table(mail_to: str) -> None:
    """Refuse a path that each service would follow from another folder."""
    if not Path(mail_to).is_absolute():
        message = (
            f"VIGIE_MAIL_TO vaut « {visible(mail_to[:200])} » : écrire le chemin entier de la "
            "table, comme /etc/vigie/destinataires.csv."
        )
        raise ValueError(message)


def is_mail_table(mail_to: str) -> bool:
    """Tell whether the setting of who receives mails names a table, and no addresses."""
    return mail_to.casefold().endswith(".csv") and "@" not in mail_to.rpartition("/")[2]
