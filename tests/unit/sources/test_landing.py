"""What is left beside the landed tables."""

import os
import time
from pathlib import Path

from sources.landing import land_nothing, sweep
from sources.registry import source
from sources.storage.blobs import STALE_SECONDS


def test_what_a_kill_left_long_ago_is_removed_and_nothing_else(tmp_path: Path) -> None:
    landed = land_nothing(tmp_path, source("dgcl_epci"))
    dead, living = (landed.with_name(f".{landed.name}.{name}") for name in ("dead", "living"))
    long_ago = time.time() - STALE_SECONDS - 60
    for path in (dead, living):
        path.write_bytes(b"half a ta")
    for path in (dead, landed):
        os.utime(path, (long_ago, long_ago))
    sweep(tmp_path)
    seal = landed.with_name(f"{landed.name}.sha256")
    assert sorted(landed.parent.iterdir()) == sorted([landed, living, seal])
    sweep(tmp_path / "never")
