"""A collection killed at any instant leaves an archive from which the next one goes on."""

import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sources.archive import Archive, FetchStatus
from sources.landing import landed_path
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.server import serve

pytestmark = pytest.mark.slow

FirstNight = tuple[Path, Any]
CollectNight = Callable[..., Any]

COLLECTION = Path(__file__).with_name("killed_collection.py")
PROJECT = Path(__file__).parents[3]
KILLS = 6
STEPS = 150
"""Things done on disk by a first collection of those sources, more or less."""


def command(home: Path, portal: str, killed_at: int) -> list[str]:
    return [sys.executable, str(COLLECTION), str(home), portal, str(killed_at)]


def check_whole(home: Path) -> None:
    """What is archived is what it says it is, and what was accepted is archived and landed."""
    with sqlite3.connect(home / "register.sqlite") as register:
        assert register.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for path in (home / "raw").glob("[0-9a-f][0-9a-f]/*"):
        content = path.read_bytes()
        if path.suffix == ".json":
            assert json.loads(content)["sha256"] == path.stem
        else:
            assert hashlib.sha256(content).hexdigest() == path.name
    archive = Archive(home)
    for outcome in archive.outcomes():
        if outcome.status is FetchStatus.NEW:
            assert all(path.exists() for path in archive.paths(outcome.extract_id or ""))
    for landed in (home / "landed").glob("[!.]*.parquet"):
        assert pq.read_table(landed).num_rows > 0


def check_goes_on(home: Path, collect_night: CollectNight, first_night: FirstNight) -> None:
    """The next collection ends well, with what a collection that nobody killed has landed."""
    night = collect_night(home)
    assert all(outcome.is_good for outcome in night.outcomes.values())
    check_whole(home)
    for source_id, outcome in night.outcomes.items():
        assert outcome.extract_in_use == first_night[1].outcomes[source_id].extract_id
        expected = pq.read_table(landed_path(first_night[0], source_id))
        assert pq.read_table(landed_path(home, source_id)).equals(expected, check_metadata=True)


def test_a_kill_between_any_two_things_done_on_disk_loses_nothing(
    tmp_path: Path, collect_night: CollectNight, first_night: FirstNight
) -> None:
    chance = random.Random(43)  # noqa: S311 instants, not secrets
    deposit_recordings(tmp_path / "inbox")
    ended = []
    with serve(create_app()) as portal:
        for killed_at in (1, *(chance.randint(2, STEPS) for _ in range(KILLS - 1))):
            killed = subprocess.run(
                command(tmp_path, portal, killed_at), cwd=PROJECT, check=False, timeout=600
            )
            ended.append(killed.returncode)
            if killed_at > 1:
                check_whole(tmp_path)
    assert set(ended) <= {0, -signal.SIGKILL}
    assert ended.count(-signal.SIGKILL) >= KILLS // 2, "the kills came too late to prove it"
    check_goes_on(tmp_path, collect_night, first_night)


def test_a_kill_in_the_middle_of_a_download_loses_nothing(
    tmp_path: Path, collect_night: CollectNight, first_night: FirstNight
) -> None:
    deposit_recordings(tmp_path / "inbox")
    with (
        serve(create_app({"inserjeunes_cfa": "goutte_a_goutte"})) as portal,
        subprocess.Popen(command(tmp_path, portal, 0), cwd=PROJECT) as process,
    ):
        while not is_receiving(tmp_path):
            assert process.poll() is None, "it ended before its download began"
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    check_whole(tmp_path)
    assert Archive(tmp_path).last_accepted("inserjeunes_cfa") is None
    check_goes_on(tmp_path, collect_night, first_night)


def is_receiving(home: Path) -> bool:
    """Tell whether the slow export began to come."""
    return any((home / "raw").glob(".reception-*/inserjeunes_cfa.csv"))
