"""The command that teaches a shell what may be typed: ``vigie completion``.

Here: the script of each shell. Not here: what is proposed, which typer reads in the commands.
"""

from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import get_completion_inspect_parameters, shell_complete

from orchestration.commands.french_frame import CommandLine

PROGRAM = "vigie"
VARIABLE = "_VIGIE_COMPLETE"
"""By which the script of a shell asks what may follow what is typed."""

app = CommandLine()
# What makes typer answer the scripts of the shells.
get_completion_inspect_parameters()


class Shell(StrEnum):
    """The shells that are taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="INTERPRÉTEUR", help="Celui du terminal.")],
) -> None:
    """Écrit le script qui complète les commandes par la touche Tabulation.

    À garder là où l'interpréteur le lit, puis à essayer dans un autre terminal :

    vigie completion bash > ~/.local/share/bash-completion/completions/vigie

    vigie completion zsh > « _vigie », dans un dossier de $fpath

    vigie completion fish > ~/.config/fish/completions/vigie.fish
    """
    shell_complete(ctx.find_root().command, {}, PROGRAM, VARIABLE, f"source_{shell}")
