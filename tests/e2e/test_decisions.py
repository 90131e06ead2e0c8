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
from orchestration.settings import Folders
from orchestration.station.release import PARTIAL
from tests.conftest import LONGEST_COMMAND, PROJECT, call_vigie, demo_environment, run_vigie

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
    listed = run_vigie(home, "findings")
    assert listed.returncode == 0, listed.stdout + listed.stderr
    return founding(listed.stdout)


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
def decided(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A station where the founding case was accepted as a break, and what the command printed."""
    home = tmp_path_factory.mktemp("decided") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    told = run_vigie(home, "decide", finding_id(home)[:5], *SIGNED)
    assert told.returncode == 0, told.stdout + told.stderr
    return home, told


def test_the_break_goes_out_with_its_author_its_motive_and_the_value_before(
    decided: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, told = decided
    assert "publiées, avec leur explication" in plain(told.stdout)
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
    decided: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, _ = decided
    page = plain((home / "reports" / "current" / "index.html").read_text("utf-8"))
    assert "Claire Le Goff" in page
    assert "une mission ne nomme plus" in page
    assert "8 constats que le rapport précédent disait déjà" in page
    assert "Depuis le rapport précédent : rien de changé." in page
    explained = plain(run_vigie(home, "explain", "1A4_pcrh_te", "2024", "REG-52").stdout)
    assert "4 PCRH, rupture de série" in explained
    assert "43 PCRH en 2023" in explained
    assert "rupture (en vigueur)" in explained
    listed = plain(run_vigie(home, "decisions").stdout)
    assert "Claire Le Goff" in listed
    assert "en vigueur" in listed
    assert finding_id_of_register(home) not in run_vigie(home, "findings").stdout


def test_the_checks_of_the_indicator_say_at_once_that_somebody_explained_it(
    decided: tuple[Path, subprocess.CompletedProcess[str]],
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
    listed = run_vigie(demo_home, "findings").stdout
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


def test_a_kill_between_signing_and_publishing_is_caught_up_by_the_next_night(
    station: Path,
) -> None:
    before = (station / CURRENT).resolve()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHEN_PUBLISHING, "decide", finding_id(station), *SIGNED],
        cwd=PROJECT,
        env=demo_environment(station),
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    assert killed.returncode == -signal.SIGKILL
    assert signed(station) == 1
    assert (station / CURRENT).resolve() == before
    night = run_vigie(station, "demo")
    assert night.returncode == 0, night.stdout + night.stderr
    assert total_of_2024(station)["obs_status"] == "B"
    assert signed(station) == 1


def signed(home: Path) -> int:
    with closing(sqlite3.connect(home / "register.sqlite", timeout=30)) as register:
        there = "SELECT count(*) FROM sqlite_master WHERE name = 'decision'"
        if not register.execute(there).fetchone()[0]:
            return 0
        return int(register.execute("SELECT count(*) FROM decision").fetchone()[0])
