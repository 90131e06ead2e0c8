"""How commands reply: sentences and tables on the console, JSON on the standard output.

Here: the two consoles, the ways to reply and to refuse. Not here: what is said.
"""

import re
import sys
from typing import Annotated, NoReturn

import typer
from pydantic_core import to_json
from rich import _wrap, box
from rich.console import Console
from rich.table import Table

from expectations.untrusted import cleaned

# To Rich a no-break space is a space: « 34 / % ». Without this inner name it would be again.
_wrap.re_word = re.compile(r"[^\S\xa0\u202f]*[\S\xa0\u202f]+[^\S\xa0\u202f]*")

# Bound to today's standard output: the night sends the rest of what is printed to its log.
# Messages quote partners' files: what looks like markup in them is text.
console = Console(file=sys.stdout, highlight=False, soft_wrap=True, markup=False)
progress = Console(file=sys.stderr, highlight=False, soft_wrap=True, markup=False)
"""Where what goes on is shown: the standard output has what came of it alone."""
LONGEST_REFUSAL = 4_000
AsJson = Annotated[
    bool, typer.Option("--json", help="Pour une machine : la réponse en JSON, et rien d'autre.")
]


def print_json(record: object) -> None:
    """Answer a machine: one document on the standard output."""
    typer.echo(to_json(record, inf_nan_mode="null"))


def refuse(sentence: str, code: int = 1) -> NoReturn:
    """End a command with what is wrong, on standard error: an answer in JSON has no sentence.

    Args:
        sentence: What is wrong and what to do, in French.
        code: What the command ends with.
    """
    lines = (cleaned(line, LONGEST_REFUSAL) for line in sentence.splitlines())
    typer.echo("\n".join(lines), err=True)
    raise typer.Exit(code) from None


def reply_table(*titles: str) -> Table:
    """Return an empty table, which fits the terminal, or 80 columns where there is none.

    What names a line, and may be typed, stays whole; the rest is folded.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for rank, title in enumerate(titles):
        table.add_column(title, overflow="fold", no_wrap=rank == 0)
    return table
