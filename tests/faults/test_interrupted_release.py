"""A release killed at any instant leaves a whole release in force."""

import hashlib
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from orchestration.station.release import current_release, publish

PUBLISH_FOREVER = """
import sys
from itertools import count
from pathlib import Path
import pandas as pd
from orchestration.station.release import publish

releases = Path(sys.argv[1])
rows = pd.DataFrame({"cell": range(20_000), "obs_value": range(20_000)})
print("ready", flush=True)
for number in count():
    publish(releases, f"{sys.argv[2]}-{number:06d}", rows, {"findings": []})
    print("switched", flush=True)
"""
KILLS = 8


def _is_whole(folder: Path) -> bool:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return len(manifest["files"]) == 2 and all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == known["sha256"]
        for name, known in manifest["files"].items()
    )


@pytest.mark.slow
def test_a_kill_at_any_instant_leaves_a_whole_release(tmp_path: Path) -> None:
    chance = random.Random(43)  # noqa: S311 instants, not secrets
    first = publish(tmp_path, "first", pd.DataFrame({"cell": [1]}), {"findings": []})
    seen = {first.release_id}
    for attempt in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOREVER, str(tmp_path), f"attempt{attempt}"],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            # Some releases are switched in, then any instant of the next ones is as good.
            for _ in range(1 + attempt % 3):
                process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.3))
            process.kill()
        release = current_release(tmp_path)
        assert release is not None
        assert _is_whole(release.folder)
        seen.add(release.release_id)
    assert len(seen) > KILLS // 2, "too few releases were switched in to prove it"


def test_what_a_kill_left_aside_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".partial-dead").mkdir()
    (tmp_path / ".partial-dead" / "observations.csv").write_text("half a li")
    (tmp_path / ".current.part").symlink_to(".partial-dead")
    release = publish(tmp_path, "next", pd.DataFrame({"cell": [1]}), {"findings": []})
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["current", "in_force.json", "next"]
    assert _is_whole(release.folder)
