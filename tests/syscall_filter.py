"""``python -m tests.syscall_filter UNIT COMMAND…``: a command, with the calls that a unit allows.

Here: what systemd makes of ``SystemCallFilter=`` and ``SystemCallErrorNumber=``, by the library
that it uses for it, where no systemd runs. Not here: what else a unit confines.
"""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
"""Of libseccomp's header; to refuse bears the number of the error."""


def settings_of(unit: Path, name: str) -> list[str]:
    """Return the values of a setting of a unit, in their order."""
    lines = unit.read_text("utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def calls_of(names: Iterable[str]) -> set[str]:
    """Return the system calls that are named, those of a set (``@…``) by systemd's own list."""
    found: set[str] = set()
    for name in names:
        found |= calls_of(_members(name)) if name.startswith("@") else {name}
    return found


def _members(name: str) -> list[str]:
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", name],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line.strip() for line in listed.splitlines()[1:]]
    return [line for line in lines if line and not line.startswith("#")]


def allowed_by(unit: Path) -> set[str]:
    """Return the system calls that a unit allows."""
    allowed: set[str] = set()
    for value in settings_of(unit, "SystemCallFilter"):
        if value.startswith("~"):
            allowed -= calls_of(value[1:].split())
        else:
            allowed |= calls_of(value.split())
    return allowed


def confine(unit: Path) -> None:
    """Let this process make no other system calls than a unit allows, until it ends."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    said = settings_of(unit, "SystemCallErrorNumber")
    context = ctypes.c_void_p(
        library.seccomp_init(REFUSE | getattr(errno, said[-1]) if said else KILL)
    )
    for name in allowed_by(unit):
        number = library.seccomp_syscall_resolve_name(name.encode())
        # What this kind of machine does not have is below zero.
        if number >= 0 and library.seccomp_rule_add(context, ALLOW, number, 0):
            raise OSError(name)
    if library.seccomp_load(context):
        raise OSError(str(unit))


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 what the test asks for
