"""What is said of the lines of deposits that were set aside.

Here: which line, what is written in it, what it seems to mean, where it may belong, what to ask.
Not here: setting lines aside (``dbt_project``: ``stg_depots__set_aside``), what is held for them
(``expectations.findings.unbuilt``, ``uncertain``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from expectations import french
from expectations.findings.unbuilt import Whereabouts
from expectations.untrusted import cleaned
from sources.registry import sources

TEST = "line_set_aside"
FILE_LINE = "file_line"
"""The number of a line in its file, titles counted; without it there is its rank in the table."""
LONGEST = 80
SHOWN_LINES = 3
NAMES = {
    "indicateur": "indicateur inconnu",
    "theme": "thème inconnu",
    "territoire": "territoire inconnu",
    "code_departement": "département qui n'est pas de la région",
    "periode": "période illisible, ou d'une autre sorte que celles de l'indicateur",
    "valeur": "nombre qui se lit de deux façons",
}
"""What is wrong with a line, by the column that sets it apart."""

Line = Mapping[str, Any]


def title(lines: Sequence[Line]) -> str:
    """Say how many lines are set aside, and why when it is for one reason."""
    flaws = {line["flaw"] for line in lines}
    why = f", {NAMES[lines[0]['flaw']]}" if len(flaws) == 1 else ""
    if len(lines) == 1:
        return f"une ligne du dépôt est mise à part{why}"
    return f"{french.number(len(lines))} lignes du dépôt sont mises à part{why}"


def message(lines: Sequence[Line]) -> str:
    """Say which lines are set aside and why, the first ones in full."""
    more = f" Et {french.number(len(lines) - SHOWN_LINES)} de plus." * (len(lines) > SHOWN_LINES)
    sentences = " ".join(_sentence(line) for line in lines[:SHOWN_LINES])
    return f"{sentences}{more} Rien n'en est compté."


def question(lines: Sequence[Line]) -> str:
    """Return what to ask of the lines, the first ones in full."""
    return " ".join(dict.fromkeys(_question(line) for line in lines[:SHOWN_LINES]))


def whereabouts(lines: Sequence[Line]) -> tuple[Whereabouts, ...]:
    """Return where the lines may belong, as far as their period and their area can be read."""
    read = (Whereabouts(line["legible_period"], line["legible_area"]) for line in lines)
    return tuple(dict.fromkeys(read))


def _sentence(line: Line) -> str:
    deposit = french.quoted(sources()[line["source_id"]].contract.label)
    likely = line["likely_code"]
    where = "" if _is_of_file(line) else ", titres non comptés,"
    likely = f" ; {french.quoted(cleaned(likely, LONGEST))} lui ressemble" if likely else ""
    return (
        f"La ligne {_number(line)}{where} du dépôt {deposit} est mise à part : "
        f"{NAMES[line['flaw']]}, {_written(line)}{likely}."
    )


def _question(line: Line) -> str:
    where = f"ligne {_number(line)}"
    if line["flaw"] == "valeur":
        grouped, decimal = french.both_readings(line["written"])
        return f"{_written(line)} ({where}) veut-il dire {grouped} ou {decimal} ?"
    return f"Que faut-il lire à la place de {_written(line)} ({where}) ?"


def _is_of_file(line: Line) -> bool:
    """Tell whether the number of a line is that of the file, as its partner sees it."""
    return line.get(FILE_LINE) is not None


def _number(line: Line) -> str:
    return french.number(line[FILE_LINE] if _is_of_file(line) else line["line"])


def _written(line: Line) -> str:
    return french.quoted(cleaned(line["written"] or "(vide)", LONGEST))
