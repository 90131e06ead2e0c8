"""What kind of file system a station is on, and what is said of a network's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.doctor import file_systems
from orchestration.doctor.file_systems import kind_of, network_of
from orchestration.doctor.room_left import disk
from orchestration.doctor.subject_health import ExaminedStation
from orchestration.settings.settings import Settings

MOUNTS = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
31 22 0:25 / /srv rw - tmpfs tmpfs rw
40 22 0:44 / /srv/partage\040des\040données rw,relatime shared:9 - nfs4 nas:/vol1 rw,vers=4.2
41 22 0:45 / /srv/vigie rw,relatime - cifs //nas/vigie rw
42 22 0:46 / /srv/vigie rw,relatime - xfs /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/vigie", "ext4"),
        ("/srv/other", "tmpfs"),
        ("/srv/partage des données/vigie", "nfs4"),
        ("/srv/partage", "tmpfs"),
        ("/srv/vigie/home", "xfs"),
    ],
)
def test_the_nearest_mount_says_the_kind(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_this_machines_own_mounts_are_read(tmp_path: Path) -> None:
    assert kind_of(tmp_path.resolve(), file_systems.MOUNTS.read_text())


@pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "fuse.sshfs"])
def test_a_station_on_a_share_is_told_to_move(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:1 / / rw - {kind} nas:/vol rw\n")
    monkeypatch.setattr(file_systems, "MOUNTS", mounts)
    found = disk(ExaminedStation(Settings(home=tmp_path), is_live=True, now=datetime.now(UTC)))
    assert (found.is_well, kind in found.said, "VIGIE_HOME" in found.to_do) == (False, True, True)


def test_a_disk_of_the_machine_is_no_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("22 1 0:1 / / rw - btrfs /dev/sda rw\n")
    monkeypatch.setattr(file_systems, "MOUNTS", mounts)
    assert not network_of(tmp_path)
    monkeypatch.setattr(file_systems, "MOUNTS", tmp_path / "nowhere")
    assert not network_of(tmp_path)
