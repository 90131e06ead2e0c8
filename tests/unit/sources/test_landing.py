"""What is left beside the landed tables."""

from pathlib import Path

from sources.landing import land_nothing, sweep
from sources.registry import source
from sources.storage.blobs import written_aside_in


def test_what_a_kill_left_is_removed_once_nobody_lands_and_nothing_else(tmp_path: Path) -> None:
    landed = land_nothing(tmp_path, source("dgcl_epci"))
    seal, left = (landed.with_name(name) for name in (f"{landed.name}.sha256", f".{landed.name}.x"))
    left.write_bytes(b"half a ta")
    with written_aside_in(landed.parent):
        sweep(tmp_path)
        assert left.exists()
    sweep(tmp_path)
    assert sorted(landed.parent.iterdir()) == sorted([landed, seal])
    sweep(tmp_path / "never")
