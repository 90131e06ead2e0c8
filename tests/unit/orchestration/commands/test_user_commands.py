"""``vigie users``: who is let in at the desk, and a password that nobody sees."""

import json
import os
import pty
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.commands.replies import console
from orchestration.desk.access.passwords import Passwords
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role
from tests.conftest import VIGIE, demo_environment

WORDS = "quatre mots bien choisis"
KEPT = Passwords(CHEAPEST).hashed(WORDS)
ANNE = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=KEPT)
Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def typed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command, with what is piped to it; gives its code and what it said."""
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(home))

    def run(*words: str, piped: str = "") -> tuple[int, str]:
        with console.capture() as captured:
            ended = CliRunner().invoke(app, ["users", *words], input=piped)
        said = re.sub(r"[\s│\xa0]+", " ", captured.get() + ended.output)
        assert WORDS not in said
        assert "argon2" not in said
        return ended.exit_code, said

    return run


def declare(home: Path, login: str, user: DeskUser) -> None:
    home.mkdir(exist_ok=True)
    with DeskUsers(Settings(home=home).folders).changing() as declared:
        declared[login] = user


def declared_in(home: Path) -> dict[str, DeskUser]:
    return DeskUsers(Settings(home=home).folders).read() or {}


def test_somebody_is_declared_by_a_command_and_a_password_that_is_piped(
    typed: Typed, home: Path
) -> None:
    assert "Personne n'est déclaré" in typed("list")[1]
    ended, said = typed(
        "add", "Anne.Lebrun", "--role", "decideur", "--nom", "Anne  Lebrun", piped=f"{WORDS}\r\n"
    )
    assert (ended, "« anne.lebrun » est déclaré : Anne Lebrun, décideur." in said) == (0, True)
    assert "Le bureau demande désormais" in said
    anne = declared_in(home)["anne.lebrun"]
    assert (anne.name, anne.role) == ("Anne Lebrun", Role.DECIDER)
    assert Passwords().is_right(anne.password, WORDS)
    ended, said = typed("add", "Paul Roux", "--role", "lecteur", piped=WORDS)
    assert (ended, "Le bureau demande désormais" in said) == (0, False)
    assert declared_in(home)["paul roux"].name == "Paul Roux", "the name, when no other is given"


def test_who_is_declared_is_listed_without_passwords(typed: Typed, home: Path) -> None:
    declare(home, "anne", ANNE)
    declare(home, "paul", DeskUser(name="Paul Roux", role=Role.READER))
    ended, said = typed("list")
    assert (ended, "anne Anne Lebrun décideur donné" in said) == (0, True)
    assert "paul Paul Roux lecteur à donner" in said
    assert json.loads(typed("list", "--json")[1])["users"] == [
        {"login": "anne", "name": "Anne Lebrun", "role": "decideur", "password": True},
        {"login": "paul", "name": "Paul Roux", "role": "lecteur", "password": False},
    ]


def test_a_password_is_changed_and_somebody_removed(typed: Typed, home: Path) -> None:
    declare(home, "anne", ANNE)
    before = declared_in(home)["anne"]
    ended, said = typed("password", "ANNE", piped=f"{WORDS} encore\n")
    assert (ended, "est changé ; ses sessions sont finies" in said) == (0, True)
    after = declared_in(home)["anne"]
    assert Passwords().is_right(after.password, f"{WORDS} encore")
    assert after == before.model_copy(update={"password": after.password})
    ended, said = typed("remove", "anne")
    assert (ended, "Personne n'est plus déclaré" in said) == (0, True)
    assert not (home / "desk_users.json").exists()


@pytest.mark.parametrize(
    ("words", "piped", "reason"),
    [
        (("add", "anne", "--role", "decideur"), WORDS, "est déjà déclaré"),
        (("add", "paul", "--role", "chef"), WORDS, "chef"),
        (("add", "paul", "--role", "lecteur"), "trop court\n", "de 12 à 256 caractères"),
        (("add", "paul", "--role", "lecteur"), "", "celui-ci en a 0"),
        (("add", "paul", "--role", "lecteur"), "x" * 300, "de 12 à 256 caractères"),
        (("add", " ", "--role", "lecteur"), WORDS, "de 1 à 100 caractères"),
        (("add", "paul", "--role", "lecteur", "--nom", "1"), WORDS, "commence par une lettre"),
        (("remove", "paul"), "", "n'est pas déclaré ; le sont : anne"),
        (("password", "paul"), WORDS, "n'est pas déclaré ; le sont : anne"),
        (("password", "anne"), "court", "Rien n'est changé"),
    ],
)
def test_what_is_typed_wrong_is_refused_and_changes_nothing(
    typed: Typed, home: Path, words: tuple[str, ...], piped: str, reason: str
) -> None:
    declare(home, "anne", ANNE)
    before = declared_in(home)
    ended, said = typed(*words, piped=piped)
    assert (ended, reason in said) == (2, True), said
    assert declared_in(home) == before


@pytest.mark.parametrize(
    "words", [("list",), ("add", "paul", "--role", "lecteur"), ("remove", "paul")]
)
def test_a_damaged_file_is_told(typed: Typed, home: Path, words: tuple[str, ...]) -> None:
    home.mkdir()
    (home / "desk_users.json").write_text("{", "utf-8")
    ended, said = typed(*words, piped=WORDS)
    assert (ended, "mettez-le de côté" in said) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize(("again", "code"), [(WORDS, 0), ("autre chose que ceci", 2)])
def test_at_a_terminal_a_password_is_asked_for_twice_and_never_shown(
    home: Path, again: str, code: int
) -> None:
    command = [str(VIGIE), "users", "add", "anne", "--role", "decideur", "--nom", "Anne Lebrun"]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, demo_environment(home))  # noqa: S606 ours
    answers, seen = [WORDS, again], b""
    while True:
        try:
            seen += os.read(terminal, 1000)
        except OSError:
            break
        if answers and seen.endswith((b"Mot de passe : ", b"une seconde fois : ")):
            os.write(terminal, f"{answers.pop(0)}\n".encode())
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code
    assert WORDS.encode() not in seen
    assert bool(declared_in(home)) == (code == 0)
    assert ("diffèrent" in seen.decode()) == (code == 2)
