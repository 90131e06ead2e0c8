"""The commands about who is let in at the desk: ``vigie users add | list | remove | password``.

Here: asking for a password, and telling the result in French. Not here: how passwords are kept
(``desk.access.passwords``), the file (``station.desk_users``), signing in (``desk.access``).
"""

import getpass
import sys
from typing import Annotated

import typer
from rich.text import Text

from expectations.decisions.admissible import checked_author
from expectations.french import typeset
from expectations.untrusted import cleaned
from orchestration.commands.french_frame import CommandLine
from orchestration.commands.replies import AsJson, console, print_json, refuse, reply_table
from orchestration.commands.stations import Live, station
from orchestration.desk.access.passwords import LONGEST, Passwords, wrong_with_password
from orchestration.station.desk_users import (
    LONGEST_LOGIN,
    DeskUser,
    DeskUsers,
    DeskUsersError,
    Role,
    login_of,
)
from orchestration.station.environment import enter_environment

app = CommandLine("Qui lit le bureau, et qui y décide.")
Name = Annotated[
    str, typer.Argument(metavar="CONNEXION", help="Nom de connexion, par exemple anne.lebrun.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(metavar="RÔLE", help="Ce que la personne peut faire.")],
    nom: Annotated[
        str,
        typer.Option(help="Prénom et nom, publiés avec ses décisions ; CONNEXION, sinon."),
    ] = "",
    live: Live = False,
) -> None:
    """Déclare une personne, dont le mot de passe est demandé (ou lu sur l'entrée standard)."""
    settings = station(live=live)
    login, full_name = _checked_login(name), _checked_name(nom or name)
    enter_environment(settings)
    users = _Users(settings.folders)
    was_open = not users.are_declared
    if login in users.declared():
        message = f"« {login} » est déjà déclaré ; son mot de passe : « vigie users password »."
        raise typer.BadParameter(typeset(message))
    kept = Passwords().hashed(_asked_password())
    with users.changing() as declared:
        declared[login] = DeskUser(name=full_name, role=role, password=kept)
    console.print(typeset(f"« {login} » est déclaré : {full_name}, {role.label}."))
    if was_open:
        console.print(
            "Le bureau demande désormais à chacun de se connecter. Relancez « vigie ui » pour que "
            "rien ne se lance plus des pages de Dagster, qui ne demandent à personne qui il est."
        )


@app.command("list")
def listed(live: Live = False, as_json: AsJson = False) -> None:
    """Liste les personnes déclarées."""
    declared = _Users(station(live=live).folders).declared()
    if as_json:
        shown = [
            {"login": login, "name": user.name, "role": user.role, "password": bool(user.password)}
            for login, user in declared.items()
        ]
        print_json({"users": shown})
        return
    if not declared:
        console.print("Personne n'est déclaré : le bureau ne demande à personne qui il est.")
        return
    table = reply_table("Connexion", "Nom publié", "Rôle", "Mot de passe")
    for login, user in declared.items():
        password = "donné" if user.password else "à donner (vigie users password)"
        table.add_row(Text(login), Text(user.name), user.role.label, password)
    console.print(table)


@app.command()
def remove(name: Name, live: Live = False) -> None:
    """Retire une personne ; ses sessions finissent aussitôt."""
    users = _Users(station(live=live).folders)
    login = _declared_login(users, name)
    with users.changing() as declared:
        declared.pop(login, None)
    console.print(typeset(f"« {login} » est retiré ; ses sessions sont finies."))
    if not users.are_declared:
        console.print(
            "Personne n'est plus déclaré : au prochain départ de « vigie ui », le bureau ne "
            "demandera plus à personne qui il est."
        )


@app.command()
def password(name: Name, live: Live = False) -> None:
    """Change le mot de passe d'une personne ; ses sessions finissent aussitôt."""
    users = _Users(station(live=live).folders)
    login = _declared_login(users, name)
    kept = Passwords().hashed(_asked_password())
    with users.changing() as declared:
        if login in declared:
            declared[login] = declared[login].model_copy(update={"password": kept})
    console.print(typeset(f"Le mot de passe de « {login} » est changé ; ses sessions sont finies."))


class _Users(DeskUsers):
    """Those who were declared, for commands that end where they cannot be read."""

    def declared(self) -> dict[str, DeskUser]:
        """Return who is declared, or end with what is wrong with the file."""
        try:
            return self.read() or {}
        except DeskUsersError as error:
            refuse(typeset(str(error)))


def _declared_login(users: _Users, name: str) -> str:
    login, declared = login_of(name), users.declared()
    if login in declared:
        return login
    named = ", ".join(declared) or "personne"
    message = f"« {login} » n'est pas déclaré ; le sont : {named}."
    raise typer.BadParameter(typeset(message))


def _checked_login(name: str) -> str:
    login = login_of(cleaned(name))
    if login and len(login) <= LONGEST_LOGIN:
        return login
    message = f"Un nom de connexion a de 1 à {LONGEST_LOGIN} caractères ; reçu {len(login)}."
    raise typer.BadParameter(typeset(message))


def _checked_name(name: str) -> str:
    try:
        return checked_author(" ".join(cleaned(name).split()))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _asked_password() -> str:
    """Return a password, typed twice without echo, or the first line of the standard input."""
    if sys.stdin.isatty():
        typed = getpass.getpass("Mot de passe : ")
        again = getpass.getpass("Le même, une seconde fois : ")
    else:
        typed = again = sys.stdin.readline(LONGEST + 2).rstrip("\r\n")
    wrong = wrong_with_password(typed)
    if not wrong and typed != again:
        wrong = "Les deux mots de passe diffèrent."
    if wrong:
        raise typer.BadParameter(f"{wrong} Rien n'est changé.")
    return typed
