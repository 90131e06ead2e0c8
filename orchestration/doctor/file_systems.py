"""What kind of file system a station is on: on a network's, its databases and locks do not hold.

Here: reading what the kernel has mounted. Not here: how much room there is (``room_left``).
"""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
OF_A_NETWORK = re.compile(
    r"nfs4?|cifs|smb3?|9p|afs|ceph|ocfs2|gfs2|lustre|fuse\.(sshfs|davfs2?|glusterfs|rclone|s3fs)"
)
"""SQLite's own page tells why: locks across machines, and writes that come in another order
(sqlite.org/howtocorrupt.html, « Filesystems with broken or missing lock implementations »)."""


def network_of(path: Path) -> str:
    """Return the kind of a network's file system that a path is on; empty when it is on none."""
    mounts = MOUNTS.read_text("utf-8", "surrogateescape") if MOUNTS.exists() else ""
    kind = kind_of(path.resolve(), mounts)
    return kind if OF_A_NETWORK.fullmatch(kind) else ""


def kind_of(path: Path, mounts: str) -> str:
    """Return the kind of the file system that a path is on; empty when no mount has it.

    Args:
        path: An absolute path, without links.
        mounts: The lines of ``mountinfo`` (proc(5)).
    """
    found = Path("/"), ""
    for line in mounts.splitlines():
        mount, _, kind = line.partition(" - ")
        point = Path(re.sub(r"\\(\d{3})", _character, mount.split(" ")[4]))
        # Of two on one point, the second hides the first.
        if path.is_relative_to(point) and point.is_relative_to(found[0]):
            found = point, kind.split(" ")[0]
    return found[1]


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 8))
