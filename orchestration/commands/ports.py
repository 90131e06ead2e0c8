"""The ports that a station is served at: those that cannot be had are told before anything starts.

Here: trying them, and what to do in French. Not here: what is served there (``dagster_services``).
"""

import errno
import os
import socket

import typer

from orchestration.commands.replies import refuse
from orchestration.settings.settings import Settings

HIGHEST = 65_535
REFUSED = {
    errno.EADDRINUSE: (
        "Le port {port} est déjà pris, peut-être par un bureau déjà ouvert (« ss -ltnp » nomme "
        "qui l'a). Fermez-le, ou choisissez un autre port par {option}.",
        os.EX_TEMPFAIL,
    ),
    errno.EACCES: (
        "Le port {port} est réservé à l'administrateur de la machine. Choisissez-en un autre par "
        "{option}, au-dessus de 1023.",
        os.EX_NOPERM,
    ),
}
"""What keeps a port from being had, what to do, and what the command ends with."""


def refuse_taken_ports(settings: Settings, port: int, desk_port: int) -> None:
    """End the command when Dagster's pages or the desk cannot have their port.

    Raises:
        typer.BadParameter: They are no two ports.
    """
    if port == desk_port:
        message = f"Le bureau et Dagster ne peuvent pas avoir le même port, {port}."
        raise typer.BadParameter(message)
    for host, wanted, option in (
        ("127.0.0.1", port, "--port"),
        (str(settings.desk_address), desk_port, "--bureau"),
    ):
        if not 0 < wanted <= HIGHEST:
            message = f"Un port va de 1 à {HIGHEST} : {option} {wanted} n'en est pas un."
            raise typer.BadParameter(message)
        _refuse_taken(host, wanted, option)


def _refuse_taken(host: str, port: int, option: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        sentence, code = REFUSED[error.errno]
        refuse(sentence.format(port=port, option=option), code)
