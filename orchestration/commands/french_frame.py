"""The frame of the command line, in French: what typer says in English, by itself, of any command.

Here: the help of a command, and the errors of what is typed. Not here: the commands, which say the
rest, nor what stops one that was typed right (``framed``).

Typer has neither a translation nor a way to give it one: some of its sentences are fixed, others
are made where they are raised. So its help is laid out here, and its errors are read.
"""

import re
import sys
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException
from typer.models import CommandFunctionType as CommandFunction
from typer.models import Context

from expectations.french import typeset
from expectations.untrusted import cleaned

Parameter = TyperArgument | TyperOption
KINDS = {int: "ENTIER", str: "TEXTE", Path: "CHEMIN"}
HELP = "--help"
NOTHING_TYPED = "Abandon : rien n'a été tapé."
LONGEST = 4_000
ERRORS = (
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?", "L'option {0} n'existe pas.{1}"),
    (
        r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?",
        "La commande « {0} » n'existe pas.{1}",
    ),
    (r"Missing command\.", "Il manque une commande."),
    (r"Missing argument '(.+?)'\..*", "Il manque {2}."),
    (r"Missing option '(.+?)'\.(?: Choose from: (.+))?", "Il manque l'option {0}.{3}"),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "« {0} » est de trop."),
    (r"Option '(.+)' does not take a value\.", "L'option {0} ne prend pas de valeur."),
    (r"Option '(.+)' requires (?:an argument|\d+ arguments)\.", "L'option {0} veut une valeur."),
    (r"Invalid value: (.*)", "{0}"),
    (r"Invalid value for '(.+?)': (.*)", "{2} : {4}"),
)
"""What typer says of a command that is typed wrong, and what is said in its place: what it names, a
suggestion, the same as the help names it, what may be chosen, what is wrong with a value."""
VALUES = (
    (r"(?:Value error, )?'(.*)' is not one of (.+)\.", "« {0} » n'est pas une valeur admise.{3}"),
    (r"Input should be a valid integer.*", "un nombre entier est attendu."),
    (r"Input should be greater than or equal to (.+)", "au moins {0} est attendu."),
    (r"Input should be less than or equal to (.+)", "au plus {0} est attendu."),
    (r"(?:file|directory|path) '(.+)' does not exist\.", "« {0} » n'existe pas."),
    (r"(?:file|directory|path) '(.+)' is a directory\.", "« {0} » est un dossier."),
    (r"(?:file|directory|path) '(.+)' is a file\.", "« {0} » est un fichier."),
    (r"(?:file|directory|path) '(.+)' is not readable\.", "« {0} » ne peut pas être lu."),
)


def in_french(message: str) -> str:
    """Return what typer says of what is typed wrong, in French; what is ours, as it is."""
    line = " ".join(message.split())
    return _translated(line, ERRORS) or _translated(line, VALUES) or message


def _translated(line: str, sentences: Iterable[tuple[str, str]]) -> str:
    for english, french in sentences:
        if found := re.fullmatch(english, line, re.IGNORECASE):
            first, second = (*found.groups(""), "", "")[:2]
            choices = second.replace("'", "")
            suggested = f" Vouliez-vous dire : {choices} ?" if choices else ""
            admitted = f" Choisissez parmi : {choices}." if choices else ""
            named = first if first.startswith("-") else first.upper()
            value = in_french(second) if second else ""
            return french.format(first, suggested, named, admitted, value)
    return ""


class FrenchCommand(TyperCommand):
    """A command whose help is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 as typer's own
        """Print the help."""
        print_help(self, ctx)


class FrenchGroup(TyperGroup):
    """A group of commands whose help, and all that is said of what is typed, is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 as typer's own
        """Print the help."""
        print_help(self, ctx)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 as typer's own
        """Run what is typed; say in French what is wrong with it."""
        extra["standalone_mode"] = False
        if not standalone_mode:
            return super().main(*args, **extra)
        try:
            ended = super().main(*args, **extra)
        except typer.Abort:
            sys.exit(_say(NOTHING_TYPED, 1))
        except TyperException as error:
            sys.exit(_say(_mistake(error), error.exit_code))
        sys.exit(ended if isinstance(ended, int) else 0)


class CommandLine(typer.Typer):
    """Commands whose frame is in French."""

    def __init__(
        self,
        about: str | None = None,
        *,
        cls: type[FrenchGroup] = FrenchGroup,
        epilog: str | None = None,
    ) -> None:
        super().__init__(
            cls=cls, help=about, epilog=epilog, no_args_is_help=True, add_completion=False
        )

    def command(
        self,
        *args: Any,  # noqa: ANN401 as typer's own
        **settings: Any,  # noqa: ANN401 as typer's own
    ) -> Callable[[CommandFunction], CommandFunction]:
        """Add a command, as typer does."""
        return super().command(*args, cls=FrenchCommand, **settings)


def print_help(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    """Print how a command is typed, and what it does."""
    out = Console(highlight=False, markup=False)
    out.print(typeset(f"Usage : {usage(command, ctx)}\n"))
    out.print(Padding(typeset(command.help or ""), (0, 0, 1, 2), expand=False))
    parameters = [shown for shown in command.get_params(ctx) if isinstance(shown, Parameter)]
    arguments = [shown for shown in parameters if isinstance(shown, TyperArgument)]
    options = [shown for shown in parameters if isinstance(shown, TyperOption)]
    _print_section(out, "Arguments", ((_typed(shown), _meant(shown)) for shown in arguments))
    _print_section(out, "Options", ((_typed(shown), _meant(shown)) for shown in options))
    commands = command.commands.items() if isinstance(command, TyperGroup) else ()
    _print_section(
        out, "Commandes", ((name, _first_sentences(each.help)) for name, each in commands)
    )
    if command.epilog:
        out.print(Padding(typeset(command.epilog), (0, 0, 1, 2), expand=False))


def usage(command: TyperCommand | TyperGroup, ctx: Context) -> str:
    """Return how a command is typed: « vigie depots modele INDICATEUR [OPTIONS] »."""
    arguments = [
        _typed(shown) for shown in command.get_params(ctx) if isinstance(shown, TyperArgument)
    ]
    last = ["COMMANDE …"] if isinstance(command, TyperGroup) else []
    return " ".join((ctx.command_path, *arguments, "[OPTIONS]", *last))


def _print_section(out: Console, title: str, rows: Iterable[tuple[str, str]]) -> None:
    section = Table.grid(padding=(0, 2, 0, 0))
    section.add_column(no_wrap=True)
    section.add_column(overflow="fold")
    for name, meaning in rows:
        section.add_row(f"  {name}", typeset(meaning))
    if section.row_count:
        out.print(typeset(f"{title} :"), style="bold")
        out.print(section)
        out.print()


def _first_sentences(text: str | None) -> str:
    return (text or "").partition("\n\n")[0]


def _typed(shown: Parameter) -> str:
    """Return how a parameter is typed: « INDICATEUR », « --port ENTIER »."""
    if isinstance(shown, TyperArgument):
        return shown.metavar or shown.name.upper()
    words = "/".join((*shown.opts, *shown.secondary_opts))
    return words if shown.is_flag else f"{words} {shown.metavar or _kind(shown)}"


def _kind(shown: TyperOption) -> str:
    annotation = shown.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return shown.name.upper()
    return KINDS.get(annotation, "VALEUR")


def _meant(shown: Parameter) -> str:
    """Return what a parameter is for, what it may be, and what it is when it is not given."""
    if HELP in shown.opts:
        return "Montre cette aide."
    annotation, sentences = shown.type_descriptor.annotation, [shown.help or ""]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        sentences.append(f"Au choix : {', '.join(choice.value for choice in annotation)}.")
    if shown.required and isinstance(shown, TyperOption):
        sentences.append("Obligatoire.")
    if shown.default and shown.show_default and not isinstance(shown.default, bool):
        sentences.append(f"Sans elle : {shown.default}.")
    return " ".join(sentences)


def _mistake(error: TyperException) -> str:
    """Return what is wrong with what was typed, and where it is told how to type it."""
    message, ctx = cleaned(in_french(error.format_message()), LONGEST), getattr(error, "ctx", None)
    if not message or ctx is None:
        # The help was printed in its place.
        return message
    return f"{message}\n« {ctx.command_path} --help » dit comment l'écrire."


def _say(sentence: str, code: int) -> int:
    if sentence:
        typer.echo(typeset(sentence), err=True)
    return code
