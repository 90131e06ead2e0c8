"""Each kind of bad input: a clear finding, the last good extract in use, and the night goes on.

Here: a night of bad input after a good one, with one deposit corrected; another night as the first.
Not here: the vintages that single builds leave (``integration.test_history``).
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sources.replay.france_travail import TOKEN_PREFIX
from tests.conftest import PROJECT, call_vigie, read_vigie, run_vigie
from tests.integration.test_history import OVERLAPPING, SEVERAL, query, vintages
from tests.leaks import leaks

pytestmark = pytest.mark.slow


TOLD = {
    ("parcoursup_2019", "tronque"): "lignes",
    ("parcoursup_2018", "html"): "page web",
    ("agora_indicateurs", "depot_illisible"): "ni un classeur",
    ("france_travail_acces_emploi", "jeton_refuse"): "FRANCE_TRAVAIL_CLIENT_ID",
}
UNKNOWN_CODE = ("dreets_pcrh_2024", "code_inconnu")
"""What is no trouble of a source: a line of it is set aside, and what it feeds is held."""
SECRETS = ["identifiant-rejoue", "secret-rejoue", TOKEN_PREFIX, "Bearer "]
"""What a replayed station is given to ask France Travail, and what it is given back."""
DEPOSIT = PROJECT / "sources" / "replay" / "recordings" / "depots" / "cariforef_indicateurs.csv"
CORRECTED = "5_reunions_groupe_srefop"
TOMORROW = 86_400
OBSERVED = ["indicator", "ref_area", "time_period", "breakdown", "category", "obs_value"]


def _options(faults: Iterable[tuple[str, str]]) -> list[str]:
    return [word for source, fault in faults for word in ("--panne", f"{source}={fault}")]


def _published(home: Path) -> pd.DataFrame:
    rows = pd.read_parquet(home / "releases" / "current" / "observations.parquet")
    return rows[OBSERVED].sort_values(OBSERVED).reset_index(drop=True)


def _findings(home: Path) -> list[dict[str, Any]]:
    content = (home / "reports" / "current" / "findings.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(content)
    return found


def corrected(line: str) -> str:
    """A line of the deposit, with 9 meetings in 2024 instead of 8."""
    is_it = line.startswith(CORRECTED) and ";2024;" in line
    return line.replace(";8;", ";9;", 1) if is_it else line


def deposit_again(home: Path) -> None:
    """Drop a corrected deposit, dated after the one that the demo drops again each night."""
    place = home / "inbox" / f"{DEPOSIT.stem}.CSV"
    lines = DEPOSIT.read_text("utf-8-sig").splitlines(keepends=True)
    place.write_text("".join(map(corrected, lines)), encoding="utf-8")
    later = time.time() + TOMORROW
    os.utime(place, (later, later))


@pytest.fixture(scope="module")
def bad_night(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A station after a night of bad input that followed a good one, and what was printed.

    One deposit of that night is a correction, with nothing wrong.
    """
    home = tmp_path_factory.mktemp("bad") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    deposit_again(home)
    night = run_vigie(home, "demo", *_options([*TOLD, UNKNOWN_CODE]))
    assert night.returncode == 0, night.stdout + night.stderr
    return home, night


def test_bad_input_is_told_and_its_secrets_are_not(
    bad_night: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, night = bad_night
    page = (home / "reports" / "current" / "index.html").read_text("utf-8")
    in_trouble = page.partition("Sources en difficulté")[2].replace("\u00a0", " ")
    for (source, _), named in TOLD.items():
        assert f"Source en difficulté, {source}" in night.stdout
        assert source in in_trouble
        assert named in in_trouble
    assert not leaks(home, SECRETS)
    assert not [secret for secret in SECRETS if secret in night.stdout + night.stderr]


def test_the_last_good_extracts_stay_in_use_and_the_last_good_table_stays_published(
    demo_home: Path, bad_night: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    home, _ = bad_night
    expected = _published(demo_home)
    is_corrected = (expected["indicator"] == CORRECTED) & (expected["time_period"] == "2024")
    assert expected.loc[is_corrected, "obs_value"].tolist() == [8]
    expected.loc[is_corrected, "obs_value"] = 9
    pd.testing.assert_frame_equal(_published(home), expected)


def test_two_nights_leave_two_vintages_of_what_was_corrected_even_when_other_sources_fail(
    bad_night: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """The second night's DREETS deposit names a department that nobody knows: its test fails."""
    home, _ = bad_night
    assert [row[:2] for row in vintages(home, CORRECTED, "2024")] == [(1, 8), (2, 9)]
    assert [row[:2] for row in vintages(home, "1A4_pcrh_te", "2024")] == [(1, 4)]
    assert query(home, SEVERAL) == [(1,)]
    assert query(home, OVERLAPPING) == [(0,)]


def test_an_unknown_code_holds_the_indicator_of_its_line(
    bad_night: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, _ = bad_night
    rows = pd.read_parquet(home / "releases" / "current" / "observations.parquet")
    assert "1C1_pcrh" in set(rows[rows["publication"] == "held"]["indicator"])
    page = (home / "reports" / "current" / "index.html").read_text("utf-8")
    assert "une ligne du dépôt est mise à part" in page
    unbuilt = [it["indicator"] for it in _findings(home) if it["rules"] == ["BLD"]]
    assert unbuilt == ["1C1_pcrh"]


def test_what_a_night_writes_in_dagster_is_looked_at_for_secrets(demo_home: Path) -> None:
    """The proof that there is no leak is only worth something if it reads the event log."""
    told = leaks(demo_home / "dagster", ["france_travail_acces_emploi"])
    assert any("event_logs" in place for place in told)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("parcoursup_2019", "parcoursup_2019=tronque"),
        ("parcoursup_2019=zut", "tronque"),
        ("inconnue=tronque", "parcoursup_2019"),
    ],
)
def test_an_unknown_fault_is_refused_with_what_can_be_asked(
    tmp_path: Path, fault: str, told: str
) -> None:
    night = call_vigie(tmp_path / "home", "demo", "--panne", fault)
    assert night.exit_code == 2
    assert told in night.stderr
    assert isinstance(night.exception, SystemExit)


def test_unknown_codes_on_the_first_night_hold_what_their_lines_feed_and_no_other(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    faults = ("dreets_pcrh_2024=code_inconnu", "region_indicateurs=indicateur_inconnu")
    assert read_vigie(home, "demo", *(f"--panne={fault}" for fault in faults))
    published = _published(home).dropna(subset="obs_value")
    periods = published.groupby("indicator")["time_period"].agg(set)
    assert (periods["1C1_pcrh"], periods["3A1_cos_signes"]) == ({"2023"}, {"2024"})
    assert "2024" in periods["4B2_ouvertures_places"]
    assert "1C2_taux_emploi_15_64" in periods
    unbuilt = {it["indicator"]: it for it in _findings(home) if it["rules"] == ["BLD"]}
    assert set(unbuilt) == {"1C1_pcrh", "3A1_cos_signes"}
    told = unbuilt["3A1_cos_signes"]["explanation"].replace("\xa0", " ")
    assert "indicateur inconnu, « 3A1_cos_signe » ; « 3A1_cos_signes » lui ressemble" in told
