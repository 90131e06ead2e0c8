"""The README's first command, on recorded real extracts: what it prints and what it leaves."""

import email
import email.policy
import hashlib
import json
import subprocess
from pathlib import Path

import dagster as dg
import pandas as pd

from tests.conftest import run_vigie
from tests.json_shapes import document_of

Night = tuple[Path, subprocess.CompletedProcess[str]]
CURRENT = Path("releases") / "current"
OF_THE_SESSIONS = 3
"""Checks that a night plans; what it had planned of others would be « Skipped »."""


def _cells(rows: pd.DataFrame, indicator: str, period: str) -> dict[str, float]:
    chosen = rows[(rows["indicator"] == indicator) & (rows["time_period"] == period)]
    return dict(zip(chosen["ref_area"], chosen["obs_value"], strict=True))


def test_the_night_says_in_french_what_was_published_and_what_was_held(demo_night: Night) -> None:
    _, night = demo_night
    lines = {line.split()[0]: line for line in night.stdout.splitlines() if line.strip()}
    assert "retenu" in lines["1A4_pcrh_te"]
    assert "publié" in lines["1C1_pcrh"]
    assert {"Publication", "Rapport", "Courriels"} <= set(lines)


def test_the_pcrh_with_an_ecological_part_of_2024_are_held(demo_home: Path) -> None:
    rows = pd.read_parquet(demo_home / CURRENT / "observations.parquet")
    assert _cells(rows, "1A4_pcrh_te", "2024") == {}
    assert _cells(rows, "1A4_pcrh_te", "2023")["REG-52"] == 43
    held = json.loads((demo_home / CURRENT / "manifest.json").read_text("utf-8"))["held"]
    areas = {cell["ref_area"] for cell in held if cell["indicator"] == "1A4_pcrh_te"}
    assert areas == {"REG-52", "DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85"}


def test_all_pcrh_go_out_mayenne_included(demo_home: Path) -> None:
    rows = pd.read_parquet(demo_home / CURRENT / "observations.parquet")
    cells = _cells(rows, "1C1_pcrh", "2024")
    assert cells["REG-52"] == 606
    assert cells["DEP-53"] == 38
    assert set(rows.loc[rows["indicator"] == "1C1_pcrh", "publication"]) == {"published"}


def test_a_held_value_is_nowhere_in_the_release(demo_home: Path) -> None:
    rows = pd.read_csv(demo_home / CURRENT / "observations.csv", dtype=str)
    assert rows[(rows["indicator"] == "1A4_pcrh_te") & (rows["time_period"] == "2024")].empty
    manifest = json.loads((demo_home / CURRENT / "manifest.json").read_text("utf-8"))
    told = {key for finding in manifest["findings"] for key in finding}
    assert told == {"finding_id", "indicator", "time_period", "severity", "rules"}


def test_the_release_carries_the_hash_of_its_files_and_of_its_extracts(demo_home: Path) -> None:
    release = demo_home / CURRENT
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    for name, known in manifest["files"].items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == known["sha256"]
    rows = pd.read_parquet(release / "observations.parquet")
    known_extracts = {record["sha256"] for record in manifest["extracts"].values()}
    assert set(rows["extract_id"].dropna()) <= known_extracts


def test_the_finding_gives_both_values_the_vanished_the_linked_total_and_whom_to_ask(
    demo_home: Path,
) -> None:
    findings = json.loads((demo_home / "reports" / "current" / "findings.json").read_text("utf-8"))
    (finding,) = [f for f in findings if f["indicator"] == "1A4_pcrh_te"]
    text = json.dumps(finding, ensure_ascii=False).replace("\u202f", " ").replace("\u00a0", " ")
    for expected in ("43", "Maine-et-Loire (26)", "Sarthe (1)", "502", "606", "chance", "DREETS"):
        assert expected in text
    assert finding["question"].endswith("?")
    assert set(finding["rules"]) == {"BRK", "DFC", "LNK", "VAN"}


def test_the_page_and_the_mail_tell_the_same_night(demo_home: Path) -> None:
    page = (demo_home / "reports" / "current" / "index.html").read_text("utf-8")
    (path,) = (demo_home / "outbox").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text = mail.get_body(("plain",))
    assert text is not None
    table, report = mail.iter_attachments()
    for content in (page, table.get_content()):
        assert "1A4_pcrh_te" in content
        assert "Maine-et-Loire" in content
    assert "43 en 2023, 4 en 2024" in " ".join(text.get_content().split())
    assert report.get_content() == (demo_home / "reports/current/report.pdf").read_bytes()


def test_a_second_night_with_nothing_new_changes_nothing_and_says_so(station: Path) -> None:
    before = (station / CURRENT).resolve().name
    night = run_vigie(station, "demo", "--json")
    assert night.returncode == 0, night.stdout + night.stderr
    told = document_of("demo", night.stdout)
    assert (told["success"], told["new"], told["release"]) == (True, False, before)
    assert (station / CURRENT).resolve().name == before
    assert len(list((station / "outbox").glob("*.eml"))) == 1
    with dg.DagsterInstance.from_config(str(station / "dagster")) as instance:
        last, _ = instance.get_runs()
        events = [entry.dagster_event_type for entry in instance.all_logs(last.run_id)]
    assert events.count(dg.DagsterEventType.ASSET_OBSERVATION) == len(
        json.loads((station / CURRENT / "manifest.json").read_text("utf-8"))["indicators"]
    ), "doubts grow older"
    assert events.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED) == OF_THE_SESSIONS
