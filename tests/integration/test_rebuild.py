"""A station of a former version is brought up to date, proven, carried away and made again.

Here: one story, from the shared night: each of its commands takes the time of a build. Not here:
what differs, told on small files (``tests/unit/orchestration/rebuilding``).
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings.folders import Folders
from orchestration.station.build import BUILD
from orchestration.station.vintages_copy import FILE, read_vintages, vintages_in_warehouse
from orchestration.station.warehouse_beside import PLACE
from tests.conftest import read_vigie, run_vigie
from tests.faults.whole_nights import killed_when
from tests.json_shapes import document_of

FORMER = "0123456789abcdef"


def make_former(folders: Folders) -> str:
    """Make a station what a version of before months and kept vintages left; name its release."""
    current = (folders.releases / "current").resolve()
    for path in (current / "manifest.json", folders.quality / BUILD):
        said = json.loads(path.read_bytes())
        kept = {name: value for name, value in said.items() if name not in {"month", "inputs"}}
        kept |= {"code_version": FORMER, "fingerprint": FORMER}
        path.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    (folders.releases / "in_force.json").unlink()
    shutil.rmtree(folders.vintages)
    return current.name


def proven(home: Path) -> tuple[int, dict[str, Any]]:
    proof = run_vigie(home, "rebuild", "--verify", "--json")
    return proof.returncode, document_of("rebuild --verify", proof.stdout)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_station_is_upgraded_proven_restored_and_made_again(
    station: Path, tmp_path: Path
) -> None:
    folders = Folders(station)
    former = make_former(folders)
    before = digest(folders.warehouse)

    killed_when(station, f"{PLACE}/{folders.warehouse.name}")
    assert digest(folders.warehouse) == before
    assert (folders.releases / "current").resolve().name == former
    assert "Pour décider" in read_vigie(station, "findings")

    night = run_vigie(station, "demo")
    assert night.returncode == 0, night.stdout + night.stderr
    release = (folders.releases / "current").resolve()
    assert release.name != former
    assert not (station / PLACE).exists()
    assert "La station est entière" in read_vigie(station, "verify")

    published = release / "observations.csv"
    whole = published.read_bytes()
    published.write_bytes(whole[: len(whole) // 2])
    code, told = proven(station)
    assert code == 1, told
    made_again = {each["name"]: each["differences"] for each in told["made_again"]}
    assert [each["where"] for each in made_again.pop(release.name)] == [
        f"releases/{release.name}/observations.csv"
    ]
    assert made_again == {"millésimes": []}
    published.write_bytes(whole)

    archive, other = tmp_path / "vigie.tar", tmp_path / "other"
    for home, command in ((station, "backup"), (other, "restore")):
        assert read_vigie(home, command, str(archive))
    done = run_vigie(other, "rebuild")
    assert (done.returncode, "lancez la nuit" in done.stdout) == (0, False), done.stdout
    there = vintages_in_warehouse(Folders(other))
    assert there is not None
    assert there.equals(read_vintages(folders.vintages / FILE))
