"""The founding case, decided on the command line: it goes out explained.

Here: what is typed, refused or killed. Not here: the nights that follow, where it lapses and stands
again (``tests/season``).
"""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from expectations.verdicts.rules import Theme
from orchestration.settings.folders import Folders
from orchestration.station.release import PARTIAL
from tests.conftest import LONGEST_COMMAND, PROJECT, call_vigie, demo_environment, read_vigie

pytestmark = pytest.mark.slow


CURRENT = Path("releases") / "current"
MOTIVE = "Le recueil est devenu national : une mission ne nomme plus qu'un thème"
SIGNED = ("--decision", "rupture", "--auteur", "Claire Le Goff", "--motif", MOTIVE)
KILLED_WHEN_PUBLISHING = f"""
import os, signal, sys

def watch(event, arguments):
    if event == "os.mkdir" and {PARTIAL!r} in str(arguments[0]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
from orchestration.commands.cli import app
app()
"""
"""The command line, in a process that ends when a release begins to be written."""


def finding_id(home: Path) -> str:
    """The first finding on the PCRH with an ecological part that ``vigie findings`` lists."""
    return founding(read_vigie(home, "findings"))


def founding(listed: str) -> str:
    line, *_ = [it for it in listed.splitlines() if "1A4_pcrh_te" in it]
    return line.split()[0]


def total_of_2024(home: Path) -> dict[str, Any]:
    rows = pd.read_parquet(home / CURRENT / "observations.parquet")
    chosen = (rows["indicator"] == "1A4_pcrh_te") & (rows["ref_area"] == "REG-52")
    (row,) = rows[chosen & (rows["time_period"] == "2024")].to_dict("records")
    return {str(name): value for name, value in row.items()}


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def decided(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A station where the founding case was accepted as a break, and what the command printed."""
    home = tmp_path_factory.mktemp("decided") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    return home, read_vigie(home, "decide", finding_id(home)[:5], *SIGNED)


def test_the_break_goes_out_with_its_author_its_motive_and_the_value_before(
    decided: tuple[Path, str],
) -> None:
    home, told = decided
    assert "publiées, avec leur explication" in plain(told)
    row = total_of_2024(home)
    assert (row["obs_value"], row["obs_status"], row["publication"]) == (4, "B", "published")
    assert (row["pre_break_value"], row["pre_break_period"]) == (43, "2023")
    assert (row["decided_by"], row["motive"]) == ("Claire Le Goff", MOTIVE)
    assert MOTIVE in plain(row["comment"])
    manifest = json.loads((home / CURRENT / "manifest.json").read_text("utf-8"))
    assert not [cell for cell in manifest["held"] if cell["indicator"] == "1A4_pcrh_te"]
    (named,) = manifest["decisions"]
    assert (named["decision"], named["motive"]) == ("rupture", MOTIVE)


def test_the_page_the_mail_and_the_explanation_say_who_vouched_for_it(
    decided: tuple[Path, str],
) -> None:
    home, _ = decided
    page = plain((home / "reports" / "current" / "index.html").read_text("utf-8"))
    assert "Claire Le Goff" in page
    assert "une mission ne nomme plus" in page
    assert "8 constats que le rapport précédent disait déjà" in page
    assert "Depuis le rapport précédent : rien de changé." in page
    explained = plain(read_vigie(home, "explain", "1A4_pcrh_te", "2024", "REG-52"))
    assert "4 PCRH, rupture de série" in explained
    assert "43 PCRH en 2023" in explained
    assert "rupture (en vigueur)" in explained
    listed = plain(read_vigie(home, "decisions"))
    assert "Claire Le Goff" in listed
    assert "en vigueur" in listed
    assert finding_id_of_register(home) not in read_vigie(home, "findings")


def test_the_checks_of_the_indicator_say_at_once_that_somebody_explained_it(
    decided: tuple[Path, str],
) -> None:
    home, _ = decided
    key = dg.AssetCheckKey(dg.AssetKey(["indicators", "1A4_pcrh_te"]), Theme.LEVEL.value)
    with dg.DagsterInstance.from_config(str(Folders(home).dagster)) as instance:
        last, before = instance.event_log_storage.get_asset_check_execution_history(key, limit=2)
    assert last.evaluation is not None
    assert before.evaluation is not None
    assert before.evaluation.severity is dg.AssetCheckSeverity.ERROR
    assert last.evaluation.severity is dg.AssetCheckSeverity.WARN
    assert "Retenu jusqu" in plain(str(before.evaluation.description))
    told = plain(str(last.evaluation.description))
    assert "Expliqué par la décision de Claire Le Goff." in told
    assert "Retenu" not in told


def finding_id_of_register(home: Path) -> str:
    with closing(sqlite3.connect(home / "register.sqlite")) as register:
        (found,) = register.execute("SELECT finding_id FROM decision").fetchone()
    return str(found)


def test_an_error_cannot_be_accepted_and_an_unknown_finding_names_those_that_are_open(
    demo_home: Path,
) -> None:
    listed = read_vigie(demo_home, "findings")
    errors = [line for line in listed.splitlines() if "Erreur" in line]
    refused = call_vigie(demo_home, "decide", errors[0].split()[0], *SIGNED)
    assert refused.exit_code == 2
    assert "aucune explication ne la remplace" in plain(refused.stderr.replace("│", " "))
    unknown = call_vigie(demo_home, "decide", "zzz", *SIGNED)
    assert unknown.exit_code == 2
    assert founding(listed) in unknown.stderr
    unsigned = call_vigie(
        demo_home, "decide", founding(listed), *SIGNED[:2], "--auteur", "", *SIGNED[4:]
    )
    assert unsigned.exit_code == 2
    for ended in (refused, unknown, unsigned):
        assert isinstance(ended.exception, SystemExit)


def decide_and_be_killed(home: Path) -> None:
    """Sign the break of the founding case, in a process that is killed when it publishes that."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHEN_PUBLISHING, "decide", finding_id(home), *SIGNED],
        cwd=PROJECT,
        env=demo_environment(home),
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    assert killed.returncode == -signal.SIGKILL


def signed(home: Path) -> int:
    with closing(sqlite3.connect(home / "register.sqlite", timeout=30)) as register:
        there = "SELECT count(*) FROM sqlite_master WHERE name = 'decision'"
        if not register.execute(there).fetchone()[0]:
            return 0
        return int(register.execute("SELECT count(*) FROM decision").fetchone()[0])
