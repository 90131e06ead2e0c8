"""The frame of every command is in French: its help, and what is said of what is typed wrong."""

import re
from collections.abc import Iterator
from enum import Enum

import pytest
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.testing import CliRunner, Result

from orchestration.commands.cli import app
from orchestration.commands.completion import VARIABLE, Shell
from orchestration.commands.french_frame import FrenchCommand, FrenchGroup, in_french

RUNNER = CliRunner()
ENGLISH = re.compile(
    r"\b(the|this|is|not|for|and|must|should|show|exit|error|usage:|commands|missing|invalid|try"
    r"|such|got|unexpected|takes?|value|required|default|choose|file|directory"
    r"|does|aborted)\b",
    re.IGNORECASE,
)
OURS = re.compile(r"--[a-z-]+|« vigie [^»]*»|vigie [a-z ]+|\b(Options|Commandes|Arguments)\b")
"""What is typed is in the words that are typed."""


def commands(command: TyperCommand | TyperGroup, *path: str) -> Iterator[tuple[list[str], object]]:
    """Every command and group, with the words that lead to it."""
    yield [*path], command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


ALL = list(commands(typer.main.get_command(app)))


def run(*words: str) -> Result:
    return RUNNER.invoke(app, words, prog_name="vigie", env={"COLUMNS": "80"})


def english(said: str) -> list[str]:
    return [found[0] for found in ENGLISH.finditer(OURS.sub(" ", said.replace("\n", " ")))]


def mistakes() -> Iterator[list[str]]:
    """What may be typed wrong of each command, by what it takes."""
    for path, command in ALL:
        yield [*path, "--inconnue"]
        if isinstance(command, TyperGroup):
            yield [*path, "inconnue"]
            continue
        assert isinstance(command, TyperCommand)
        arguments = [each for each in command.params if isinstance(each, TyperArgument)]
        yield [*path, *("x" for _ in arguments), "de trop"]
        if arguments:
            yield path
        for option in command.params:
            if isinstance(option, TyperOption):
                yield from ([*path, *wrong] for wrong in wrong_uses(option))


def wrong_uses(option: TyperOption) -> Iterator[list[str]]:
    (name, *_), annotation = option.opts, option.type_descriptor.annotation
    if option.is_flag:
        yield [f"{name}=x"]
        return
    yield [name]
    if annotation is int or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        yield [name, "x"]
    if option.min is not None:
        yield [name, str(option.min - 1)]


def test_the_words_that_betray_english_are_found_in_it() -> None:
    assert english("Error: No such option: --foo\nTry 'vigie --help' for help.")
    assert english("Show this message and exit.")
    assert not english("Options :\n  --live  La station des producteurs, non la démonstration.")


def test_every_command_is_framed_in_french() -> None:
    others = [path for path, each in ALL if not isinstance(each, FrenchCommand | FrenchGroup)]
    assert others == []


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=" ".join)
def test_the_help_is_french_and_fits(path: list[str]) -> None:
    helped = run(*path, "--help")
    assert helped.exit_code == 0, helped.output
    assert "Usage\N{NO-BREAK SPACE}: vigie" in helped.stdout
    assert english(helped.stdout) == []
    assert [line for line in helped.stdout.splitlines() if len(line) > 80] == []


def test_what_is_typed_wrong_is_told_in_french() -> None:
    typed = list(mistakes())
    assert len(typed) > 90
    for words in typed:
        ended = run(*words)
        assert (ended.exit_code, ended.stdout) == (2, ""), words
        assert ended.stderr, words
        assert english(ended.stderr) == [], (words, ended.stderr)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nigthly",), "La commande « nigthly » n'existe pas. Vouliez-vous dire : nightly ?"),
        (("ui", "--prot", "1"), "L'option --prot n'existe pas. Vouliez-vous dire : --port ?"),
        (("explain", "1C1_pcrh"), "Il manque PÉRIODE."),
        (("decide", "a"), "Il manque l'option --decision. Choisissez parmi : rupture, valeur,"),
        (("ui", "--port", "x"), "--port : un nombre entier est attendu."),
        (("watch", "--hours", "0"), "--hours : au moins 1 est attendu."),
        (("restore", "/nulle/part"), "FICHIER : « /nulle/part » n'existe pas."),
        (("completion", "tcsh"), "« tcsh » n'est pas une valeur admise. Choisissez parmi : bash,"),
        (("doctor", "--json=1"), "L'option --json ne prend pas de valeur."),
        (("doctor", "x"), "« vigie doctor --help » dit comment l'écrire."),
        (("depots",), ""),
    ],
)
def test_each_mistake_has_its_sentence(words: tuple[str, ...], said: str) -> None:
    ended = run(*words)
    assert ended.exit_code == 2
    assert said in ended.stderr.replace("\N{NO-BREAK SPACE}", " ")


def test_a_sentence_of_ours_stays_as_it_is() -> None:
    sentence = "« 44 » n'est pas un territoire ;\nil y a : DEP-44."
    assert in_french(sentence) == sentence
    assert in_french(f"Invalid value: {sentence}") == " ".join(sentence.split())


@pytest.mark.parametrize("shell", Shell)
def test_each_shell_is_taught_and_answered(shell: Shell) -> None:
    script = run("completion", shell)
    assert script.exit_code == 0
    assert f"{VARIABLE}=complete_{shell}" in script.stdout
    asked = {
        VARIABLE: f"complete_{shell}",
        "COMP_WORDS": "vigie depots m",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "vigie depots m",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    answered = RUNNER.invoke(app, [], prog_name="vigie", env=asked).stdout
    assert "modele" in answered
    assert "liste" not in answered
