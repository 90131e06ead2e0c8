"""Each kind of bad input: a clear finding, the last good extract in use, and the night goes on."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sources.replay.france_travail import TOKEN_PREFIX
from tests.conftest import run_vigie
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


@pytest.fixture(scope="module")
def bad_night(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A station after a night of bad input that followed a good one, and what was printed."""
    home = tmp_path_factory.mktemp("bad") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
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
    pd.testing.assert_frame_equal(_published(home), _published(demo_home))


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
    night = run_vigie(tmp_path / "home", "demo", "--panne", fault)
    assert night.returncode == 2
    assert told in night.stderr
    assert "Traceback" not in night.stderr


def test_unknown_codes_on_the_first_night_hold_what_their_lines_feed_and_no_other(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    faults = ("dreets_pcrh_2024=code_inconnu", "region_indicateurs=indicateur_inconnu")
    night = run_vigie(home, "demo", *(word for fault in faults for word in ("--panne", fault)))
    assert night.returncode == 0, night.stdout + night.stderr
    published = set(_published(home).dropna(subset="obs_value")["indicator"])
    assert not published & {"1C1_pcrh", "3A1_cos_signes"}
    assert {"1C2_taux_emploi_15_64", "4B2_ouvertures_places"} <= published
    unbuilt = {it["indicator"]: it for it in _findings(home) if it["rules"] == ["BLD"]}
    assert set(unbuilt) == {"1C1_pcrh", "3A1_cos_signes"}
    told = unbuilt["3A1_cos_signes"]["explanation"].replace("\xa0", " ")
    assert "indicateur inconnu, « 3A1_cos_signe » ; « 3A1_cos_signes » lui ressemble" in told
